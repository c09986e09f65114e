#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/monitor/state.hpp"

namespace mmm::monitor {

/// What the status file remembers.
struct StoredStatus {
    struct StoredHost {
        HostState state = HostState::unknown;
        Slots slots;
        bool operator==(const StoredHost&) const = default;
    };
    std::map<HostName, StoredHost> hosts;
    std::map<Slot, Epoch> epochs;
    std::set<HostName> version1;     ///< hosts whose agents spoke version 1
    std::set<HostName> version2{};   ///< hosts whose agents ever spoke version 2
    std::set<HostName> alone;        ///< hosts whose agents may hold by echoes
    std::set<HostName> no_leases{};  ///< hosts whose agents take no part in leases, while others do
    std::set<HostName> by_lease{};   ///< hosts that hold nothing without a lease
    std::set<HostName> returning{};  ///< hosts that have to be compared with the writer before they serve again
    std::map<HostName, LossDecision> decisions{};  ///< about what hosts have and the writer lacks
    bool operator==(const StoredStatus&) const = default;
};

/// One line a host, `HOST|STATE|role(ip),role(ip)`, as MMM 2.2 writes them; then one line a slot that was ever granted,
/// `epoch|role(ip)|NUMBER`, and one for each host whose agent speaks version 1, `version1|HOST|`, or was
/// told that it is alone, `alone|HOST|`, takes no part in leases while others do, `no_leases|HOST|`, or holds nothing
/// without one, `by_lease|HOST|`, or has to be compared with the writer before it serves again, `returning|HOST|`. An
/// operator's decision about what a host has and the writer lacks is `accept_loss|HOST|GTIDS`, or one of take_late,
/// taken, given_up. Whose agent ever spoke version 2 has `version2@HOST|UNKNOWN|`: to programs that don't know it that
/// is a host which isn't configured, where other lines that they don't know make the whole file useless to them.
std::string status_text(const State& state);

/// Reads such a text. Errors: Code::invalid with the line; a last line without its end is cut off and counts as wrong.
/// Hosts and slots that aren't configured are kept; the caller leaves them out. A file of MMM 2.2 itself, which has
/// roles but no epochs, says that all agents are of version 1 until they greet.
Result<StoredStatus> parse_status(std::string_view text);

}  // namespace mmm::monitor
