#include "core/config/classic_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/spelling.hpp"

namespace mmm::config {

namespace {

struct Time {
    std::string_view key;
    Duration Check::*field;
    Duration mmm_default;
};

/// Source: MMM 2.2's defaults.
constexpr std::array<Time, 3> kTimes{{{"check_period", &Check::check_period, 5s},
                                      {"trap_period", &Check::trap_period, 10s},
                                      {"timeout", &Check::timeout, 2s}}};

std::string path(CheckKind kind, std::string_view key) {
    return fmt::format("check.{}.{}", word(kind), key);
}

/// Where the contradiction was written: the check's own section first, then the template.
std::string place_of(const Where& where, CheckKind kind) {
    for (const auto section : {word(kind), std::string_view("default")}) {
        for (const auto* key : {"timeout", "check_period"}) {
            std::string place = fmt::format("check.{}.{}", section, key);
            if (where.wrote(place)) return place;
        }
    }
    return path(kind, "timeout");
}

void lower_timeout(Loaded& loaded, CheckKind kind, Check& check) {
    const Duration lowered = check.check_period * 9 / 10;
    const std::string place = place_of(loaded.where, kind);
    const auto at = loaded.where.at(place);
    const auto section = section_text(Format::classic, place.substr(0, place.rfind('.')));
    Finding finding{
        Severity::doubt, at,
        fmt::format(
            "{} has timeout {} s and check_period {} s; as a check must end before the next begins, its timeout "
            "is {} s",
            section, time_text(Format::classic, check.timeout), time_text(Format::classic, check.check_period),
            time_text(Format::classic, lowered)),
        "write a shorter timeout"};
    check.timeout = lowered;
    // What the template says is told once, not for each of the four.
    const bool told = std::find(loaded.findings.begin(), loaded.findings.end(), finding) != loaded.findings.end();
    if (!told) loaded.findings.push_back(std::move(finding));
}

}  // namespace

void finish_classic_checks(Loaded& loaded) {
    const Where& where = loaded.where;
    for (auto& [check_kind, check] : loaded.config.checks) {
        const CheckKind kind = check_kind;
        const bool tuned = std::any_of(kTimes.begin(), kTimes.end(),
                                       [&](const Time& time) { return where.has(path(kind, time.key)); });
        if (tuned) {
            for (const auto& time : kTimes) {
                if (!where.has(path(kind, time.key))) check.*time.field = time.mmm_default;
            }
        }
        if (check.timeout >= check.check_period) lower_timeout(loaded, kind, check);
    }
}

}  // namespace mmm::config
