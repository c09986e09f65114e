#include "cmd/original_control.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "cmd/ctl_ask.hpp"
#include "cmd/ctl_show.hpp"
#include "cmd/ctl_terminal.hpp"
#include "cmd/original_names.hpp"
#include "cmd/version.hpp"

namespace mmm {
namespace {

constexpr int kAnswered = 0;
constexpr int kNoMonitor = 1;
constexpr int kUsage = 2;

constexpr const char* kFooter =
    "Without a command it asks the monitor for help. Exit status: 0 the monitor answered (a refusal, ERROR:, too), 1 "
    "no\n"
    "monitor. `mmm ctl` does the same with a status for refusals, JSON, and a view that renews itself.\n"
    "Examples:\n"
    "  mmm_control show\n"
    "  mmm_control @shop move_role writer db2";

int complain(const std::string& message, int exit) {
    std::fputs((std::string(kNameOfControl) + ": " + message + "\n").c_str(), stderr);
    return exit;
}

}  // namespace

ParsedCtlOptions parse_original_control(std::vector<std::string> arguments) {
    CtlOptions options;
    const auto cluster = take_cluster(arguments);
    if (!cluster) return {std::nullopt, complain(cluster.error().message, kUsage)};
    options.config.cluster = *cluster;
    CLI::App app{"Tells the monitor the command that stands behind the options, and prints what it says.",
                 std::string(kNameOfControl) + " [@NAME]"};
    app.add_option("-c,--config", options.config.path, "configuration file, instead of one that is found");
    app.add_option("-m,--monitor", options.monitor, "HOST:PORT of the monitor, instead of the configuration's");
    app.set_version_flag("--version", version_text());
    app.footer(kFooter);
    app.prefix_command();
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes vectors from their end
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, app.exit(error) == 0 ? kAnswered : kUsage};
    }
    options.words = app.remaining();
    if (options.words.empty()) options.words = {"help"};
    for (const std::string& word : options.words) {
        // A line end would make a second command of the rest.
        if (word.find_first_of("\r\n") != std::string::npos)
            return {std::nullopt, complain("a line end in a command", kUsage)};
    }
    return {std::move(options), kAnswered};
}

int mmm_control_main(std::vector<std::string> arguments) {
    const auto parsed = parse_original_control(std::move(arguments));
    if (!parsed.options) return parsed.exit;
    const auto place = find_monitor(*parsed.options);
    if (!place) return complain(place.error().message, kNoMonitor);
    const auto answer = ask_classic(*place, parsed.options->words);
    if (!answer) return complain(answer.error().message, kNoMonitor);
    const std::string text = (output_is_terminal() ? terminal_text(*answer) : *answer) + "\n";
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kAnswered;
}

}  // namespace mmm
