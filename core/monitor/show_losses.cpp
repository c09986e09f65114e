#include "core/monitor/show_losses.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/model/gtid.hpp"
#include "core/monitor/change_text.hpp"
#include "core/monitor/divergence.hpp"
#include "core/monitor/losses.hpp"

namespace mmm::monitor {
namespace {

using Json = nlohmann::ordered_json;

/// The last change that took the writer role from this host: what it alone has is from before, as a rule.
const WriterChange* departure(const State& state, const HostName& host) {
    const auto& records = state.journal.records;
    const auto found = std::find_if(records.rbegin(), records.rend(), [&](const WriterChange& change) {
        return change.from == host && change.to != host && !change.to.empty();
    });
    return found == records.rend() ? nullptr : &*found;
}

/// What the agent read, if it is about what is lacking now.
const proto::ReadLosses* contents(const HostRecord& host) {
    return host.losses && host.losses->of == losses_to_read(host) ? &*host.losses : nullptr;
}

std::string why_incomplete(const HostName& name, const HostRecord& host) {
    if (const auto* read = contents(host)) return read->problem;
    return "the agent on " + name + " hasn't told yet what is in its binary log; ask again in a moment";
}

std::string rows_text(const proto::RowChange& change) {
    return fmt::format("        {} {}: {} row event{}\n", change.kind, change.table, change.events,
                       change.events == 1 ? "" : "s");
}

std::string transaction_text(const proto::LostTransaction& lost) {
    std::string text = fmt::format("    {}  {}\n", lost.gtid, lost.place);
    for (const auto& statement : lost.statements) text += "        " + statement + "\n";
    for (const auto& change : lost.rows) text += rows_text(change);
    if (lost.hidden > 0)
        text += fmt::format("        {} statement{} not shown: may hold a secret\n", lost.hidden,
                            lost.hidden == 1 ? "" : "s");
    return text;
}

Json transaction_json(const proto::LostTransaction& lost) {
    Json rows = Json::array();
    for (const auto& change : lost.rows)
        rows.push_back({{"kind", change.kind}, {"table", change.table}, {"events", change.events}});
    return {{"gtid", lost.gtid},
            {"place", lost.place},
            {"rows", std::move(rows)},
            {"statements", lost.statements},
            {"hidden_statements", lost.hidden}};
}

/// On MariaDB numbers may be left out between two of the same server's, because others had them.
bool is_exact(const GtidSet& set) {
    return set.empty() || !set.intervals().begin()->first.uuid.empty() || set.count() == 1;
}

std::string host_text(const State& state, const HostName& name, Now now) {
    const HostRecord& host = state.hosts.at(name);
    std::string text = name + "\n";
    if (host.extra.empty()) return text + "    " + host.held_back + "\n";
    text += fmt::format("    {}\n    all of them: {}\n", host.held_back, host.extra);
    if (const auto* change = departure(state, name))
        text += fmt::format(
            "    {} was the writer until {:%Y/%m/%d %H:%M:%S} (#{}); when each was committed only mariadb-binlog or "
            "mysqlbinlog can tell\n",
            name, std::chrono::sys_seconds(change->at + now.wall.utc_offset), change->number);
    text += "    " + way_out_of_quarantine(state, name, now) + "\n";
    const auto* read = contents(host);
    if (read != nullptr) {
        std::size_t shown = 0;
        for (const auto& lost : read->transactions) {
            std::string one = transaction_text(lost);
            if (text.size() + one.size() > kMostLossesBytes) break;
            text += one;
            ++shown;
        }
        if (shown < read->transactions.size())
            text += fmt::format("    {} more aren't shown\n", read->transactions.size() - shown);
    }
    const std::string why = why_incomplete(name, host);
    return why.empty() ? text : text + "    Not all of this is known: " + why + "\n";
}

Json host_json(const State& state, const HostName& name, Now now) {
    const HostRecord& host = state.hosts.at(name);
    Json transactions = Json::array();
    std::size_t bytes = 0;
    const auto* read = contents(host);
    std::size_t left = 0;
    for (const auto& lost : read == nullptr ? std::vector<proto::LostTransaction>{} : read->transactions) {
        Json one = transaction_json(lost);
        bytes += one.dump(-1, ' ', false, Json::error_handler_t::replace).size();
        if (left > 0 || bytes > kMostLossesBytes) {
            ++left;
        } else {
            transactions.push_back(std::move(one));
        }
    }
    const auto set = GtidSet::parse(host.extra);
    const auto* change = departure(state, name);
    const auto* decision = host.decision ? state.journal.last_decision(name) : nullptr;
    const std::string why = host.extra.empty() ? host.held_back : why_incomplete(name, host);
    return {{"host", name},
            {"writer", state.active_master.empty() ? Json(nullptr) : Json(state.active_master)},
            {"reason", host.held_back},
            {"gtids", host.extra.empty() ? Json(nullptr) : Json(host.extra)},
            {"count", set ? Json(set->count()) : Json(nullptr)},
            {"count_is_exact", set && is_exact(*set)},
            {"writer_until", change == nullptr ? Json(nullptr) : Json(utc_text(change->at))},
            {"record", change == nullptr ? Json(nullptr) : Json(change->number)},
            {"decision", decision == nullptr ? Json(nullptr) : Json::parse(decision_json(*decision))},
            {"way_on", way_out_of_quarantine(state, name, now)},
            {"transactions", std::move(transactions)},
            {"left_off", left},
            {"problem", why.empty() ? Json(nullptr) : Json(why)}};
}

}  // namespace

std::vector<HostName> hosts_with_losses(const State& state, const HostName& only) {
    std::vector<HostName> names;
    for (const auto& [name, host] : state.hosts) {
        const bool wanted = only.empty() || name == only;
        if (wanted && host.state == HostState::awaiting_recovery && host.quarantined) names.push_back(name);
    }
    return names;
}

std::string losses_text(const State& state, const std::vector<HostName>& hosts, Now now) {
    if (hosts.empty()) return "No host is kept out because of transactions that the writer lacks.\n";
    std::string text;
    for (const auto& name : hosts) text += host_text(state, name, now);
    return text;
}

std::string losses_json(const State& state, const std::vector<HostName>& hosts, Now now) {
    Json list = Json::array();
    for (const auto& name : hosts) list.push_back(host_json(state, name, now));
    return Json{{"hosts", std::move(list)}}.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mmm::monitor
