#include <array>
#include <optional>
#include <variant>

#include "core/lease/record_text.hpp"
#include "core/lease/settings.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "tests/sim/agent_process.hpp"
#include "tests/sim/describe.hpp"

// How the agent's effects are carried out: one function an effect, as in cmd/agent_effects.cpp.

namespace mmm::sim {

namespace {

/// What a task's begin is passed as; nothing: no fault there would tell more than one at any other time.
std::optional<Point> point_of(const agent::Task& task) {
    if (std::holds_alternative<agent::SetReadOnly>(task)) return Point::making_ro;
    if (std::holds_alternative<agent::EndClients>(task)) return Point::ending;
    if (std::holds_alternative<agent::FreezeWrites>(task)) return Point::freezing;
    if (std::holds_alternative<agent::CatchUp>(task)) return Point::awaiting;
    if (std::holds_alternative<agent::SetWritable>(task)) return Point::making_rw;
    if (std::holds_alternative<agent::Drain>(task)) return Point::draining;
    const bool repoints = std::holds_alternative<agent::Replicate>(task) ||
                          std::holds_alternative<agent::StopReplication>(task) ||
                          std::holds_alternative<agent::GiveUpRest>(task);
    return repoints ? std::optional(Point::repointing) : std::nullopt;
}

}  // namespace

void AgentProcess::perform(const agent::StartTask& effect) {
    ground_.note(self_.name, [&] { return "-> " + describe(effect.task); });
    sql_.start(effect);
    if (const auto point = point_of(effect.task)) ground_.passing(*point, node_);
}

void AgentProcess::perform(const agent::PutAddress& effect) {
    ground_.note(self_.name, [&] {
        return "-> put " + effect.slot.text() + " for " + std::to_string(effect.lifetime.count()) + " s";
    });
    if (effect.kill_at) {
        then([this, effect] { arm(effect); });
        ground_.passing(Point::clock_read, node_);
    } else {
        put(effect);
    }
}

/// The timer ends this process if it is stopped from here to the kernel's answer (lease protocol, rule 16).
void AgentProcess::arm(const agent::PutAddress& effect) {
    if (time() >= *effect.kill_at) {
        ground_.note(self_.name, [] { return std::string("   too late to put it"); });
        dispatch(agent::AddressFailed{effect.slot, Error{Code::timeout, "this process was held up", 0}});
        return dispatch(agent::AddressesSeen{kernel_.present()});
    }
    timer_runs_ = true;
    const auto ring = [this, number = ++timer_, life = process_.life()] {
        if (!timer_runs_ || timer_ != number || life != process_.life()) return;
        ground_.note(self_.name, [] { return std::string("ended by its timer"); });
        crash();
        on_timer_kill();
    };
    if (ground_.plant != Plant::late_timer)
        ground_.timeline.after(clock_.until(*effect.kill_at, ground_.timeline.time()), ring);
    then([this, effect] { put(effect); });
    ground_.passing(Point::armed, node_);
}

void AgentProcess::put(const agent::PutAddress& effect) {
    timer_runs_ = false;
    if (!kernel_.put(effect.slot, effect.lifetime))
        dispatch(agent::AddressFailed{effect.slot, Error{Code::io, "the kernel refuses", 0}});
    ground_.touched = true;
    ground_.on_put();
    dispatch(agent::AddressesSeen{kernel_.present()});
    ground_.passing(config_.is_writer_slot(effect.slot) ? Point::put_writer : Point::put_reader, node_);
}

void AgentProcess::perform(const agent::RemoveAddress& effect) {
    ground_.note(self_.name, [&] { return "-> remove " + effect.slot.text(); });
    kernel_.remove(effect.slot);
    dispatch(agent::AddressesSeen{kernel_.present()});
    ground_.passing(Point::removed, node_);
}

void AgentProcess::perform(agent::SendStatus& effect) {
    proto::AgentStatus& status = effect.status;
    if (!leases) status.lease = {};
    if (ground_.plant == Plant::echoing_agent && state_.order) {
        // What it was told, instead of what is: only what the order names is still there.
        std::erase_if(status.present, [&](const Slot& slot) { return !state_.order->slots.contains(slot); });
        if (status.writer == proto::WriterPhase::leaving) status.writer = proto::WriterPhase::none;
    }
    if (leases) watch.reported(node_, status.lease);
    port_.send(status);
    ground_.passing(Point::reported, node_);
}

void AgentProcess::send_datagram(Node to, const std::string& text) {
    ground_.network.datagram(node_, to, [this, to, text] {
        if (ground_.datagram_port[to]) ground_.datagram_port[to](node_, text);
    });
}

void AgentProcess::perform(const agent::SendAlive&) {
    const auto text = proto::encode_alive({self_.name, config_.cluster, ++alive_});
    for (Node node = 0; text && node < config_.hosts.size(); ++node) {
        if (node != node_) send_datagram(node, *text);
    }
}

void AgentProcess::perform(const agent::SaveRecord& effect) {
    then([this, text = effect.text] { save(text); });
    ground_.passing(Point::recording, node_);
}

void AgentProcess::save(const std::string& text) {
    const auto saved = disk.save(text);
    if (const auto here = disk.load()) {
        if (auto record = lease::parse_record(*here)) stored_ = std::move(record->record);
    }
    if (!saved) ground_.note(self_.name, [&] { return "   the record can't be saved: " + saved.error().message; });
    dispatch(agent::RecordSaved{saved.has_value(), saved ? "" : saved.error().message});
    ground_.passing(Point::recorded, node_);
}

void AgentProcess::perform(const agent::NoteLeases& effect) {
    noted = effect.noted;
}

void AgentProcess::perform(agent::SendLease& effect) {
    ground_.note(self_.name, [&] { return "-> " + effect.to + ": " + describe(effect.message); });
    if (!leases) return;
    const bool is_own = std::holds_alternative<lease::PromiseRequest>(effect.message);
    if (is_own && ground_.plant == Plant::headless_hosts) return;
    lease::Message& message = effect.message;
    auto* reply = std::get_if<lease::PromiseReply>(&message);
    if (reply != nullptr && ground_.plant == Plant::forgetful_voters)
        reply->last = {false, {}, {}, Duration{3'600'000}};
    watch.sent(node_, effect.to, message);
    if (effect.to == lease::kMonitor && reply != nullptr) {
        port_.send(message);
    } else {
        const auto texts = proto::encode_lease_datagrams({self_.name, config_.cluster, message});
        Node to = 0;
        for (auto host = config_.hosts.begin(); host != config_.hosts.end() && host->first != effect.to; ++host) ++to;
        for (std::size_t part = 0; texts && part < texts->size(); ++part) send_datagram(to, texts->at(part));
    }
    constexpr std::array kPointOfMessage{Point::regranting, Point::promised, Point::renewed, Point::supported,
                                         Point::granting};
    ground_.passing(kPointOfMessage.at(effect.message.index()), node_);
}

void AgentProcess::perform(const agent::CloseLink& effect) {
    ground_.note(self_.name, [&] { return "-> close the link: " + effect.reason; });
    port_.drop(effect.reason);
    process_.forget(Source::datagram, 0);
}

void AgentProcess::perform(const agent::Log& effect) {
    ground_.note(self_.name, [&] { return describe(effect.level, effect.message, effect.fields); });
}

}  // namespace mmm::sim
