#pragma once

#include <optional>
#include <string>

#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What the state table looks at, for one host.
struct HostView {
    HostState state = HostState::unknown;
    bool ping = false;
    bool mysql = false;
    bool threads = false;
    bool backlog = false;
    bool active_master = false;  ///< this host is the writer
    bool can_be_active_master = false;
    bool active_master_exists = false;
    bool peer_online = false;   ///< a master's peer; for a slave the active master
    bool peer_healthy = false;  ///< ONLINE with ping and mysql fine
    Duration peer_online_for{0};
    bool flapping = false;
    bool checks_settled = false;  ///< no check changed for flap_duration
    Duration in_state{0};
    bool quarantined = false;   ///< it has, or may have, transactions that the writer lacks
    bool released = false;      ///< it was quarantined until now
    bool away_briefly = false;  ///< the host's uptime says: away for less than 60 s, no reboot
};

struct Transition {
    HostState to = HostState::unknown;
    std::string reason;
    bool operator==(const Transition&) const = default;
};

/// The state table, one row a rule; nothing: stay. ADMIN_OFFLINE and UNKNOWN never change here.
/// Source: MMM 2.2's host states.
std::optional<Transition> next_state(const config::Monitor& limits, const HostView& view);

/// A host left service by itself: too often within `flap_duration`, and it is flapping from then on.
void count_departure(const config::Monitor& limits, HostRecord& record, const HostName& name, Time now,
                     Effects& effects);

/// Looks at every host by the table and changes states; counts flapping. Returns whether anything changed.
bool update_states(const Config& config, State& state, Now now, Effects& effects);

}  // namespace mmm::monitor
