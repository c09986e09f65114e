#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// Who may still hold which slot. A host comes off a slot's list only by proof: it was observed to have let go after
/// it was told to, it was killed, or it gave no sign for so long that the kernel has removed its addresses.

/// An agent says that `said` was given out: the next epoch of the slot is to be a later one, if that can be true.
void note_epoch(SlotRecord& record, Epoch said);

/// Does the host show any trace of the slot: ordered, on an interface, or a writer that is still on its way out?
bool may_have(const Config& config, const proto::AgentStatus& status, const Slot& slot);

/// Notes what a host says it has (or may have), and takes off what it was observed to have let go.
void observe_holdings(const Config& config, State& state, const HostName& host, Now now, Effects& effects);

/// Takes hosts off that were silent for kSilentHost. Precondition: our own network is fine, else the silence is ours.
void expire_silent(const Config& config, State& state, Now now, Effects& effects);

/// A confirmed kill: the host holds nothing.
void take_off_killed(State& state, const HostName& host, Effects& effects);

/// Takes one host off one slot by a proof. `position`: where its writes ended, if that is known for certain.
void note_released(SlotRecord& record, const Slot& slot, const HostName& host, std::string proof, std::string position,
                   Effects& effects);

/// Is all of the position `wanted` in `position`? Texts as servers tell them; one that is unknown has nothing.
bool has_reached(const std::string& position, const std::string& wanted);

/// True if nobody but `host` may hold `slot` now.
bool free_for(const SlotRecord& slot, const HostName& host);

}  // namespace mmm::monitor
