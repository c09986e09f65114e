#include "net/mysql/history.hpp"

#include <fmt/format.h>

#include "core/model/gtid.hpp"

namespace mmm::net::mysql {
namespace {

History unknown(std::string why) {
    return {{}, std::move(why)};
}

/// The set that `has` and `received` make together, unless `applied` shows that `has` isn't everything.
History united(const std::string& has, const std::string& received, const std::string& applied,
               const std::string& incomplete) {
    const auto own = GtidSet::parse(has);
    if (!own) return unknown(own.error().message);
    const auto more = GtidSet::parse(received);
    if (!more) return unknown(more.error().message);
    const auto least = GtidSet::parse(applied);
    if (!least) return unknown(least.error().message);
    if (!own->contains(*least)) return unknown(incomplete);
    return {own->united(*more).text(), {}, own->text()};
}

History of_mariadb(const ServerView& view) {
    if (!view.log_bin) return unknown("its binary log is off; set log_bin");
    if (!view.log_slave_updates)
        return unknown(
            "log_slave_updates is off, so its binary log doesn't show what it replicated; set log_slave_updates=1");
    // Only by GTID does the server say what it received.
    const std::string received = view.replication.by_gtid() ? view.replication.gtid_io_pos : "";
    return united(view.gtid_binlog_state, received, view.gtid_slave_pos,
                  "its binary log doesn't show what it replicated before (RESET MASTER, or a clone made without its "
                  "source's gtid_binlog_state)");
}

}  // namespace

std::string why_no_gtids(const Server& server, const std::string& gtid_mode) {
    if (server.is_mariadb() || same_word(gtid_mode, "ON")) return {};
    return fmt::format(
        "gtid_mode is {}, so nothing tells which transactions it has; set gtid_mode=ON and "
        "enforce_gtid_consistency=ON",
        gtid_mode.empty() ? "unknown" : gtid_mode);
}

History history_of(const ServerView& view) {
    if (view.server.is_mariadb()) return of_mariadb(view);
    if (auto why = why_no_gtids(view.server, view.gtid_mode); !why.empty()) return unknown(std::move(why));
    return united(view.gtid_executed, view.replication.retrieved_gtid_set, {}, {});
}

}  // namespace mmm::net::mysql
