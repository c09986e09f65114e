#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "core/lease/message.hpp"
#include "core/model/host.hpp"
#include "core/model/log_level.hpp"
#include "core/proto/control.hpp"
#include "core/proto/order.hpp"

namespace mmm::monitor {

/// Replaces the status file, synced. Always listed before the orders that depend on it.
struct SaveStatus {
    std::string text;
};
struct SendOrder {
    HostName host;
    proto::Order order;
};
/// Runs the mysql check of a host at once instead of at its next turn.
struct CheckNow {
    HostName host;
};
/// Runs `kill_host_bin HOST PING`.
struct KillHost {
    HostName host;
    bool ping = false;
};
/// Replaces the file of the lease record, synced; RecordSaved follows. What depends on it is sent after that.
struct SaveRecord {
    std::string text;
};
/// Requests and grants go over the agent's link, answers to renewals by datagram.
struct SendLease {
    HostName to;
    lease::Message message;
};
/// Appends a line to the journal. `synced`: it is on the disk before anything else is done; what isn't survives the end
/// of this process, if not that of its host.
struct AppendJournal {
    std::string line;
    bool synced = true;
};
struct AnswerAdmin {
    std::uint64_t id = 0;
    proto::ControlReply reply;
};
struct Log {
    LogLevel level = LogLevel::info;
    std::string message;
    std::vector<std::pair<std::string, std::string>> fields;
};

/// Has an agent read keys and certificates again; what came of it stands in its next status.
struct TellReload {
    HostName host;
};
/// Reads the monitor's own again; SecurityRead follows.
struct ReloadSecurity {};

using Effect = std::variant<SaveStatus, SendOrder, CheckNow, KillHost, AnswerAdmin, Log, SaveRecord, SendLease,
                            AppendJournal, TellReload, ReloadSecurity>;
using Effects = std::vector<Effect>;

}  // namespace mmm::monitor
