#include "cmd/agent_client.hpp"

#include <asio/post.hpp>
#include <cerrno>
#include <utility>

#include "cmd/version.hpp"
#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/status_codec.hpp"
#include "core/proto/utf8.hpp"
#include "core/proto/version1.hpp"

namespace mmm {
namespace {

constexpr std::chrono::milliseconds kBeat{500};

}  // namespace

AgentClient::AgentClient(asio::io_context& loop, const config::Config& config, const config::Host& host,
                         std::string monitor_id, net::Logger& log, Tls tls, Handlers handlers)
    : loop_(loop),
      config_(config),
      host_(host),
      monitor_id_(std::move(monitor_id)),
      log_(log),
      tls_(std::move(tls)),
      handlers_(std::move(handlers)),
      beat_(loop) {
    connect();
    beat();
}

void AgentClient::connect() {
    net::LineClientOptions options;
    options.ip = host_.ip;
    options.port = host_.agent_port;
    options.tls = tls_;
    net::LineClientHandlers events;
    events.on_open = [this] { on_open(); };
    events.on_line = [this](const std::string& line) { on_line(line); };
    events.on_close = [this](const Error& reason) { on_close(reason); };
    link_ = std::make_unique<net::LineClient>(loop_, options, std::move(events));
    link_->start();
}

void AgentClient::send(const proto::Order& order) {
    if (version1_) version1_->send(order);
    if (greeted_) link_->send(proto::encode_order(host_.name, order));
}

void AgentClient::send(const lease::Message& message) {
    if (greeted_) link_->send(proto::encode_lease(host_.name, message));
}

void AgentClient::send_reload() {
    if (greeted_) link_->send(proto::encode_reload(host_.name));
}

void AgentClient::set_tls(Tls tls) {
    tls_ = std::move(tls);
    if (link_) link_->set_tls(tls_);
}

bool AgentClient::by_socket() const {
    return config_.socket.type == config::SocketType::ssl;
}

void AgentClient::talk_version1() {
    log_.info("the agent speaks version 1 only", {{"host", host_.name}});
    link_.reset();
    greeted_ = false;
    last_problem_.clear();
    version1_spoke_ = false;
    // What ends the conversation comes from within it.
    Version1Client::Handlers events;
    events.on_status = [this](proto::AgentStatus status) {
        if (!std::exchange(version1_spoke_, true)) handlers_.on_connected(true, false);
        handlers_.on_status(std::move(status));
    };
    events.on_gone = [this](const std::string& reason) { asio::post(loop_, [this, reason] { end_version1(reason); }); };
    events.on_version2 = [this] { asio::post(loop_, [this] { end_version1("the agent speaks version 2 by now"); }); };
    version1_ = std::make_unique<Version1Client>(loop_, config_, host_, by_socket() ? tls_ : Tls(), std::move(events));
}

void AgentClient::end_version1(const std::string& reason) {
    version1_.reset();
    handlers_.on_gone(reason, false);
    connect();
}

void AgentClient::on_open() {
    opened_ = true;
    link_->send(proto::encode_hello({host_.name, config_.cluster, monitor_id_, short_version()}));
}

void AgentClient::on_close(const Error& reason) {
    greeted_ = false;
    const bool tried_tls = tls_ && !by_socket() && !std::exchange(opened_, false);
    const bool named = config_.security.names_version1(host_.name);
    if (tried_tls && named && reason.code != Code::refused && reason.detail != ECONNREFUSED) {
        asio::post(loop_, [this] { talk_version1(); });
        return;
    }
    handlers_.on_gone(last_problem_.empty() ? reason.message : last_problem_, std::exchange(refused_, false));
    last_problem_.clear();
}

void AgentClient::on_line(const std::string& line) {
    if (!greeted_ && proto::v1::decode_reply(line)) {
        if (std::string why = handlers_.why_not_version1(); !why.empty()) {
            refused_ = true;
            last_problem_ = std::move(why);
            link_->close_now(last_problem_);
            return;
        }
        asio::post(loop_, [this] { talk_version1(); });
        return;
    }
    const auto message = proto::decode(line);
    if (!message || message->host != host_.name) {
        // What serves something else on this port says so in a line of its own.
        const bool says_why = !message && line.starts_with("ERROR: ");
        last_problem_ = says_why ? "it answers: " + proto::printable(line, 200)
                                 : "it does not speak our protocol: " +
                                       (message ? "it is host " + message->host : message.error().message);
        link_->close_now(last_problem_);
        return;
    }
    if (message->type == proto::kRefused) {
        const auto refused = proto::decode_refused(*message);
        refused_ = true;
        last_problem_ = "it refuses us: " + (refused ? refused->reason : "no reason given");
        link_->close_now(last_problem_);
    } else if (message->type == proto::kWelcome) {
        const auto welcome = proto::decode_welcome(*message);
        greeted_ = true;
        handlers_.on_connected(false, welcome && welcome->leases);
    } else if (greeted_ && proto::is_lease(*message)) {
        auto heard = proto::decode_lease(*message);
        if (heard) {
            handlers_.on_lease(std::move(*heard));
        } else {
            log_.error("message about leases makes no sense and is ignored",
                       {{"host", host_.name}, {"reason", heard.error().message}});
        }
    } else if (message->type == proto::kLosses && greeted_) {
        auto losses = proto::decode_losses(*message);
        if (losses) {
            handlers_.on_losses(std::move(*losses));
        } else {
            log_.error("what an agent read from its binary log makes no sense and is ignored",
                       {{"host", host_.name}, {"reason", losses.error().message}});
        }
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
