#include "cmd/ctl.hpp"

#include <cstdio>

#include "cmd/ctl_ask.hpp"
#include "cmd/ctl_options.hpp"
#include "cmd/ctl_show.hpp"
#include "cmd/ctl_terminal.hpp"
#include "cmd/ctl_watch.hpp"

namespace mmm {
namespace {

/// What is printed for a reply. Not on a terminal it is exactly the classic text, ended by a line end.
std::string output(const CtlOptions& options, const proto::ControlReply& reply) {
    if (options.json) return json_for_programs(reply);
    std::string text = reply.text;
    if (output_is_terminal()) {
        const bool show = options.words.front() == "show" && reply.exit == proto::kExitDone;
        text = show ? show_for_people(reply, output_takes_colour()) : terminal_text(text);
    }
    if (!text.ends_with('\n')) text += '\n';
    return text;
}

int complain(const CtlOptions& options, const std::string& message, int exit) {
    if (options.json) std::fputs(json_for_programs({exit, "ERROR: " + message, ""}).c_str(), stdout);
    std::fputs(("mmm ctl: " + message + "\n").c_str(), stderr);
    return exit;
}

}  // namespace

int ctl_main(std::vector<std::string> arguments) {
    const auto parsed = parse_ctl_options(std::move(arguments));
    if (!parsed.options) return parsed.exit;
    const CtlOptions& options = *parsed.options;
    const auto place = find_monitor(options);
    if (!place) return complain(options, place.error().message, proto::kExitUsage);
    if (options.watch) return watch(*place, options);
    const auto reply = ask(*place, options.words);
    if (!reply) return complain(options, reply.error().message, proto::kExitNoMonitor);
    const std::string text = output(options, *reply);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return reply->exit;
}

}  // namespace mmm
