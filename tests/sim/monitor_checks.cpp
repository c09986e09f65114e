#include "tests/sim/monitor_checks.hpp"

namespace mmm::sim {

MonitorChecks::MonitorChecks(Ground& ground, const config::Config& config, const config::Host& host, Node home,
                             Node node, Process& process, const Mysqld& server,
                             std::function<void(CheckReport)> on_checked)
    : ground_(ground),
      config_(config),
      host_(host),
      home_(home),
      node_(node),
      process_(process),
      server_(server),
      on_checked_(std::move(on_checked)) {}

void MonitorChecks::start() {
    connected_ = false;
    ping();
    ask(++run_);
}

void MonitorChecks::run_now() {
    process_.after(
        100us, [this, run = ++run_] { ask(run); }, Source::thread);
}

void MonitorChecks::server_lost() {
    if (!process_.runs() || !connected_) return;
    const auto span = ground_.network.transit(node_, home_);
    if (span)
        process_.after(
            *span, [this, run = ++run_] { ask(run); }, Source::thread);
}

void MonitorChecks::tell(Span later, CheckKind kind, Outcome outcome, const std::string& message,
                         ReplicationSetup setup) {
    CheckReport report{host_.name, kind, outcome, message, std::move(setup)};
    process_.after(
        later, [this, report = std::move(report)] { on_checked_(report); }, Source::thread);
}

void MonitorChecks::ping() {
    const auto& check = config_.check(CheckKind::ping);
    const auto echo = ground_.network.echo(home_, node_);
    const bool answered = echo && *echo < check.timeout;
    tell(answered ? *echo : Span(check.timeout), CheckKind::ping, answered ? Outcome::ok : Outcome::failed_soft,
         answered ? "OK" : "no answer");
    process_.after(check.check_period, [this] { ping(); });
}

/// `run`: a later one, asked for meanwhile, replaces it.
void MonitorChecks::ask(std::uint64_t run) {
    if (run != run_) return;
    const auto& check = config_.check(CheckKind::mysql);
    const auto trip = ground_.network.round_trip(home_, node_);
    const bool in_time = trip && *trip < check.timeout;
    Outcome outcome = Outcome::ok;
    std::string message;
    if (!in_time || server_.health() == Mysqld::Health::hung) {
        outcome = Outcome::failed_soft;
        message = "no answer within " + std::to_string(check.timeout.count()) + " ms";
    } else if (server_.health() == Mysqld::Health::down) {
        outcome = Outcome::failed_hard;
        message = "connection refused";
    } else if (server_.refuses_clients && !connected_) {
        outcome = Outcome::unknown;
        message = "too many connections";
    }
    connected_ = outcome == Outcome::ok;
    ReplicationSetup setup;
    if (connected_) setup = {2U, server_.id(), {}};
    const Span later = outcome == Outcome::failed_soft ? Span(check.timeout) : *trip;
    tell(later, CheckKind::mysql, outcome, message, setup);
    ask_replication(connected_);
    process_.after(
        check.check_period, [this, run] { ask(run); }, Source::thread);
}

void MonitorChecks::ask_replication(bool reached) {
    const auto trip = reached ? ground_.network.round_trip(home_, node_) : std::nullopt;
    const Duration timeout = config_.check(CheckKind::rep_threads).timeout;
    if (!trip || *trip > timeout) {
        tell(timeout, CheckKind::rep_threads, Outcome::unknown, "can't connect");
        tell(timeout, CheckKind::rep_backlog, Outcome::unknown, "can't connect");
        return;
    }
    const bool runs = server_.source && server_.io && server_.sql;
    std::string from;
    if (server_.source) {
        auto source = config_.hosts.begin();
        std::advance(source, *server_.source);
        from = source->second.ip.text();
    }
    const int error = server_.io_error != 0 ? server_.io_error : server_.sql_error;
    tell(*trip, CheckKind::rep_threads, runs ? Outcome::ok : Outcome::failed_soft,
         runs ? "" : "Replication is broken: error " + std::to_string(error), {{}, {}, from});
    const bool lags = runs && server_.lags_until > ground_.timeline.time();
    const bool unknown = !runs || !server_.io_connected;
    tell(*trip, CheckKind::rep_backlog,
         unknown ? Outcome::unknown
         : lags  ? Outcome::failed_soft
                 : Outcome::ok,
         lags ? "Backlog is 90 s" : "");
}

}  // namespace mmm::sim
