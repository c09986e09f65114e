#include "cmd/audit.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/proto/utf8.hpp"

namespace mmm {
namespace {

/// Of an answer; what was done stands at its beginning.
constexpr std::size_t kMostAnswer = 500;

std::string when_text(const WallTime& when) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", std::chrono::sys_seconds(when.since_epoch));
}

}  // namespace

std::string audit_path(const config::Monitor& monitor) {
    return monitor.audit_path.empty() ? monitor.status_path + ".audit" : monitor.audit_path;
}

Audit::Audit(const config::Monitor& monitor, net::Logger& log) : file_(audit_path(monitor)), log_(log) {}

void Audit::record(const WallTime& when, const std::string& who, const std::vector<std::string>& words,
                   const proto::ControlReply& reply) {
    std::string command;
    for (const auto& word : words) command += (command.empty() ? "" : " ") + word;
    const nlohmann::ordered_json line{{"when", when_text(when)},
                                      {"who", proto::printable(who, kMostAnswer)},
                                      {"command", proto::printable(command, kMostAnswer)},
                                      {"exit", reply.exit},
                                      {"answer", proto::printable(reply.text, kMostAnswer)}};
    const auto written = file_.append(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace), false);
    if (!written && !failing_)
        log_.error("the record of commands can't be written; they stand in this log",
                   {{"file", file_.path()}, {"reason", written.error().message}});
    failing_ = !written;
}

}  // namespace mmm
