#include "tests/golden/agent_lease_effects.hpp"

#include <utility>

#include "core/lease/record_text.hpp"

namespace mmm::agent::test {

namespace {

/// Rounds come every 250 ms, which ticks make 300 ms, or with each tick.
constexpr Duration kHurried{150};

std::string joined(const std::string& list, const std::string& item) {
    return list.empty() ? item : list + "," + item;
}

std::string listed(const std::map<Slot, lease::Epoch>& slots) {
    std::string text;
    for (const auto& [slot, epoch] : slots) text = joined(text, slot.text() + "@" + epoch.text());
    return text;
}

std::string or_none(const std::string& text) {
    return text.empty() ? "none" : text;
}

std::string word(lease::Refusal refusal) {
    constexpr const char* kWords[] = {"none", "not-a-voter", "silent", "other-voters", "outdated", "held-by-other"};
    return kWords[static_cast<int>(refusal)];
}

std::string changes(const lease::SlotRecord& now, const lease::SlotRecord& before) {
    std::string text;
    const auto add = [&](const char* name, const lease::Epoch& epoch, const lease::Epoch& old) {
        if (epoch != old) text += std::string(" ") + name + "=" + epoch.text();
    };
    add("promised", now.promised, before.promised);
    add("supported", now.supported, before.supported);
    add("accepted", now.accepted, before.accepted);
    add("relinquished", now.relinquished, before.relinquished);
    if (text.empty()) text = " highest=" + std::to_string(now.highest);
    return text;
}

struct MessageText {
    std::string operator()(const lease::PromiseRequest& request) const {
        const bool again = bool(request.regrant_of);
        return "ask for " + request.slot.text() + "@" + request.epoch.text() +
               (again ? " regrant_of=" + request.regrant_of.text() : "");
    }
    std::string operator()(const lease::PromiseReply& reply) const {
        const std::string slot = reply.slot.text() + "@" + reply.epoch.text();
        if (reply.refusal != lease::Refusal::none)
            return "refuse " + slot + " " + word(reply.refusal) + " highest=" + std::to_string(reply.highest);
        const std::string age = std::to_string(reply.last.age.count()) + "ms";
        return "promise " + slot + " last=" +
               (reply.last.known ? reply.last.epoch.text() + "/" + reply.last.holder + "/" + age : "unknown/" + age);
    }
    std::string operator()(const lease::Support& support) const {
        std::string text = "support " + or_none(listed(support.slots));
        if (!support.promised_newer.empty()) text += " newer=" + listed(support.promised_newer);
        if (support.refusal != lease::Refusal::none) text += " refusal=" + word(support.refusal);
        return text;
    }
    std::string operator()(const lease::Renewal& renewal) const { return "renew " + listed(renewal.slots); }
    std::string operator()(const lease::Grant&) const { return "grant"; }
};

}  // namespace

void LeaseWriter::begin(const Started& started) {
    const auto found = lease::parse_record(started.record);
    saved_ = found ? found->record : lease::Record{};
    renewed_.clear();
}

std::string LeaseWriter::text(const SaveRecord& effect) {
    const lease::Record record = lease::parse_record(effect.text).value().record;
    std::string text = record.settled == saved_.settled ? "" : record.settled ? " settled" : " silent";
    for (const auto& [slot, now] : record.slots) {
        const lease::SlotRecord before = saved_.of(slot);
        if (now != before) text += " " + slot.text() + changes(now, before);
    }
    saved_ = record;
    return "save" + (text.empty() ? " again" : text);
}

std::string LeaseWriter::text(const NoteLeases& effect) {
    std::map<Slot, lease::Epoch> noted;
    for (const auto& [slot, note] : effect.noted) noted[slot] = note.epoch;
    if (noted == std::exchange(noted_, noted)) return {};
    return "note " + or_none(listed(noted));
}

std::string LeaseWriter::text(const SendLease& effect) {
    if (const auto* renewal = std::get_if<lease::Renewal>(&effect.message)) return round(*renewal);
    const std::string text = std::visit(MessageText{}, effect.message);
    // Others renew as often as this host does, and who doesn't answer is asked again.
    const bool support = std::holds_alternative<lease::Support>(effect.message);
    if (support || std::holds_alternative<lease::PromiseRequest>(effect.message)) {
        if (text == std::exchange((support ? supported_ : asked_)[effect.to], text)) return {};
    }
    return "to " + effect.to + ": " + text;
}

std::string LeaseWriter::round(const lease::Renewal& renewal) {
    const std::string slots = listed(renewal.slots);
    const bool same = renewal.sent == round_sent_;
    if (same && slots == std::exchange(round_slots_, slots)) return {};  // to another voter
    round_slots_ = slots;
    if (same) return "to voters: " + MessageText{}(renewal) + ", the rest of the round";
    const bool hurried = renewal.sent - std::exchange(round_sent_, renewal.sent) < kHurried;
    // One round soon after another is none yet: the first lease takes that.
    other_pace_ = hurried == hurries_ ? 0 : other_pace_ + 1;
    if (other_pace_ == 3) {
        hurries_ = hurried;
        other_pace_ = 0;
    }
    const std::string text = "to voters: " + MessageText{}(renewal) + (hurries_ ? ", at each tick" : "");
    return text == std::exchange(renewed_, text) ? "" : text;
}

std::map<std::string, std::string> LeaseWriter::fields_of(const lease::Report& report) {
    std::string leased;
    std::string asked;
    std::string released;
    for (const auto& [slot, held] : report.held) {
        auto& list = held.leased ? leased : asked;
        list = joined(list, slot.text() + "@" + held.epoch.text());
    }
    for (const auto& [slot, release] : report.released) {
        if (release.relinquished) released = joined(released, slot.text() + "@" + release.relinquished.text());
    }
    return {{"asked", or_none(asked)},
            {"leased", or_none(leased)},
            {"released", or_none(released)},
            {"silent", report.silent_for > Duration{0} ? "yes" : "none"}};
}

}  // namespace mmm::agent::test
