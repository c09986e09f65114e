#include "tests/sim/monitor_process.hpp"

#include <algorithm>
#include <utility>

#include "core/lease/settings.hpp"
#include "core/proto/lease_codec.hpp"
#include "tests/sim/describe.hpp"

namespace mmm::sim {
namespace {

constexpr Span kTick = 100ms;

}  // namespace

MonitorProcess::MonitorProcess(Ground& ground, const config::Config& config, Node home, const Clock& clock,
                               const std::vector<const Mysqld*>& servers, MonitorWatch watch)
    : ground_(ground),
      config_(config),
      home_(home),
      name_(home == kMonitor ? "monitor" : "monitor2"),
      clock_(clock),
      watch_(std::move(watch)),
      random_(ground.random.fork()),
      process_(ground.timeline, ground.random.fork()) {
    for (const auto& [name, host] : config_.hosts) add_host(host, *servers.at(nodes_.size()));
}

void MonitorProcess::add_host(const config::Host& host, const Mysqld& server) {
    const Node node = nodes_.size();
    const HostName& name = host.name;
    nodes_[name] = node;
    MonitorLink::Handlers handlers;
    handlers.on_connected = [this, &name](bool leases) { dispatch(monitor::AgentConnected{name, false, leases}); };
    handlers.on_gone = [this, &name](const std::string& why, bool refuses) {
        dispatch(monitor::AgentGone{name, why, refuses});
    };
    handlers.on_status = [this, &name](proto::AgentStatus status) {
        dispatch(monitor::AgentSaid{name, std::move(status)});
    };
    handlers.on_lease = [this, &name](lease::Message message) {
        dispatch(monitor::LeaseHeard{name, std::move(message)});
    };
    links_.push_back(std::make_unique<MonitorLink>(ground_, config_, host, home_, node, process_, std::move(handlers)));
    checks_.push_back(
        std::make_unique<MonitorChecks>(ground_, config_, host, home_, node, process_, server,
                                        [this](CheckReport report) { dispatch(monitor::Checked{std::move(report)}); }));
}

void MonitorProcess::start() {
    if (process_.runs()) return;
    process_.start();
    ground_.touched = true;
    state_ = monitor::initial(config_, clock_.read(ground_.timeline.time()));
    state_.version = "sim";
    ordered_.clear();
    watch_.started();
    ground_.datagram_port[home_] = [this](Node from, const std::string& text) {
        process_.hand(Source::datagram, 0, [this, from, text] { hear_datagram(from, text); });
    };
    const auto problem = [](const Result<std::string>& read) {
        return read || read.error().code == Code::not_found ? "" : read.error().message;
    };
    const auto saved = disk.load();
    const auto kept = record.load();
    if (!kept) stored_ = {};
    dispatch(monitor::Started{saved.value_or(""), problem(saved), kept.value_or(""), problem(kept), random_.next() | 1U,
                              journal});
    if (!process_.runs()) return;
    for (const auto& link : links_) link->start(name_ + "-" + std::to_string(process_.life()));
    for (const auto& checks : checks_) checks->start();
    ping_network();
    on_tick();
}

void MonitorProcess::crash() {
    if (!process_.runs()) return;
    process_.crash();
    ground_.touched = true;
    events_.clear();
    effects_.clear();
    record_text_.reset();
    questions_.clear();
    unsaved_.reset();
    stepping_ = false;
    ground_.datagram_port[home_] = nullptr;
    ground_.tcp.close_all(home_);
}

void MonitorProcess::thaw() {
    ground_.touched = true;
    process_.thaw([this] { carry_on(); });
}

void MonitorProcess::on_tick() {
    dispatch(monitor::Tick{});
    if (unsaved_ && clock_.read(ground_.timeline.time()) >= save_again_at_) perform(monitor::SaveStatus{*unsaved_});
    process_.after(kTick, [this] { on_tick(); });
}

void MonitorProcess::ping_network() {
    if (config_.monitor.ping_ips.empty()) return;
    const Duration timeout = std::min(config_.monitor.ping_interval, config_.check(CheckKind::ping).timeout);
    const auto echo = ground_.network.echo(home_, kGateway);
    const bool answered = echo && *echo < timeout;
    process_.after(answered ? *echo : Span(timeout), [this, answered] { dispatch(monitor::NetworkSeen{answered}); });
    process_.after(config_.monitor.ping_interval, [this] { ping_network(); });
}

void MonitorProcess::hear_datagram(Node from, const std::string& text) {
    auto heard = proto::decode_lease_datagram(text);
    if (!heard || heard->cluster != config_.cluster || from >= kHosts) return;
    dispatch(monitor::LeaseHeard{heard->sender, std::move(heard->message)});
}

void MonitorProcess::ask(std::vector<std::string> words) {
    if (!process_.runs()) return;
    process_.hand(Source::link, 0, [this, words = std::move(words)] {
        const std::uint64_t id = ++last_question_;
        questions_[id] = words.front();
        dispatch(monitor::AdminAsked{id, words, "admin"});
    });
}

void MonitorProcess::dispatch(monitor::Event event) {
    events_.push_back(std::move(event));
    if (stepping_) return;
    stepping_ = true;
    carry_on();
}

/// Goes on where a stop interrupted it: in the middle of an event's effects perhaps, or of one of them.
void MonitorProcess::carry_on() {
    const unsigned life = process_.life();
    while (stepping_) {
        while (record_text_ || !effects_.empty()) {
            if (record_text_) {
                save(*std::exchange(record_text_, std::nullopt));
            } else {
                const monitor::Effect effect = std::move(effects_.front());
                effects_.pop_front();
                std::visit([this](const auto& wanted) { perform(wanted); }, effect);
            }
            if (process_.life() != life || process_.frozen()) return;
        }
        if (events_.empty()) break;
        const monitor::Event event = std::move(events_.front());
        events_.pop_front();
        take(event);
    }
    stepping_ = false;
    for (const auto& [id, question] : questions_) watch_.unanswered(question);
    questions_.clear();
}

void MonitorProcess::take(const monitor::Event& event) {
    if (ground_.trace.on()) {
        if (const auto text = describe(event); !text.empty()) ground_.note(name_, [&] { return text; });
    }
    const Moment now = ground_.timeline.time();
    const WallTime wall{
        std::chrono::seconds{1'795'347'796} + std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()), {}};
    auto effects = monitor::step(config_, state_, event, {clock_.read(now), wall});
    effects_.insert(effects_.end(), std::make_move_iterator(effects.begin()), std::make_move_iterator(effects.end()));
    if (ground_.plant == Plant::forgiving_monitor) {
        for (auto& [name, host] : state_.hosts) host.departures.clear();
    }
    watch_.stepped(state_);
}

}  // namespace mmm::sim
