#pragma once

#include <compare>
#include <cstdint>
#include <map>
#include <optional>

#include "core/lease/epoch.hpp"
#include "core/lease/voters.hpp"
#include "core/model/role.hpp"

namespace mmm::lease {

/// What a host must not forget about one slot.
struct SlotRecord {
    Epoch promised;             ///< as a voter: supports nothing older (rule 2)
    Epoch supported;            ///< as a voter: the newest that it supported; promises nothing up to it (rule 1)
    Epoch accepted;             ///< as a target: the newest grant that it accepted
    Epoch relinquished;         ///< as a holder: up to here it never holds again (rule 10)
    std::uint64_t highest = 0;  ///< highest counter seen or proposed; a proposer goes beyond it (rule 1)

    auto operator<=>(const SlotRecord&) const = default;
};

/// The part of a voter that survives a crash. Whoever changed it writes it to disk, synced, before anything that
/// follows from the change leaves the process.
struct Record {
    /// False until the silence of a voter without its state file is over (rule 19). Kept in the file: one that was
    /// written during the silence doesn't end it when the process restarts.
    bool settled = false;
    std::map<Slot, SlotRecord> slots;
    /// The list and the settings in force when it was written (settings.hpp, change_of()); nothing: not known.
    std::optional<Voters> voters{};

    /// The slot's record; of a slot never seen: nothing of it.
    [[nodiscard]] SlotRecord of(const Slot& slot) const {
        const auto found = slots.find(slot);
        return found == slots.end() ? SlotRecord{} : found->second;
    }
    auto operator<=>(const Record&) const = default;
};

}  // namespace mmm::lease
