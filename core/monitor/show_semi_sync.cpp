#include "core/monitor/show_semi_sync.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/monitor/semi_sync.hpp"

namespace mmm::monitor {
namespace {

const char* wait_point(const SemiSync& semi_sync) {
    return semi_sync.after_sync ? "AFTER_SYNC" : "AFTER_COMMIT";
}

}  // namespace

void warn_of_semi_sync(const HostName& name, const HostRecord& host, std::vector<std::string>& all) {
    const SemiSync& semi_sync = host.status->semi_sync;
    const bool writes = host.status->writer == proto::WriterPhase::holding;
    if (semi_sync.waiting > 0 && semi_sync.oldest >= std::chrono::seconds(1)) {
        all.push_back(
            fmt::format("Warning: {} waits for a replica's acknowledgement: {} commits, the first for {} s; "
                        "start a replica, or switch semi-synchronous replication off there",
                        name, semi_sync.waiting, semi_sync.oldest.count() / 1000));
    } else if (semi_sync.enabled && !semi_sync.active && writes) {
        all.push_back(
            fmt::format("Warning: {} has fallen back to asynchronous replication: {} replicas acknowledge, "
                        "{} have to",
                        name, semi_sync.clients, semi_sync.needed));
    }
}

nlohmann::json semi_sync_json(const SemiSync& semi_sync) {
    return {{"source", word_of(semi_sync)},
            {"wait_point", wait_point(semi_sync)},
            {"replicas", semi_sync.clients},
            {"waiting", semi_sync.waiting},
            {"oldest_s", semi_sync.oldest.count() / 1000},
            {"timeout_ms", semi_sync.timeout.count()},
            {"acknowledges", semi_sync.acknowledges}};
}

std::string semi_sync_line(const State& state) {
    const auto writer = state.hosts.find(state.active_master);
    if (writer == state.hosts.end() || !writer->second.status || !writer->second.status->semi_sync.enabled) return "";
    const SemiSync& semi_sync = writer->second.status->semi_sync;
    const std::string why_not = why_no_semi_sync_proof(state, writer->first);
    return fmt::format("Semi-synchronous replication of {} is {} ({}, {} replicas acknowledge): {}", writer->first,
                       word_of(semi_sync), wait_point(semi_sync), semi_sync.clients,
                       why_not.empty() ? "should it be lost, its replicas have all that it acknowledged"
                                       : "it proves nothing, " + why_not);
}

}  // namespace mmm::monitor
