#include <charconv>

#include "core/monitor/admin_commands.hpp"
#include "core/monitor/history.hpp"

namespace mmm::monitor {

using proto::ControlReply;

ControlReply history(AdminCommand& command) {
    std::size_t count = kUsualHistory;
    if (command.words.size() > 1) {
        const std::string number = command.words.size() == 3 ? command.words[2] : "";
        const auto* const end = number.data() + number.size();
        const auto [stop, error] = std::from_chars(number.data(), end, count);
        if (command.words[1] != "--last" || error != std::errc{} || stop != end || count == 0 || count > kMostRecords)
            return usage("Usage: history [--last N], N from 1 to " + std::to_string(kMostRecords));
    }
    return {proto::kExitDone, history_text(command.state, count, command.now), history_json(command.state, count)};
}

}  // namespace mmm::monitor
