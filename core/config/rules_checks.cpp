// Checks: periods that don't contradict each other.
#include <fmt/format.h>

#include <algorithm>

#include "core/config/duration_text.hpp"
#include "core/config/rules.hpp"

namespace mmm::config {

namespace {

/// What the servers allow for a name.
constexpr std::size_t kLongestName = 64;

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

/// "database.table" of plain names: it becomes part of statements.
bool names_table(std::string_view text) {
    const auto dot = text.find('.');
    if (dot == std::string_view::npos || dot == 0 || dot + 1 == text.size()) return false;
    if (dot > kLongestName || text.size() - dot - 1 > kLongestName) return false;
    return std::count(text.begin(), text.end(), '.') == 1 && std::all_of(text.begin(), text.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
                      c == '$' || c == '-' || c == '.';
           });
}

void check_heartbeat_table(Rules& rules) {
    const std::string& table = rules.config.check(CheckKind::rep_backlog).heartbeat_table;
    if (table.empty() || names_table(table)) return;
    rules.fault(place_of(rules, CheckKind::rep_backlog, "heartbeat_table", "heartbeat_table"),
                fmt::format("heartbeat_table \"{}\" is no database and table", table),
                "write " + rules.setting("heartbeat_table", "DATABASE.TABLE"));
}

}  // namespace

void check_checks(Rules& rules) {
    check_heartbeat_table(rules);
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
        for (const auto key : {"max_backlog", "heartbeat_table"}) {
            if (kind != CheckKind::rep_backlog && rules.where.wrote(fmt::format("{}.{}", own, key)))
                rules.doubt(fmt::format("{}.{}", own, key),
                            fmt::format("\"{}\" has no effect in {}", key, rules.section(own)),
                            "move it to " + rules.section("check.rep_backlog"));
        }
    }
}

}  // namespace mmm::config
