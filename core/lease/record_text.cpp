#include "core/lease/record_text.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/check.hpp"

namespace mmm::lease {

namespace {

constexpr std::size_t kSlotFields = 7;
constexpr std::array kEpochs{
    std::pair{"promised", &SlotRecord::promised},
    std::pair{"supported", &SlotRecord::supported},
    std::pair{"accepted", &SlotRecord::accepted},
    std::pair{"relinquished", &SlotRecord::relinquished},
};

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string shown(std::string_view text) {
    return "'" + std::string(text.substr(0, 80)) + "'";
}

/// Reads the lines one after the other; each function takes one.
class Lines {
  public:
    explicit Lines(std::string_view text) : lines_(split(text, '\n')) {}

    Result<void> whole() {
        if (lines_.back().empty()) {
            lines_.pop_back();
            return {};
        }
        next_ = lines_.size();
        return refuse("the record is cut off");
    }

    Result<std::string> name(std::string_view key) {
        const auto fields = take(key, 2);
        if (!fields) return refuse("expected " + std::string(key) + "|NAME");
        if (!is_name((*fields)[1])) return refuse("not a name: " + shown((*fields)[1]));
        return std::string((*fields)[1]);
    }

    /// Records of programs before it have none.
    Result<void> voters(std::optional<Voters>& voters) {
        if (next_ == lines_.size() || !lines_[next_].starts_with("voters|")) return {};
        const auto fields = take("voters", 3);
        if (!fields) return refuse("expected voters|SETTINGS|NAME NAME");
        Voters found;
        const std::string_view settings = (*fields)[1];
        const auto [end, error] = std::from_chars(settings.data(), settings.data() + settings.size(), found.settings);
        if (error != std::errc{} || std::to_string(found.settings) != settings)
            return refuse("settings are no number: " + shown(settings));
        for (const auto& name : split((*fields)[2], ' ')) {
            if (!is_name(name)) return refuse("not a name: " + shown(name));
            if (!found.names.insert(std::string(name)).second) return refuse(shown(name) + " is there twice");
        }
        voters = std::move(found);
        return {};
    }

    Result<bool> settled() {
        const auto fields = take("settled", 2);
        if (!fields) return refuse("expected a slot, or settled|0 or settled|1 at the end");
        if ((*fields)[1] != "0" && (*fields)[1] != "1") return refuse("settled is 0 or 1, not " + shown((*fields)[1]));
        return (*fields)[1] == "1";
    }

    [[nodiscard]] bool at_slot() const { return next_ < lines_.size() && lines_[next_].starts_with("slot|"); }

    Result<void> slot(Record& record) {
        const auto fields = take("slot", kSlotFields);
        if (!fields) return refuse("a slot has " + std::to_string(kSlotFields) + " fields");
        const auto slot = parse_slot((*fields)[1]);
        if (!slot) return refuse("not role(ip): " + shown((*fields)[1]));
        SlotRecord entry;
        for (std::size_t i = 0; i < kEpochs.size(); ++i) {
            auto epoch = Epoch::parse((*fields)[i + 2]);
            if (!epoch) return refuse(std::string(kEpochs.at(i).first) + ": " + epoch.error().message);
            entry.*kEpochs.at(i).second = std::move(*epoch);
        }
        const std::string_view highest = fields->back();
        const auto [end, error] = std::from_chars(highest.data(), highest.data() + highest.size(), entry.highest);
        if (error != std::errc{} || std::to_string(entry.highest) != highest)
            return refuse("highest is no counter: " + shown(highest));
        if (!record.slots.empty() && *slot <= record.slots.rbegin()->first)
            return refuse(slot->text() + " is there twice, or out of order");
        record.slots.emplace(*slot, std::move(entry));
        if (record.slots.size() > kMostRecordSlots)
            return refuse("more than " + std::to_string(kMostRecordSlots) + " slots");
        return {};
    }

    Result<void> over() {
        if (next_ == lines_.size()) return {};
        ++next_;
        return refuse("nothing may follow settled");
    }

  private:
    static std::optional<Slot> parse_slot(std::string_view text) {
        const auto open = text.find('(');
        if (open == std::string_view::npos || !text.ends_with(')') || !is_name(text.substr(0, open)))
            return std::nullopt;
        const auto ip = Address::parse(text.substr(open + 1, text.size() - open - 2));
        if (!ip) return std::nullopt;
        Slot slot{RoleName(text.substr(0, open)), *ip};
        // One spelling only, or a slot could be there twice after all.
        if (slot.text() != text) return std::nullopt;
        return slot;
    }

    std::optional<std::vector<std::string_view>> take(std::string_view key, std::size_t count) {
        ++next_;
        if (next_ > lines_.size()) return std::nullopt;
        auto fields = split(lines_[next_ - 1], '|');
        if (fields.size() != count || fields[0] != key) return std::nullopt;
        return fields;
    }

    [[nodiscard]] tl::unexpected<Error> refuse(const std::string& why) const {
        return fail(Code::invalid, "line " + std::to_string(next_) + " of the lease record: " + why);
    }

    std::vector<std::string_view> lines_;
    std::size_t next_ = 0;  ///< lines taken; the number of the one that was taken last
};

}  // namespace

std::string record_text(const StoredRecord& stored) {
    MMM_CHECK(stored.record.slots.size() <= kMostRecordSlots);
    std::string text = "owner|" + stored.owner + "\nproposer|" + stored.proposer + "\n";
    if (const auto& voters = stored.record.voters) {
        text += "voters|" + std::to_string(voters->settings) + "|";
        for (const auto& name : voters->names) text += (text.back() == '|' ? "" : " ") + name;
        text += "\n";
    }
    for (const auto& [slot, entry] : stored.record.slots) {
        text += "slot|" + slot.text();
        for (const auto& [name, epoch] : kEpochs) text += "|" + (entry.*epoch).text();
        text += "|" + std::to_string(entry.highest) + "\n";
    }
    return text + "settled|" + (stored.record.settled ? "1" : "0") + "\n";
}

Result<StoredRecord> parse_record(std::string_view text) {
    Lines lines(text);
    StoredRecord stored;
    if (auto whole = lines.whole(); !whole) return tl::make_unexpected(whole.error());
    auto owner = lines.name("owner");
    if (!owner) return tl::make_unexpected(owner.error());
    stored.owner = std::move(*owner);
    auto proposer = lines.name("proposer");
    if (!proposer) return tl::make_unexpected(proposer.error());
    stored.proposer = std::move(*proposer);
    if (auto voters = lines.voters(stored.record.voters); !voters) return tl::make_unexpected(voters.error());
    while (lines.at_slot()) {
        if (auto slot = lines.slot(stored.record); !slot) return tl::make_unexpected(slot.error());
    }
    const auto settled = lines.settled();
    if (!settled) return tl::make_unexpected(settled.error());
    stored.record.settled = *settled;
    if (auto over = lines.over(); !over) return tl::make_unexpected(over.error());
    return stored;
}

}  // namespace mmm::lease
