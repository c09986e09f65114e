#include "core/proto/lease_report.hpp"

#include <utility>

#include "core/proto/escape.hpp"
#include "core/proto/frame.hpp"
#include "core/proto/lease_words.hpp"

namespace mmm::proto {
namespace {

std::string held_text(const Slot& slot, const lease::HeldReport& held) {
    std::string text = proto::held_text(slot, held.epoch) + (held.leased ? " 1 " : " 0 ");
    text += std::to_string(held.left.count());
    for (const HostName& voter : held.supporters) text += " " + voter;
    return text;
}

lease::HeldReport held(Words& words) {
    lease::HeldReport report;
    report.epoch = words.epoch();
    report.leased = words.flag();
    report.left = words.duration();
    while (words.more()) report.supporters.insert(words.name());
    return report;
}

/// Reads a repeated key whose values begin with the slot; `read` takes the rest of each.
template <class Value, class Read>
void read_slots(FieldReader& reader, std::string_view key, std::map<Slot, Value>& slots, Read read) {
    for (const std::string& text : reader.all(key)) {
        Words words(text);
        Slot slot = words.slot();
        Value value = read(words);
        if (!words.good() || !slots.emplace(std::move(slot), std::move(value)).second) reader.refuse_value(key, text);
    }
}

}  // namespace

std::string encode_with_report(Message status, const lease::Report& report) {
    auto& fields = status.fields;
    for (const auto& [slot, held] : report.held) fields.emplace_back("held", held_text(slot, held));
    for (const auto& [slot, released] : report.released)
        fields.emplace_back("released", proto::held_text(slot, released.relinquished) + " " + released.promised.text());
    for (const Slot& slot : report.by_contact) fields.emplace_back("by_contact", slot.text());
    if (report.silent_for > Duration{0}) fields.emplace_back("silent_ms", std::to_string(report.silent_for.count()));
    if (report.voters != 0) fields.emplace_back("voters", std::to_string(report.voters));
    std::string line = encode(status);
    std::size_t count = fields.size();
    for (const auto& [slot, supported] : report.supported) {
        const std::string field = "|supported=" + escape(slot.text() + " " + support_text(supported));
        if (count == kMaxFields || line.size() + field.size() >= kMaxLine) break;
        line += field;
        ++count;
    }
    return line;
}

lease::Report read_report(FieldReader& reader) {
    lease::Report report;
    read_slots(reader, "held", report.held, held);
    read_slots(reader, "released", report.released, [](Words& words) {
        lease::Epoch relinquished = words.maybe_epoch();
        return lease::ReleaseReport{std::move(relinquished), words.maybe_epoch()};
    });
    read_slots(reader, "supported", report.supported, [](Words& words) { return words.support(); });
    for (const std::string& text : reader.all("by_contact")) {
        Words words(text);
        if (!report.by_contact.insert(words.slot()).second || !words.good()) reader.refuse_value("by_contact", text);
    }
    if (reader.has("silent_ms")) report.silent_for = reader.duration("silent_ms");
    if (reader.has("voters")) report.voters = reader.number("voters");
    return report;
}

}  // namespace mmm::proto
