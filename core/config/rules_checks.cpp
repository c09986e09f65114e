// Checks: periods that don't contradict each other.
#include <fmt/format.h>

#include <set>

#include "core/config/duration_text.hpp"
#include "core/config/rules.hpp"

namespace mmm::config {

namespace {

/// Where a check's value was written: once for [check.default], however many checks took it over.
std::string path_of(const Rules& rules, CheckKind kind, std::string_view key) {
    const std::string own = fmt::format("check.{}.{}", word(kind), key);
    const std::string shared = fmt::format("check.default.{}", key);
    return !rules.where.wrote(own) && rules.where.wrote(shared) ? shared : own;
}

std::string section(const std::string& path) {
    return path.substr(0, path.rfind('.'));
}

}  // namespace

void check_checks(Rules& rules) {
    std::set<std::string> reported;  // by section, so that a fault of [check.default] isn't told four times
    for (const auto& [kind, check] : rules.config.checks) {
        const auto own = fmt::format("check.{}", word(kind));
        const std::string timeout = path_of(rules, kind, "timeout");
        const std::string period = path_of(rules, kind, "check_period");
        const std::string trap = path_of(rules, kind, "trap_period");
        const std::string place = rules.where.wrote(timeout) ? timeout : period;
        if (check.timeout >= check.check_period && reported.insert("timeout" + section(place)).second)
            rules.fault(place,
                        fmt::format("[{}] has timeout {} and check_period {}: a check must end before the next begins",
                                    section(place), duration_text(check.timeout), duration_text(check.check_period)),
                        fmt::format("write a timeout below {}", duration_text(check.check_period)));
        const std::string trap_place = rules.where.wrote(trap) ? trap : period;
        if (check.trap_period < check.check_period && reported.insert("trap" + section(trap_place)).second)
            rules.doubt(
                trap_place,
                fmt::format("[{}] has trap_period {} and check_period {}: a single failed check is enough",
                            section(trap_place), duration_text(check.trap_period), duration_text(check.check_period)),
                fmt::format("write a trap_period of at least {}", duration_text(2 * check.check_period)));
        if (kind != CheckKind::rep_backlog && rules.where.wrote(own + ".max_backlog"))
            rules.doubt(own + ".max_backlog", fmt::format("\"max_backlog\" has no effect in [{}]", own),
                        "move it to [check.rep_backlog]");
    }
}

}  // namespace mmm::config
