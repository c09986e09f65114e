#include "cmd/monitor_app.hpp"

#include <unistd.h>

#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <cerrno>
#include <csignal>

#include "cmd/config_key.hpp"
#include "cmd/endpoints.hpp"
#include "cmd/lease_files.hpp"
#include "cmd/link_security.hpp"
#include "cmd/random_id.hpp"
#include "cmd/reload.hpp"
#include "cmd/version.hpp"
#include "core/lease/settings.hpp"
#include "core/monitor/step.hpp"
#include "core/monitor/version1.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/port_owner.hpp"
#include "net/host/state_file.hpp"
#include "net/host/system_error.hpp"

namespace mmm {
namespace {

constexpr std::chrono::milliseconds kTick{100};

}  // namespace

MonitorApp::MonitorApp(config::Config config, std::string about, net::Logger logger)
    : config_(std::move(config)),
      about_(std::move(about)),
      log_(std::move(logger)),
      tick_(loop_),
      journal_(config_.monitor, log_),
      state_(monitor::initial(config_, net::boot_now())) {
    state_.version = short_version();
}

MonitorApp::~MonitorApp() = default;

Result<void> MonitorApp::prepare() {
    // A hand-made installation has no folder yet; packages and units bring it.
    if (const auto made = make_folder_of(config_.monitor.status_path); !made)
        return fail(Code::io, made.error().message + " (status_path)");
    auto lock = net::LockFile::acquire(config_.monitor.status_path, about_);
    if (!lock) return tl::make_unexpected(lock.error());
    lock_.emplace(std::move(*lock));
    if (const auto& path = config_.monitor.journal_path; !path.empty()) {
        if (const auto made = make_folder_of(path); !made)
            return fail(Code::io, made.error().message + " (journal_path)");
        auto journal = net::LockFile::acquire(path, about_);
        if (!journal) return tl::make_unexpected(journal.error());
        journal_lock_.emplace(std::move(*journal));
    }
    auto tls = monitor_tls(config_);
    if (!tls) return tl::make_unexpected(tls.error());
    tls_ = std::move(*tls);
    tell_security(config_, tls_.control, log_);
    if (const auto made = make_folder_of(control_socket_path(config_)); !made)
        log_.warning("no folder for the control socket", {{"reason", made.error().message}});
    control_ = std::make_unique<ControlPort>(loop_, config_, log_, tls_.control,
                                             [this](monitor::AdminAsked asked) { dispatch(std::move(asked)); });
    datagrams_ = std::make_unique<Datagrams>(
        loop_, config_, lease::kMonitor, log_, [](const Address&, const std::string&) {},
        [this](const HostName& from, lease::Message message) {
            dispatch(monitor::LeaseHeard{from, std::move(message)});
        });
    auto listening = control_->listen();
    // Agents know the monitor by where its links come from if the configured address is this machine's own.
    const Address everywhere = config_.monitor.ip.is_v6() ? Address::v6({}) : Address::v4({});
    if (listening)
        listening = datagrams_->listen(config_.monitor.ip.is_loopback() ? everywhere : config_.monitor.ip,
                                       config_.monitor.port);
    if (listening || listening.error().code != Code::busy) return listening;
    const auto owner = net::port_owner(config_.monitor.ip, config_.monitor.port);
    return fail(Code::busy, listening.error().message + (owner ? "; it is used by " + *owner : ""));
}

void MonitorApp::run(const std::function<void()>& on_running) {
    asio::signal_set signals(loop_, SIGTERM, SIGINT);
    signals.async_wait([this](const asio::error_code& error, int number) {
        if (error) return;
        log_.info("ending; agents keep what they hold", {{"signal", std::to_string(number)}});
        service_.stopping();
        loop_.stop();
    });
    asio::signal_set hangup(loop_, SIGHUP);
    reload_at(hangup, [this] { reload(); });
    begin();
    on_running();
    loop_.run();
}

void MonitorApp::reload() {
    config::Security fresh = config_.security;
    MonitorTls tls;
    const auto done = read_again(fresh, tls);
    tell_reloaded(done, log_);
    dispatch(monitor::SecurityRead{done ? security_text(fresh, tls.control) : "", done ? "" : done.error().message});
    // The operator who asked for it was answered now, on a connection that may be of a key that is gone afterwards.
    if (done) asio::post(loop_, [this, fresh, tls] { take(fresh, tls); });
}

Result<void> MonitorApp::read_again(config::Security& fresh, MonitorTls& tls) const {
    config::Config config = config_;
    if (auto read = read_cluster_keys(config, "", KeyUse::control); !read) return read;
    auto made = monitor_tls(config);
    if (!made) return tl::make_unexpected(made.error());
    fresh = std::move(config.security);
    tls = std::move(*made);
    return {};
}

void MonitorApp::take(const config::Security& fresh, const MonitorTls& tls) {
    config_.security = fresh;
    tls_ = tls;
    tell_security(config_, tls_.control, log_);
    control_->set_tls(tls_.control);
    for (auto& [name, agent] : agents_) agent->set_tls(tls_.agents.at(name));
    datagrams_->take_keys();
}

void MonitorApp::begin() {
    log_.info("monitor started", {{"control", config_.monitor.ip.text() + ":" + std::to_string(config_.monitor.port)},
                                  {"hosts", std::to_string(config_.hosts.size())}});
    warn_of_kill_host();
    auto saved = net::load_state(config_.monitor.status_path);
    const bool none = !saved && saved.error().code == Code::not_found;
    auto record = read_record(record_path(config_.monitor));
    dispatch(monitor::Started{saved.value_or(""), saved || none ? "" : saved.error().message, std::move(record.text),
                              std::move(record.problem), random_number(), journal_.open()});
    dispatch(monitor::SecurityRead{security_text(config_.security, tls_.control)});

    const std::string id = random_id();
    for (const auto& [name, host] : config_.hosts) {
        AgentClient::Handlers handlers;
        handlers.on_connected = [this, &name = name](bool version1, bool leases) {
            dispatch(monitor::AgentConnected{name, version1, leases});
        };
        handlers.on_lease = [this, &name = name](lease::Message message) {
            dispatch(monitor::LeaseHeard{name, std::move(message)});
        };
        handlers.on_losses = [this, &name = name](proto::ReadLosses losses) {
            dispatch(monitor::LossesRead{name, std::move(losses)});
        };
        handlers.why_not_version1 = [this, &name = name] { return monitor::why_not_version1(config_, state_, name); };
        handlers.on_gone = [this, &name = name](const std::string& why, bool refuses) {
            dispatch(monitor::AgentGone{name, why, refuses});
        };
        handlers.on_status = [this, &name = name](proto::AgentStatus status) {
            dispatch(monitor::AgentSaid{name, std::move(status)});
        };
        agents_[name] =
            std::make_unique<AgentClient>(loop_, config_, host, id, log_, tls_.agents.at(name), std::move(handlers));
        start_probe(host);
    }
    Pinging::Handlers pings;
    pings.on_checked = [this](CheckReport report) { dispatch(monitor::Checked{std::move(report)}); };
    pings.on_network = [this](bool reachable) { dispatch(monitor::NetworkSeen{reachable}); };
    pinging_ = std::make_unique<Pinging>(loop_, config_, std::move(pings));
    service_.ready();
    on_tick();
}

/// MMM's packages name a program that nobody wrote yet; that is found out now, not when it is needed.
void MonitorApp::warn_of_kill_host() {
    const std::string& program = config_.monitor.kill_host_bin;
    if (program.empty() || ::access(program.c_str(), X_OK) == 0) return;
    log_.warning("kill_host_bin can't be run; hosts that can't be told to let go are waited for",
                 {{"program", program}, {"reason", net::errno_text(errno)}});
}

void MonitorApp::start_probe(const config::Host& host) {
    const auto timing = [this](CheckKind kind) {
        const auto& check = config_.check(kind);
        return net::mysql::CheckTiming{check.check_period, check.timeout};
    };
    net::mysql::ProbeConfig probe;
    probe.host = host.name;
    probe.endpoint = monitor_endpoint(host);
    probe.mysql = timing(CheckKind::mysql);
    probe.rep_threads = timing(CheckKind::rep_threads);
    probe.rep_backlog = timing(CheckKind::rep_backlog);
    probe.max_backlog =
        std::chrono::duration_cast<std::chrono::seconds>(config_.check(CheckKind::rep_backlog).max_backlog);
    probe.heartbeat_table = config_.check(CheckKind::rep_backlog).heartbeat_table;
    probes_[host.name] = std::make_unique<net::mysql::Probe>(std::move(probe), [this](CheckReport report) {
        asio::post(loop_, [this, report = std::move(report)] { dispatch(monitor::Checked{report}); });
    });
}

void MonitorApp::on_tick() {
    dispatch(monitor::Tick{});
    save_again();
    journal_.try_again();
    service_.tell(doing());
    log_.write_sums();
    tick_.expires_after(kTick);
    tick_.async_wait([this](const asio::error_code& error) {
        if (!error) on_tick();
    });
}

void MonitorApp::dispatch(monitor::Event event) {
    events_.push_back(std::move(event));
    if (stepping_) return;  // an effect caused it: its turn comes when all effects before it are done
    stepping_ = true;
    while (!events_.empty()) {
        const monitor::Event next = std::move(events_.front());
        events_.pop_front();
        const auto effects = monitor::step(config_, state_, next, net::now());
        for (const auto& effect : effects) {
            std::visit([this](const auto& wanted) { perform(wanted); }, effect);
        }
    }
    stepping_ = false;
}

}  // namespace mmm
