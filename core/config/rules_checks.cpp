// Checks: periods that don't contradict each other.
#include <fmt/format.h>

#include "core/config/duration_text.hpp"
#include "core/config/rules.hpp"

namespace mmm::config {

namespace {

/// Where the contradiction of two values was written: in the check's own section, else once in [check.default].
std::string place_of(const Rules& rules, CheckKind kind, std::string_view first, std::string_view second) {
    for (const auto section : {word(kind), std::string_view("default")}) {
        for (const auto key : {first, second}) {
            std::string path = fmt::format("check.{}.{}", section, key);
            if (rules.where.wrote(path)) return path;
        }
    }
    return fmt::format("check.{}.{}", word(kind), first);
}

/// The title of the section that the value at `path` is in.
std::string section_of(const Rules& rules, const std::string& path) {
    return rules.section(path.substr(0, path.rfind('.')));
}

}  // namespace

void check_checks(Rules& rules) {
    for (const auto& [kind, check] : rules.config.checks) {
        const auto own = fmt::format("check.{}", word(kind));
        const std::string timeout = place_of(rules, kind, "timeout", "check_period");
        if (check.timeout >= check.check_period)
            rules.fault(timeout,
                        fmt::format("{} has timeout {} and check_period {}: a check must end before the next begins",
                                    section_of(rules, timeout), duration_text(check.timeout),
                                    duration_text(check.check_period)),
                        fmt::format("write a timeout below {}", rules.time(check.check_period)));
        const std::string trap = place_of(rules, kind, "trap_period", "check_period");
        if (check.trap_period < check.check_period)
            rules.doubt(trap,
                        fmt::format("{} has trap_period {} and check_period {}: a single failed check is enough",
                                    section_of(rules, trap), duration_text(check.trap_period),
                                    duration_text(check.check_period)),
                        fmt::format("write a trap_period of at least {}", rules.time(2 * check.check_period)));
        if (kind != CheckKind::rep_backlog && rules.where.wrote(own + ".max_backlog"))
            rules.doubt(own + ".max_backlog", fmt::format("\"max_backlog\" has no effect in {}", rules.section(own)),
                        "move it to " + rules.section("check.rep_backlog"));
    }
}

}  // namespace mmm::config
