#pragma once

#include "tests/unit/monitor/five_hosts.hpp"

namespace mmm::monitor::test {

/// db1, the writer, died and is back, read-only and not judged yet; db2 is the writer, and all have `history`.
inline State failed_over(const Config& config, const std::string& history) {
    State state = good_order(config);
    for (auto& [name, host] : state.hosts) {
        host.status->history = history;
        host.status->server_id = static_cast<std::uint32_t>(name.back() - '0');
        host.status->source = config.host("db2")->ip;
    }
    HostRecord& old_writer = state.hosts.at("db1");
    old_writer.state = HostState::hard_offline;
    old_writer.returning = true;
    old_writer.status->writer = proto::WriterPhase::none;
    old_writer.status->present.clear();
    old_writer.status->granted.clear();
    old_writer.status->read_only = true;
    SlotRecord& slot = state.slots.at(kWriter);
    slot.holder = slot.granted_to = slot.last_granted = "db2";
    slot.maybe_held = {"db2"};
    state.active_master = "db2";
    proto::AgentStatus& writer = *state.hosts.at("db2").status;
    writer.writer = proto::WriterPhase::holding;
    writer.present = {kWriter};
    writer.granted[kWriter] = 7;
    writer.read_only = false;
    return state;
}

}  // namespace mmm::monitor::test
