#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/lease/message.hpp"
#include "core/model/check.hpp"
#include "core/model/host.hpp"
#include "core/proto/read_losses.hpp"
#include "core/proto/status.hpp"

namespace mmm::monitor {

/// The process began. `saved` is the status file's text (empty: none); `problem` says why it couldn't be read.
struct Started {
    std::string saved;
    std::string problem;
    std::string record{};                ///< text of the lease record's file; empty: there is none
    std::string record_problem{};        ///< why it can't be used
    lease::Nonce nonce = 0;              ///< random, new at each start
    std::vector<std::string> journal{};  ///< its lines, oldest first
};
struct Checked {
    CheckReport report;
};
/// Does at least one of `ping_ips` answer? Sent with each round.
struct NetworkSeen {
    bool reachable = false;
};
/// The link to an agent is up: the greeting is done, or an agent of version 1 answered.
struct AgentConnected {
    HostName host;
    bool version1 = false;
    bool leases = false;  ///< it takes part in the lease protocol
};
struct AgentGone {
    HostName host;
    std::string reason;
    /// It answers, but doesn't take us (another monitor was there a moment ago, say), or is not to be obeyed.
    bool refuses = false;
};
struct AgentSaid {
    HostName host;
    proto::AgentStatus status;
};
/// An agent read what Order::losses named.
struct LossesRead {
    HostName host;
    proto::ReadLosses losses;
};
/// A message of the lease protocol from an agent, over its link or by datagram.
struct LeaseHeard {
    HostName from;
    lease::Message message;
};
/// The lease record is on the disk, or it couldn't be written.
struct RecordSaved {
    bool ok = false;
    std::string problem{};
};
/// The kill command for a host ended. `killed`: it reported success, so the host holds nothing any more.
struct KillDone {
    HostName host;
    bool killed = false;
    std::string output;
};
/// An operator's command; `who` is for what is recorded.
struct AdminAsked {
    std::uint64_t id = 0;
    std::vector<std::string> words;
    std::string who;
    std::string only_looks{};  ///< why that one may change nothing; empty: it may
};
/// The monitor's own files of [security] were read, or couldn't be.
struct SecurityRead {
    std::string in_force;   ///< as in proto::SecurityReport
    std::string problem{};  ///< why what was read before stays in force; empty: it doesn't
};
/// Time passed; at least every 100 ms.
struct Tick {};

using Event = std::variant<Started, Checked, NetworkSeen, AgentConnected, AgentGone, AgentSaid, LossesRead, LeaseHeard,
                           RecordSaved, KillDone, AdminAsked, SecurityRead, Tick>;

}  // namespace mmm::monitor
