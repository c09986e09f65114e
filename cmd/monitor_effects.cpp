#include <asio/post.hpp>

#include "cmd/kill_host.hpp"
#include "cmd/lease_files.hpp"
#include "cmd/monitor_app.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/state_file.hpp"

// How the monitor's effects are carried out: one function an effect.

namespace mmm {
namespace {

constexpr Duration kSaveAgain{1000};

}  // namespace

void MonitorApp::perform(const monitor::SaveStatus& effect) {
    const auto saved = net::save_state(config_.monitor.status_path, effect.text);
    if (saved) {
        unsaved_.reset();
        return;
    }
    // Going on without is the lesser evil: what is lost is the memory of a restart, and agents remember as well.
    log_.error("status can't be saved; trying again",
               {{"file", config_.monitor.status_path}, {"reason", saved.error().message}});
    unsaved_ = effect.text;
    save_again_at_ = net::boot_now() + kSaveAgain;
}

void MonitorApp::save_again() {
    if (!unsaved_ || net::boot_now() < save_again_at_) return;
    perform(monitor::SaveStatus{*unsaved_});
    if (!unsaved_) log_.info("status is saved again", {{"file", config_.monitor.status_path}});
}

void MonitorApp::perform(const monitor::SendOrder& effect) {
    agents_.at(effect.host)->send(effect.order);
}

void MonitorApp::perform(const monitor::CheckNow& effect) {
    probes_.at(effect.host)->run_now();
}

void MonitorApp::perform(const monitor::KillHost& effect) {
    log_.warning("killing host", {{"host", effect.host}, {"program", config_.monitor.kill_host_bin}});
    kill_host(loop_, config_.monitor, effect.host, effect.ping,
              [this](monitor::KillDone ended) { dispatch(std::move(ended)); });
}

void MonitorApp::perform(const monitor::SaveRecord& effect) {
    const auto saved = net::save_state(record_path(config_.monitor), effect.text);
    dispatch(monitor::RecordSaved{saved.has_value(), saved ? "" : saved.error().message});
}

void MonitorApp::perform(const monitor::SendLease& effect) {
    // Requests and grants need the reliable link; answers to datagrams go back as such.
    const bool by_link = std::holds_alternative<lease::PromiseRequest>(effect.message) ||
                         std::holds_alternative<lease::Grant>(effect.message);
    if (by_link) {
        agents_.at(effect.to)->send(effect.message);
    } else {
        datagrams_->send(effect.to, effect.message);
    }
}

void MonitorApp::perform(const monitor::TellReload& effect) {
    agents_.at(effect.host)->send_reload();
}

void MonitorApp::perform(const monitor::ReloadSecurity&) {
    asio::post(loop_, [this] { reload(); });
}

void MonitorApp::perform(const monitor::AnswerAdmin& effect) {
    control_->answer(effect.id, effect.reply);
}

void MonitorApp::perform(const monitor::Log& effect) {
    std::vector<net::LogField> fields;
    for (const auto& [key, value] : effect.fields) fields.push_back({key, value});
    log_.log(effect.level, effect.message, std::move(fields));
}

std::string MonitorApp::doing() const {
    return state_.active_master.empty() ? "no writer" : "writer is " + state_.active_master;
}

}  // namespace mmm
