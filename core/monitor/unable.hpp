#pragma once

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// A host that was granted a slot and doesn't get its address on is given up after this, if another can have it.
inline constexpr Duration kAddressDue{5000};
/// For so long it then gets nothing new.
inline constexpr Duration kUnableFor{60'000};

/// True for a host that couldn't put an address lately.
inline bool is_unable(const HostRecord& host, Time now) {
    return now < host.unable_until;
}

/// Takes slots off hosts that have all but the address, for whatever reason (no interface, no right), where another
/// host could serve. A writer has all but the address once its server is writable.
void give_up_unable(const Config& config, State& state, Time now, Effects& effects);

}  // namespace mmm::monitor
