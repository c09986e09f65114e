#include "tests/fuzz/monitor_cluster.hpp"

#include "core/lease/record_text.hpp"
#include "core/monitor/change_text.hpp"
#include "core/monitor/status_file.hpp"
#include "core/monitor/step.hpp"
#include "core/proto/control.hpp"
#include "core/proto/frame.hpp"
#include "core/proto/greeting.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/status_codec.hpp"
#include "core/proto/version1.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace mmm::fuzz {
namespace {

constexpr Duration kTick{100};
constexpr Duration kRepeat{500};

}  // namespace

MonitorCluster::MonitorCluster(const config::Config& config) : config_(config) {
    record_ = lease::record_text({"monitor", "monitor", {true, {}}});
    restart();
}

void MonitorCluster::restart() {
    state_ = monitor::initial(config_, now_.time);
    agents_.clear();
    monitor::Started started{saved_, ""};
    started.record = record_;
    started.nonce = ++nonce_;
    started.journal = journal_;
    happen(started);
}

void MonitorCluster::happen(const monitor::Event& event) {
    events_.push_back(event);
    for (std::size_t i = 0; i < events_.size(); ++i) {
        const monitor::Event next = std::move(events_[i]);
        given_.clear();
        for (const auto& effect : monitor::step(config_, state_, next, now_)) std::visit(*this, effect);
        check_bounds();
    }
    events_.clear();
}

void MonitorCluster::pass(Duration span) {
    for (const Time end = now_.time + span; now_.time + kTick <= end;) {
        now_.time += kTick;
        const auto since = now_.time.time_since_epoch();
        if (since % std::chrono::seconds{1} == Duration{0}) {
            now_.wall.since_epoch += std::chrono::seconds{1};
            look_around();
        }
        if (since % kRepeat == Duration{0}) {
            for (const auto& [name, host] : config_.hosts) {
                if (const std::string again = agents_[name].status; !again.empty()) agent_says(name, again);
            }
        }
        happen(monitor::Tick{});
    }
}

void MonitorCluster::look_around() {
    happen(monitor::NetworkSeen{network});
    for (const auto& [name, host] : config_.hosts) {
        for (const auto& [kind, word] : kCheckWords) check(name, kind);
    }
}

void MonitorCluster::check(const HostName& host, CheckKind kind) {
    const auto& known = outcomes[host];
    const auto found = known.find(kind);
    happen(monitor::Checked{{host, kind, found == known.end() ? Outcome::ok : found->second, ""}});
}

void MonitorCluster::agent_says(const HostName& host, const std::string& raw) {
    if (!config_.hosts.contains(host)) return;
    const std::string line = filled_in(raw, host);
    if (!proto::check_line(line)) return cut(host);
    Agent& agent = agents_[host];
    if (!agent.greeted && proto::v1::decode_reply(line)) return hear_version1(host, line);
    if (line.starts_with(proto::kStatus)) agent.status = raw;
    hear(host, line);
}

void MonitorCluster::hear(const HostName& host, const std::string& line) {
    Agent& agent = agents_[host];
    const auto message = proto::decode(line);
    if (!message || message->host != host) return cut(host);
    if (message->type == proto::kRefused) {
        agent = {};
        happen(monitor::AgentGone{host, "it refuses us", true});
    } else if (message->type == proto::kWelcome) {
        const auto welcome = proto::decode_welcome(*message);
        agent.greeted = true;
        agent.version1.reset();
        happen(monitor::AgentConnected{host, false, welcome && welcome->leases});
    } else if (!agent.greeted) {
        return;
    } else if (const auto heard = proto::decode_lease(*message)) {
        happen(monitor::LeaseHeard{host, *heard});
    } else if (const auto losses = proto::decode_losses(*message)) {
        happen(monitor::LossesRead{host, *losses});
    } else if (const auto status = proto::decode_status(*message)) {
        happen(monitor::AgentSaid{host, *status});
    }
}

void MonitorCluster::hear_version1(const HostName& host, const std::string& line) {
    Agent& agent = agents_[host];
    if (!agent.version1) {
        agent.version1 = std::make_unique<monitor::Version1Talk>(config_, host);
        happen(monitor::AgentConnected{host, true, false});
        if (const auto& order = state_.hosts.at(host).order) agent.version1->set_order(*order);
    }
    const auto asked = agent.version1->next_line(now_.time);
    if (!asked) return;
    require(proto::v1::decode_request(*asked).has_value(), "a question to version 1 is one");
    const auto heard = agent.version1->take_answer(line, now_.time);
    if (!heard || heard->speaks_version2) return cut(host);
    if (heard->status) happen(monitor::AgentSaid{host, *heard->status});
}

void MonitorCluster::datagram(const HostName& from, std::string_view text) {
    const auto heard = proto::decode_lease_datagram(filled_in(text, from));
    if (heard && heard->sender == from) happen(monitor::LeaseHeard{from, heard->message});
}

void MonitorCluster::operator_says(std::string_view line) {
    const auto request = proto::parse_control(line);
    if (!request || request->empty() || request->quit()) return;
    answered_ = false;
    happen(monitor::AdminAsked{++asked_, request->words, "an operator"});
    require(answered_, "each command is answered at once");
}

void MonitorCluster::cut(const HostName& host) {
    if (!config_.hosts.contains(host)) return;
    agents_[host] = {};
    happen(monitor::AgentGone{host, "cut"});
}

/// $N: the monitor's nonce. $V: the number of the voters. $O: the last order to that host.
std::string MonitorCluster::filled_in(std::string_view line, const HostName& host) const {
    std::string filled;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const std::string_view token = line.substr(i, 2);
        if (token == "$N" || token == "$V" || token == "$O") ++i;
        if (token == "$N") {
            filled += std::to_string(state_.lease.voter.life.nonce);
        } else if (token == "$V") {
            filled += std::to_string(state_.lease.voter.voters.hash());
        } else if (token == "$O") {
            const auto found = state_.hosts.find(host);
            const bool ordered = found != state_.hosts.end() && found->second.order;
            filled += std::to_string(ordered ? found->second.order->sequence : 0);
        } else {
            filled += line[i];
        }
    }
    return filled;
}

void MonitorCluster::check_bounds() const {
    require(state_.hosts.size() == config_.hosts.size(), "only hosts of the configuration are known");
    require(state_.slots.size() == config_.slots().size(), "only slots of the configuration are known");
    require(state_.lease.voter.record.slots.size() <= state_.slots.size(), "the record has no other slots");
    require(state_.lease.outbox.size() <= 500, "what waits for the disk is bounded");
    require(state_.journal.records.size() <= monitor::kMostRecords, "records at hand are bounded");
    require(state_.journal.decisions.size() <= monitor::kMostRecords, "decisions at hand are bounded");
    require(state_.journal.accounts.size() <= monitor::kMostAccounts, "open accounts are bounded");
    for (const auto& [slot, record] : state_.slots) {
        const bool known = record.holder.empty() || config_.can_hold(record.holder, slot.role);
        require(known, "a slot is assigned only to a host that can have it");
    }
}

void MonitorCluster::operator()(const monitor::SaveStatus& wanted) {
    require(monitor::parse_status(wanted.text).has_value(), "a status file can be read again");
    saved_ = wanted.text;
}

void MonitorCluster::operator()(const monitor::SendOrder& wanted) {
    require(config_.hosts.contains(wanted.host), "orders go to hosts");
    const auto own = config_.slots_of(wanted.host);
    for (const auto& [slot, epoch] : wanted.order.slots) {
        require(own.contains(slot), "no host is ordered to have what it may not have");
        const auto [entry, is_new] = given_.try_emplace(slot, wanted.host);
        require(is_new || entry->second == wanted.host, "one slot goes to one host");
        auto& highest = highest_[slot];
        require(epoch >= highest, "the epoch of a slot never goes back");
        highest = epoch;
    }
    const std::string line = proto::encode_order(wanted.host, wanted.order);
    require(line.size() < proto::kMaxLine && proto::check_line(line), "an order is a line");
    const auto message = proto::decode(line);
    require(message && proto::decode_order(*message) == wanted.order, "an order is understood");
    if (auto& version1 = agents_[wanted.host].version1) version1->set_order(wanted.order);
}

void MonitorCluster::operator()(const monitor::CheckNow& wanted) {
    require(config_.hosts.contains(wanted.host), "hosts are checked");
}

void MonitorCluster::operator()(const monitor::KillHost& wanted) {
    require(config_.hosts.contains(wanted.host), "hosts are killed");
    events_.push_back(monitor::KillDone{wanted.host, kills, "told"});
}

void MonitorCluster::operator()(const monitor::SaveRecord& wanted) {
    require(lease::parse_record(wanted.text).has_value(), "a record can be read again");
    if (disk_works) record_ = wanted.text;
    events_.push_back(monitor::RecordSaved{disk_works, disk_works ? "" : "no space left on device"});
}

void MonitorCluster::operator()(const monitor::SendLease& wanted) {
    require(config_.hosts.contains(wanted.to), "leases are talked about with hosts");
    const bool of_agent = !std::holds_alternative<lease::PromiseReply>(wanted.message) &&
                          !std::holds_alternative<lease::Support>(wanted.message);
    const auto line = proto::lease_line(of_agent ? wanted.to : "monitor", wanted.message);
    require(proto::decode_lease(line).has_value(), "a lease message is understood");
}

void MonitorCluster::operator()(const monitor::AppendJournal& wanted) {
    constexpr std::size_t kMostLine = std::size_t{64} * 1024 - 20;  // what net/host/journal_file takes
    require(wanted.line.size() < kMostLine && wanted.line.find('\n') == std::string::npos, "an entry is a line");
    require(monitor::parse_entry(wanted.line).has_value(), "an entry can be read again");
    journal_.push_back(wanted.line);
}

void MonitorCluster::operator()(const monitor::AnswerAdmin& wanted) {
    require(wanted.id == asked_ && !answered_, "each command is answered once");
    answered_ = true;
    const auto read = proto::parse_reply(proto::render_json(wanted.reply));
    require(read && read->exit == wanted.reply.exit, "an answer for programs is understood");
    require(wanted.reply.text.size() < std::size_t{4} * 1024 * 1024, "an answer is short enough for who asked");
}

void MonitorCluster::operator()(const monitor::Log& wanted) {
    require(!wanted.message.empty(), "what is logged says something");
}

}  // namespace mmm::fuzz
