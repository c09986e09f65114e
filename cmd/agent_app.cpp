#include "cmd/agent_app.hpp"

#include <asio/post.hpp>
#include <asio/signal_set.hpp>
#include <csignal>

#include "cmd/config_key.hpp"
#include "cmd/lease_files.hpp"
#include "cmd/link_security.hpp"
#include "cmd/random_id.hpp"
#include "cmd/reload.hpp"
#include "cmd/version.hpp"
#include "core/agent/step.hpp"
#include "core/lease/settings.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/port_owner.hpp"

namespace mmm {
namespace {

constexpr std::chrono::milliseconds kTick{100};

/// The boot clock is the host's uptime.
Duration uptime() {
    return net::boot_now().time_since_epoch();
}

}  // namespace

AgentApp::AgentApp(config::Config config, HostName self, net::Logger logger)
    : config_(std::move(config)),
      self_(*config_.host(self)),
      log_(std::move(logger)),
      tick_(loop_),
      state_(agent::initial(self, net::boot_now(), short_version())),
      record_path_(record_path(config_, self_)),
      note_path_(note_path(config_, self_)),
      addresses_(config_, self_),
      pinger_(loop_) {}

AgentApp::~AgentApp() = default;

Result<void> AgentApp::prepare() {
    auto tls = agent_port_tls(config_, self_.name);
    if (!tls) return tl::make_unexpected(tls.error());
    tell_security(config_, *tls, log_);
    in_force_ = security_text(config_.security, *tls);
    AgentPort::Handlers handlers;
    handlers.on_open = [this](const Address& monitor) {
        peers_->know_monitor(monitor);
        dispatch(agent::LinkOpened{});
    };
    handlers.on_lease = [this](lease::Message message) {
        dispatch(agent::LeaseHeard{lease::kMonitor, std::move(message)});
    };
    handlers.on_close = [this](const std::string& why) { dispatch(agent::LinkClosed{why}); };
    handlers.on_heard = [this] { dispatch(agent::MonitorHeard{}); };
    // Not from within the port, which may have to reset connections then.
    handlers.on_reload = [this] { asio::post(loop_, [this] { reload_or_tell(); }); };
    handlers.on_order = [this](proto::Order order) { dispatch(agent::OrderReceived{std::move(order)}); };
    handlers.on_version1 = [this](std::uint64_t id, const std::string& line) {
        dispatch(agent::Version1Asked{id, line});
    };
    port_ = std::make_unique<AgentPort>(loop_, config_, self_, log_, std::move(*tls), std::move(handlers));
    peers_ = std::make_unique<Peers>(
        loop_, config_, self_, log_,
        [this](const HostName& host, Duration age) {
            dispatch(agent::PeerHeard{host, age});
        },
        [this](const HostName& from, lease::Message message) {
            dispatch(agent::LeaseHeard{from, std::move(message)});
        });
    auto listening = port_->listen();
    if (listening) listening = peers_->listen();
    if (!listening && listening.error().code == Code::busy) {
        const auto owner = net::port_owner(self_.ip, self_.agent_port);
        return fail(Code::busy, listening.error().message + (owner ? "; it is used by " + *owner : ""));
    }
    if (!listening) return listening;
    for (const auto& path : {record_path_, note_path_}) {
        if (const auto made = make_folder_of(path); !made) return made;
    }
    auto lock = net::LockFile::acquire(record_path_, "agent of host " + self_.name);
    if (!lock) return tl::make_unexpected(lock.error());
    lock_.emplace(std::move(*lock));
    return addresses_.open(loop_, [this] { look_at_addresses(); });
}

void AgentApp::run(const std::function<void()>& on_running) {
    asio::signal_set signals(loop_, SIGTERM, SIGINT);
    signals.async_wait([this](const asio::error_code& error, int number) {
        if (error) return;
        log_.info("ending; addresses stay for their lifetime, the next agent takes them over",
                  {{"signal", std::to_string(number)}});
        service_.stopping();
        dispatch(agent::Stopping{});
        loop_.stop();
    });
    asio::signal_set hangup(loop_, SIGHUP);
    reload_at(hangup, [this] { reload_or_tell(); });
    begin();
    on_running();
    loop_.run();
}

void AgentApp::reload_or_tell() {
    const auto done = reload();
    tell_reloaded(done, log_);
    dispatch(agent::SecurityRead{in_force_, done ? "" : done.error().message});
}

Result<void> AgentApp::reload() {
    config::Config fresh = config_;
    if (auto read = read_cluster_keys(fresh, "", KeyUse::link); !read) return read;
    auto tls = agent_port_tls(fresh, self_.name);
    if (!tls) return tl::make_unexpected(tls.error());
    config_.security = std::move(fresh.security);
    tell_security(config_, *tls, log_);
    in_force_ = security_text(config_.security, *tls);
    port_->set_tls(std::move(*tls));
    peers_->take_keys();
    return {};
}

void AgentApp::begin() {
    const auto present = addresses_.present();
    log_.info("agent started", {{"host", self_.name}, {"port", std::to_string(self_.agent_port)}});
    // The first step may already have work for the server: a lease of which hardly anything is left ends at once. What
    // the workers see is posted, so it comes after that step.
    SqlTasks::Handlers handlers;
    handlers.on_seen = [this](agent::ServerSeen seen) {
        asio::post(loop_, [this, seen = std::move(seen)] { dispatch(seen); });
    };
    handlers.on_done = [this](agent::TaskDone done) {
        asio::post(loop_, [this, done = std::move(done)] { dispatch(done); });
    };
    handlers.on_progress = [this](agent::TaskProgress progress) {
        asio::post(loop_, [this, progress = std::move(progress)] { dispatch(progress); });
    };
    sql_ = std::make_unique<SqlTasks>(config_, self_, std::move(handlers));
    auto record = read_record(record_path_);
    dispatch(agent::Started{present.value_or(Slots{}), addresses_.lasting().value_or(Slots{}), read_note(note_path_),
                            std::move(record.text), std::move(record.problem), random_number()});
    dispatch(agent::SecurityRead{in_force_});
    service_.ready();
    on_tick();
}

void AgentApp::on_tick() {
    dispatch(agent::Tick{uptime()});
    service_.tell(doing());
    log_.write_sums();
    tick_.expires_after(kTick);
    tick_.async_wait([this](const asio::error_code& error) {
        if (!error) on_tick();
    });
}

void AgentApp::look_at_addresses() {
    const auto present = addresses_.present();
    if (present) {
        dispatch(agent::AddressesSeen{*present});
    } else {
        log_.error("addresses can't be read", {{"reason", present.error().message}});
    }
}

void AgentApp::dispatch(agent::Event event) {
    events_.push_back(std::move(event));
    if (stepping_) return;  // an effect caused it: its turn comes when all effects before it are done
    stepping_ = true;
    while (!events_.empty()) {
        const agent::Event next = std::move(events_.front());
        events_.pop_front();
        const auto effects = agent::agent_step(config_, state_, next, net::now());
        for (const auto& effect : effects) {
            std::visit([this](const auto& wanted) { perform(wanted); }, effect);
        }
    }
    stepping_ = false;
}

}  // namespace mmm
