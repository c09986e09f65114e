#include <set>

#include "cmd/agent_app.hpp"
#include "cmd/lease_files.hpp"
#include "core/lease/settings.hpp"
#include "net/host/state_file.hpp"

// How the agent's effects are carried out: one function an effect.

namespace mmm {
namespace {

constexpr Duration kEchoTimeout{400};

}  // namespace

void AgentApp::perform(const agent::StartTask& effect) {
    sql_->start(effect);
}

void AgentApp::perform(const agent::LookAtServer& effect) {
    sql_->look(effect);
}

void AgentApp::perform(const agent::CancelTask& effect) {
    sql_->cancel(effect.id);
}

void AgentApp::perform(const agent::PutAddress& effect) {
    if (const auto put = addresses_.put(effect.slot, effect.lifetime, effect.kill_at); !put) {
        dispatch(agent::AddressFailed{effect.slot, put.error()});
    }
    look_at_addresses();
}

void AgentApp::perform(const agent::RemoveAddress& effect) {
    if (const auto removed = addresses_.remove(effect.slot); !removed) {
        dispatch(agent::AddressFailed{effect.slot, removed.error()});
    }
    look_at_addresses();
}

void AgentApp::perform(const agent::Announce& effect) {
    if (const auto announced = addresses_.announce(effect.slot); !announced) {
        log_.warning("address could not be announced",
                     {{"slot", effect.slot.text()}, {"reason", announced.error().message}});
    }
    // Noticed, not fought over: two machines that both insist would take it from each other for ever.
    addresses_.look_for_stranger(effect.slot, [this, slot = effect.slot](const std::string& mac) {
        log_.error("another machine uses an address of this cluster; find it by its MAC address and take it off there",
                   {{"slot", slot.text()}, {"mac", mac}});
    });
}

void AgentApp::perform(const agent::SendStatus& effect) {
    port_->send(effect.status);
}

void AgentApp::perform(const agent::SendLosses& effect) {
    port_->send(effect.losses);
}

void AgentApp::perform(const agent::AnswerVersion1& effect) {
    port_->answer(effect.id, effect.line);
}

void AgentApp::perform(const agent::LookAround&) {
    std::set<Address> around;
    for (const auto& [name, host] : config_.hosts) {
        if (name != self_.name) around.insert(host.ip);
    }
    if (const auto monitor = port_->version1_monitor()) around.insert(*monitor);
    around.erase(self_.ip);
    for (const auto& ip : around) {
        pinger_.ping(ip, kEchoTimeout, [this](const Result<Duration>& echo) {
            if (echo) dispatch(agent::EchoHeard{});
        });
    }
}

void AgentApp::perform(const agent::SendAlive&) {
    peers_->send_alive();
}

void AgentApp::perform(const agent::SaveRecord& effect) {
    const auto saved = net::save_state(record_path_, effect.text);
    dispatch(agent::RecordSaved{saved.has_value(), saved ? "" : saved.error().message});
}

void AgentApp::perform(const agent::NoteLeases& effect) {
    write_note(note_path_, effect.noted);
}

void AgentApp::perform(const agent::SendLease& effect) {
    // What answers the monitor's own proposals goes back over its link; its vote is asked for by datagram.
    const bool by_link = effect.to == lease::kMonitor && std::holds_alternative<lease::PromiseReply>(effect.message);
    if (by_link) {
        port_->send(effect.message);
    } else {
        peers_->send(effect.to, effect.message);
    }
}

void AgentApp::perform(const agent::CloseLink& effect) {
    // What is queued anywhere is as old as the silence that led to this.
    port_->drop(effect.reason);
    peers_->drain();
}

void AgentApp::perform(const agent::Log& effect) {
    std::vector<net::LogField> fields;
    for (const auto& [key, value] : effect.fields) fields.push_back({key, value});
    log_.log(effect.level, effect.message, std::move(fields));
}

std::string AgentApp::doing() const {
    std::string text;
    for (const auto& [slot, epoch] : state_.granted) text += (text.empty() ? "" : ", ") + slot.text();
    return text.empty() ? "no role" : text;
}

}  // namespace mmm
