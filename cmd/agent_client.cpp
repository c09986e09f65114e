#include "cmd/agent_client.hpp"

#include "cmd/version.hpp"
#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/status_codec.hpp"

namespace mmm {
namespace {

constexpr std::chrono::milliseconds kBeat{500};

}  // namespace

AgentClient::AgentClient(asio::io_context& loop, const config::Host& host, std::string cluster, std::string monitor_id,
                         net::Logger& log, std::shared_ptr<const net::TlsContext> tls, Handlers handlers)
    : host_(host),
      cluster_(std::move(cluster)),
      monitor_id_(std::move(monitor_id)),
      log_(log),
      handlers_(std::move(handlers)),
      beat_(loop) {
    net::LineClientOptions options;
    options.ip = host.ip;
    options.port = host.agent_port;
    options.tls = std::move(tls);
    net::LineClientHandlers events;
    events.on_open = [this] { on_open(); };
    events.on_line = [this](const std::string& line) { on_line(line); };
    events.on_close = [this](const Error& reason) { on_close(reason.message); };
    link_ = std::make_unique<net::LineClient>(loop, options, std::move(events));
    link_->start();
    beat();
}

void AgentClient::send(const proto::Order& order) {
    if (greeted_) link_->send(proto::encode_order(host_.name, order));
}

void AgentClient::on_open() {
    link_->send(proto::encode_hello({host_.name, cluster_, monitor_id_, short_version()}));
}

void AgentClient::on_close(const std::string& reason) {
    greeted_ = false;
    handlers_.on_gone(last_problem_.empty() ? reason : last_problem_);
    last_problem_.clear();
}

void AgentClient::on_line(const std::string& line) {
    const auto message = proto::decode(line);
    if (!message || message->host != host_.name) {
        last_problem_ =
            "it does not speak our protocol: " + (message ? "it is host " + message->host : message.error().message);
        link_->close_now(last_problem_);
        return;
    }
    if (message->type == proto::kRefused) {
        const auto refused = proto::decode_refused(*message);
        last_problem_ = "it refuses us: " + (refused ? refused->reason : "no reason given");
        link_->close_now(last_problem_);
    } else if (message->type == proto::kWelcome) {
        greeted_ = true;
        handlers_.on_connected();
    } else if (message->type == proto::kStatus && greeted_) {
        auto status = proto::decode_status(*message);
        if (status) {
            handlers_.on_status(std::move(*status));
        } else {
            log_.error("agent's report makes no sense and is ignored",
                       {{"host", host_.name}, {"reason", status.error().message}});
        }
    }
}

void AgentClient::beat() {
    if (greeted_) link_->send(proto::encode_ping({host_.name, ++beats_}));
    beat_.expires_after(kBeat);
    beat_.async_wait([this](const asio::error_code& error) {
        if (!error) beat();
    });
}

}  // namespace mmm
