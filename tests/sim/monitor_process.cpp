#include "tests/sim/monitor_process.hpp"

#include <algorithm>
#include <utility>

#include "tests/sim/describe.hpp"

namespace mmm::sim {
namespace {

constexpr Span kTick = 100ms;
constexpr Duration kSaveAgain{1000};
const std::string kName = "monitor";

}  // namespace

MonitorProcess::MonitorProcess(Ground& ground, const config::Config& config, const Clock& clock,
                               const std::vector<const Mysqld*>& servers, MonitorWatch watch)
    : ground_(ground),
      config_(config),
      clock_(clock),
      watch_(std::move(watch)),
      process_(ground.timeline, ground.random.fork()) {
    for (const auto& [name, host] : config_.hosts) {
        const Node node = nodes_.size();
        nodes_[name] = node;
        MonitorLink::Handlers handlers;
        handlers.on_connected = [this, &name = name] { dispatch(monitor::AgentConnected{name, false}); };
        handlers.on_gone = [this, &name = name](const std::string& why) { dispatch(monitor::AgentGone{name, why}); };
        handlers.on_status = [this, &name = name](proto::AgentStatus status) {
            dispatch(monitor::AgentSaid{name, std::move(status)});
        };
        links_.push_back(std::make_unique<MonitorLink>(ground_, config_, host, node, process_, std::move(handlers)));
        checks_.push_back(std::make_unique<MonitorChecks>(
            ground_, config_, host, node, process_, *servers.at(node),
            [this](CheckReport report) { dispatch(monitor::Checked{std::move(report)}); }));
    }
}

void MonitorProcess::start() {
    if (process_.runs()) return;
    process_.start();
    ground_.touched = true;
    state_ = monitor::initial(config_, clock_.read(ground_.timeline.time()));
    state_.version = "sim";
    ordered_.clear();
    watch_.started();
    const auto saved = disk.load();
    const bool none = !saved && saved.error().code == Code::not_found;
    dispatch(monitor::Started{saved.value_or(""), saved || none ? "" : saved.error().message});
    if (!process_.runs()) return;
    for (const auto& link : links_) link->start("monitor-" + std::to_string(process_.life()));
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
    questions_.clear();
    unsaved_.reset();
    stepping_ = false;
    ground_.tcp.close_all(kMonitor);
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
    const auto echo = ground_.network.echo(kMonitor, kGateway);
    const bool answered = echo && *echo < timeout;
    process_.after(answered ? *echo : Span(timeout), [this, answered] { dispatch(monitor::NetworkSeen{answered}); });
    process_.after(config_.monitor.ping_interval, [this] { ping_network(); });
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

/// Goes on where a stop interrupted it: in the middle of an event's effects perhaps.
void MonitorProcess::carry_on() {
    const unsigned life = process_.life();
    while (stepping_) {
        while (!effects_.empty()) {
            const monitor::Effect effect = std::move(effects_.front());
            effects_.pop_front();
            std::visit([this](const auto& wanted) { perform(wanted); }, effect);
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
        if (const auto text = describe(event); !text.empty()) ground_.note(kName, [&] { return text; });
    }
    const Moment now = ground_.timeline.time();
    const WallTime wall{
        std::chrono::seconds{1'795'347'796} + std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()), {}};
    const auto effects = monitor::step(config_, state_, event, {clock_.read(now), wall});
    effects_.insert(effects_.end(), effects.begin(), effects.end());
    watch_.stepped(state_);
}

void MonitorProcess::perform(const monitor::SaveStatus& effect) {
    const auto saved = disk.save(effect.text);
    ground_.note(kName, [&] { return saved ? "-> save status" : "-> save status fails: " + saved.error().message; });
    if (saved) {
        unsaved_.reset();
    } else {
        unsaved_ = effect.text;
        save_again_at_ = clock_.read(ground_.timeline.time()) + kSaveAgain;
    }
    ground_.passing(Point::saved, kMonitor);
}

void MonitorProcess::perform(const monitor::SendOrder& effect) {
    ground_.note(kName, [&] { return "-> order for " + effect.host + " " + describe(effect.order); });
    watch_.ordered(effect.host, effect.order);
    auto& before = ordered_[effect.host];
    const auto lacks = [](const auto& one, const auto& other) {
        return std::any_of(one.begin(), one.end(), [&](const auto& entry) { return !other.contains(entry.first); });
    };
    const Point point = lacks(effect.order.slots, before)   ? Point::granted
                        : lacks(before, effect.order.slots) ? Point::revoked
                                                            : Point::ordered;
    before = effect.order.slots;
    links_.at(node_of(effect.host))->send(effect.order);
    ground_.passing(point, node_of(effect.host));
}

void MonitorProcess::perform(const monitor::CheckNow& effect) {
    checks_.at(node_of(effect.host))->run_now();
}

void MonitorProcess::perform(const monitor::KillHost& effect) {
    ground_.note(kName, [&] { return "-> kill " + effect.host; });
    // The command is a process of its own: it goes on when the monitor doesn't.
    const auto killed = std::make_shared<bool>(false);
    const auto told = process_.mine(Source::thread, [this, host = effect.host, killed] {
        dispatch(monitor::KillDone{host, *killed, ""});
    });
    ground_.timeline.after(watch_.kill_takes(), [this, host = effect.host, killed, told] {
        *killed = ground_.plant == Plant::lying_kill || watch_.kill(host);
        told();
    });
    ground_.passing(Point::killing, node_of(effect.host));
}

void MonitorProcess::perform(const monitor::AnswerAdmin& effect) {
    if (ground_.plant == Plant::mute_monitor && effect.reply.exit != 0) return;
    ground_.note(kName, [&] { return "answers: " + effect.reply.text.substr(0, 120); });
    questions_.erase(effect.id);
}

void MonitorProcess::perform(const monitor::Log& effect) {
    ground_.note(kName, [&] { return describe(effect.level, effect.message, effect.fields); });
}

}  // namespace mmm::sim
