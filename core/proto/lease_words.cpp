#include "core/proto/lease_words.hpp"

#include <utility>

#include "core/proto/field_reader.hpp"

namespace mmm::proto {

std::string held_text(const Slot& slot, const lease::Epoch& epoch) {
    return slot.text() + " " + epoch.text();
}

std::string support_text(const lease::SupportReport& report) {
    const std::string age = std::to_string(report.age.count());
    return report.known ? age + " " + report.epoch.text() + " " + report.holder : age;
}

Words::Words(std::string_view value) {
    while (true) {
        const auto blank = value.find(' ');
        words_.push_back(value.substr(0, blank));
        if (blank == std::string_view::npos) return;
        value.remove_prefix(blank + 1);
    }
}

std::string_view Words::take() {
    if (more()) return words_[next_++];
    good_ = false;
    return {};
}

Slot Words::slot() {
    auto slot = parse_slot(take());
    if (slot && lease::is_name(slot->role)) return std::move(*slot);
    good_ = false;
    return {};
}

lease::Epoch Words::maybe_epoch() {
    auto epoch = lease::Epoch::parse(take());
    if (epoch) return std::move(*epoch);
    good_ = false;
    return {};
}

lease::Epoch Words::epoch() {
    lease::Epoch epoch = maybe_epoch();
    if (!epoch) good_ = false;
    return epoch;
}

std::string Words::name() {
    const std::string_view name = take();
    if (!lease::is_name(name)) good_ = false;
    return std::string(name);
}

Duration Words::duration() {
    const auto duration = parse_duration(take());
    if (!duration) good_ = false;
    return duration.value_or(Duration{0});
}

bool Words::flag() {
    const std::string_view flag = take();
    if (flag != "0" && flag != "1") good_ = false;
    return flag == "1";
}

lease::SupportReport Words::support() {
    lease::SupportReport report;
    report.age = duration();
    if (!more()) return report;
    report.known = true;
    report.epoch = epoch();
    report.holder = name();
    return report;
}

}  // namespace mmm::proto
