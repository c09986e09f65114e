#include "core/monitor/show_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/monitor/show.hpp"

namespace mmm::monitor {
namespace {

using nlohmann::json;

template <class Visit>
void each_check(const State& state, const std::string& host, const std::string& kind, Visit visit) {
    for (const auto& [name, record] : state.hosts) {
        if (host != "all" && host != name) continue;
        for (const auto& [check, result] : record.checks) {
            if (kind == "all" || kind == word(check)) visit(name, check, result);
        }
    }
}

std::string verdict_text(const CheckRecord& check) {
    if (!check.seen) return "UNKNOWN: not checked yet";
    const bool telling = !check.message.empty() && check.message != "OK";
    if (!check.good) return telling ? "ERROR: " + check.message : "ERROR";
    if (check.last == Outcome::unknown) return "OK: as before, the last try told nothing: " + check.message;
    if (check.last != Outcome::ok) return "OK: but fails since a moment ago: " + check.message;
    return telling ? "OK: " + check.message : "OK";
}

}  // namespace

std::string checks_text(const State& state, const std::string& host, const std::string& kind, Now now) {
    std::size_t width = 0;
    for (const auto& [name, record] : state.hosts) width = std::max(width, name.size());
    std::string text;
    each_check(state, host, kind, [&](const HostName& name, CheckKind check, const CheckRecord& result) {
        text += fmt::format("{:<{}}  {:<11}  [last change: {}]  {}\n", name, width, word(check),
                            wall_text(result.changed, now), verdict_text(result));
    });
    return text;
}

std::string checks_json(const State& state, const std::string& host, const std::string& kind, Now now) {
    json all = json::array();
    each_check(state, host, kind, [&](const HostName& name, CheckKind check, const CheckRecord& result) {
        all.push_back({{"host", name},
                       {"check", std::string(word(check))},
                       {"ok", result.good},
                       {"seen", result.seen},
                       {"changed", wall_text(result.changed, now)},
                       {"message", result.message}});
    });
    return all.dump(-1, ' ', false, json::error_handler_t::replace);
}

}  // namespace mmm::monitor
