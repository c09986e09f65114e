#include "tests/sim/monitor_link.hpp"

#include <algorithm>
#include <utility>

#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/status_codec.hpp"

namespace mmm::sim {
namespace {

// As in net/link/line_client.hpp and cmd/agent_client.cpp.
constexpr Span kConnectTimeout = 500ms;
constexpr Span kFirstRetry = 100ms;
constexpr Span kLastRetry = 1s;
constexpr Span kSilence = 1500ms;
constexpr Span kBeat = 500ms;

}  // namespace

MonitorLink::MonitorLink(Ground& ground, const config::Config& config, const config::Host& host, Node home, Node node,
                         Process& process, Handlers handlers)
    : ground_(ground),
      config_(config),
      host_(host),
      home_(home),
      node_(node),
      process_(process),
      handlers_(std::move(handlers)) {}

void MonitorLink::start(const std::string& id) {
    id_ = id;
    open_ = connecting_ = greeted_ = false;
    beats_ = 0;
    pause_ = kFirstRetry;
    connect();
    beat();
    watch_silence();
}

void MonitorLink::connect() {
    connecting_ = true;
    const std::uint64_t attempt = ++attempt_;
    const unsigned life = process_.life();
    TcpHandlers handlers;
    handlers.on_line = [this, life, attempt](const std::string& line) {
        if (life != process_.life()) return;
        process_.hand(Source::link, attempt, [this, attempt, line] {
            if (attempt == attempt_ && open_) on_line(line);
        });
    };
    handlers.on_end = [this, life, attempt](const std::string& reason) {
        if (life != process_.life()) return;
        process_.hand(Source::link, attempt, [this, attempt, reason] {
            if (attempt == attempt_ && open_) gone(reason);
        });
    };
    connection_ = ground_.tcp.connect(home_, node_, std::move(handlers), [this, life, attempt](const auto& problem) {
        if (life != process_.life()) return;
        process_.hand(Source::link, attempt, [this, attempt, problem] { attempt_ended(attempt, problem); });
    });
    process_.after(kConnectTimeout, [this, attempt] { attempt_ended(attempt, "no answer within 500 ms"); });
}

void MonitorLink::attempt_ended(std::uint64_t attempt, const std::string& problem) {
    if (attempt != attempt_ || !connecting_) return;
    connecting_ = false;
    if (!problem.empty()) {
        ground_.tcp.close(connection_, home_);
        gone("cannot connect: " + problem);
        return;
    }
    open_ = true;
    silent_at_ = ground_.timeline.time() + kSilence;
    ground_.tcp.send(connection_, home_, proto::encode_hello({host_.name, config_.cluster, id_, "sim"}));
}

void MonitorLink::gone(const std::string& reason) {
    open_ = greeted_ = false;
    ++attempt_;
    handlers_.on_gone(reason, std::exchange(refused_, false));
    process_.after(pause_, [this] { connect(); });
    pause_ = std::min(pause_ * 2, kLastRetry);
}

void MonitorLink::close(const std::string& reason) {
    ground_.tcp.close(connection_, home_);
    gone(reason);
}

void MonitorLink::on_line(const std::string& line) {
    pause_ = kFirstRetry;
    silent_at_ = ground_.timeline.time() + kSilence;
    const auto message = proto::decode(line);
    if (!message || message->host != host_.name) return close("it does not speak our protocol");
    if (message->type == proto::kRefused) {
        const auto refused = proto::decode_refused(*message);
        refused_ = true;
        close("it refuses us: " + (refused ? refused->reason : "no reason given"));
    } else if (message->type == proto::kWelcome) {
        const auto welcome = proto::decode_welcome(*message);
        greeted_ = true;
        handlers_.on_connected(welcome && welcome->leases);
    } else if (greeted_ && proto::is_lease(*message)) {
        if (auto heard = proto::decode_lease(*message)) handlers_.on_lease(std::move(*heard));
    } else if (message->type == proto::kStatus && greeted_) {
        if (auto status = proto::decode_status(*message)) handlers_.on_status(std::move(*status));
    }
}

void MonitorLink::send(const proto::Order& order) {
    if (greeted_) ground_.tcp.send(connection_, home_, proto::encode_order(host_.name, order));
}

void MonitorLink::send(const lease::Message& message) {
    if (greeted_) ground_.tcp.send(connection_, home_, proto::encode_lease(host_.name, message));
}

void MonitorLink::beat() {
    if (greeted_) ground_.tcp.send(connection_, home_, proto::encode_ping({host_.name, ++beats_}));
    process_.after(kBeat, [this] { beat(); });
}

void MonitorLink::watch_silence() {
    if (open_ && ground_.timeline.time() >= silent_at_) close(host_.name + " said nothing for 1500 ms");
    process_.after(100ms, [this] { watch_silence(); });
}

}  // namespace mmm::sim
