#include "tests/fuzz/agent_host.hpp"

#include "core/agent/step.hpp"
#include "core/lease/record_text.hpp"
#include "core/proto/frame.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/read_losses.hpp"
#include "core/proto/status_codec.hpp"
#include "core/proto/version1.hpp"
#include "tests/fuzz/fuzz.hpp"

namespace mmm::fuzz {
namespace {

constexpr Duration kTick{100};
/// Version 1 alone keeps addresses for 15 s, all else less; the kernel's own second comes on top.
constexpr Duration kLongSilence{18'000};
constexpr Duration kKernelLateness{300};

Slots slots_of(const std::map<Slot, Time>& addresses) {
    Slots slots;
    for (const auto& [slot, until] : addresses) slots.insert(slot);
    return slots;
}

}  // namespace

AgentHost::AgentHost(const config::Config& config)
    : config_(config), own_slots_(config.slots_of("db2")), record_(lease::record_text({"db2", "db2", {true, {}}})) {
    server.server = proto::Server::up;
    server.read_only = true;
    server.complete = true;
    server.position = server.history = "0-1-5";
    restart();
}

void AgentHost::restart() {
    let_kernel_expire();
    events_.clear();
    unanswered_.clear();
    state_ = agent::initial("db2", now_, "fuzz");
    agent::Started started{slots_of(on_)};
    started.noted = noted_;
    started.record = record_;
    started.nonce = ++nonce_;
    happen(started);
}

void AgentHost::happen(const agent::Event& event) {
    events_.push_back(event);
    while (!events_.empty()) {
        const agent::Event next = std::move(events_.front());
        events_.pop_front();
        for (const auto& effect : agent::agent_step(config_, state_, next, Now{now_, {}})) std::visit(*this, effect);
        check_bounds();
    }
}

void AgentHost::pass(Duration span) {
    for (const Time end = now_ + span; now_ + kTick <= end;) {
        now_ += kTick;
        let_kernel_expire();
        happen(agent::Tick{std::chrono::duration_cast<Duration>(now_.time_since_epoch())});
        happen(server);
    }
}

void AgentHost::end_in_silence() {
    happen(agent::LinkClosed{"cut"});
    pass(kLongSilence);
    for (const auto& [slot, until] : on_) {
        const auto held = state_.leases.holder.slots.find(slot);
        const bool may_stay = held != state_.leases.holder.slots.end() && held->second.on_loss == lease::OnLoss::hold;
        require(may_stay, "who hears nobody lets go");
    }
    require(state_.stopping || unanswered_.empty(), "a question of version 1 is answered");
}

void AgentHost::ask_version1(std::string_view line) {
    const auto request = proto::v1::decode_request(line);
    if (request && request->command == proto::v1::Command::set_status)
        named_.insert(request->status.roles.begin(), request->status.roles.end());
    unanswered_.insert(++last_asked_);
    happen(agent::Version1Asked{last_asked_, std::string(line)});
}

void AgentHost::let_kernel_expire() {
    if (std::erase_if(on_, [&](const auto& entry) { return now_ >= entry.second; }) > 0)
        events_.push_back(agent::AddressesSeen{slots_of(on_)});
}

void AgentHost::check_bounds() const {
    const std::size_t slots = config_.slots().size();
    const auto& leases = state_.leases;
    require(leases.voter.record.slots.size() <= slots, "the record has no more slots than the configuration");
    require(leases.voter.life.supported.size() <= slots, "so has the memory of support");
    require(leases.outbox.size() <= 200, "what waits for the disk is bounded");
    require(leases.regrants.size() <= slots, "own proposals are bounded");
    require(state_.contact.peers.size() <= config_.hosts.size(), "only hosts are peers");
    require(state_.running.size() <= 3, "each worker has one task at most");
    for (const auto& [slot, held] : leases.holder.slots) {
        require(own_slots_.contains(slot), "a slot of another host's is never held");
        require(held.rounds.size() <= 100, "rounds that aren't decided are bounded");
    }
}

void AgentHost::operator()(const agent::StartTask& wanted) {
    require(wanted.deadline > now_ && wanted.deadline < now_ + std::chrono::hours(24), "each task has its deadline");
    if (tasks == Tasks::hang) return;
    if (tasks == Tasks::fail) {
        events_.push_back(agent::TaskDone{wanted.id, fail(Code::io, "it can't be done"), ""});
        return;
    }
    if (std::holds_alternative<agent::SetWritable>(wanted.task)) server.read_only = false;
    if (std::holds_alternative<agent::SetReadOnly>(wanted.task) ||
        std::holds_alternative<agent::FreezeWrites>(wanted.task))
        server.read_only = true;
    agent::TaskDone done{wanted.id, std::string("done"), server.position, server.history};
    if (const auto* read = std::get_if<agent::ReadLosses>(&wanted.task)) done.losses.of = read->gtids;
    events_.push_back(done);
}

void AgentHost::operator()(const agent::PutAddress& wanted) {
    require(own_slots_.contains(wanted.slot), "no address is put that this host may not have");
    require(named_.contains(wanted.slot), "no address is put that nobody gave to this host");
    require(wanted.lifetime > std::chrono::seconds{0} && wanted.lifetime <= std::chrono::seconds{20},
            "each address has a lifetime");
    on_[wanted.slot] = now_ + wanted.lifetime + kKernelLateness;
    events_.push_back(agent::AddressesSeen{slots_of(on_)});
}

void AgentHost::operator()(const agent::RemoveAddress& wanted) {
    on_.erase(wanted.slot);
    events_.push_back(agent::AddressesSeen{slots_of(on_)});
}

void AgentHost::operator()(const agent::Announce& wanted) {
    require(own_slots_.contains(wanted.slot), "only an own address is announced");
}

void AgentHost::operator()(const agent::SendStatus& wanted) {
    const std::string line = proto::encode_status("db2", wanted.status);
    require(line.size() < proto::kMaxLine && proto::check_line(line), "a status is a line");
    const auto message = proto::decode(line);
    require(message && proto::decode_status(*message), "a status is understood");
}

void AgentHost::operator()(const agent::SendLosses& wanted) {
    const std::string line = proto::encode_losses("db2", wanted.losses);
    require(line.size() < proto::kMaxLine && proto::check_line(line), "losses are a line");
    const auto message = proto::decode(line);
    require(message && proto::decode_losses(*message), "losses are understood");
}

void AgentHost::operator()(const agent::AnswerVersion1& wanted) {
    require(unanswered_.erase(wanted.id) == 1, "a question of version 1 is answered once");
    require(wanted.line.size() < proto::kMaxLine && proto::check_line(wanted.line), "an answer is a line");
    require(proto::v1::decode_reply(wanted.line).has_value(), "an answer is one of version 1");
}

void AgentHost::operator()(const agent::SaveRecord& wanted) {
    require(lease::parse_record(wanted.text).has_value(), "a record can be read again");
    if (disk_works) record_ = wanted.text;
    events_.push_back(agent::RecordSaved{disk_works, disk_works ? "" : "no space left on device"});
}

void AgentHost::operator()(const agent::SendLease& wanted) {
    require(wanted.to == "monitor" || config_.hosts.contains(wanted.to), "leases are talked about with hosts only");
    const auto line = proto::lease_line("db2", wanted.message);
    require(proto::decode_lease(line) == wanted.message, "a lease message is understood");
    if (const auto* renewal = std::get_if<lease::Renewal>(&wanted.message)) last_round_ = renewal->sent;
}

void AgentHost::operator()(const agent::CloseLink& wanted) {
    events_.push_back(agent::LinkClosed{wanted.reason});
}

void AgentHost::operator()(const agent::Log& wanted) {
    require(!wanted.message.empty(), "what is logged says something");
}

}  // namespace mmm::fuzz
