#include "cmd/control_port.hpp"

#include "cmd/trusted.hpp"

namespace mmm {

ControlPort::ControlPort(asio::io_context& loop, const config::Config& config, net::Logger& log,
                         std::shared_ptr<const net::TlsContext> tls, std::function<void(monitor::AdminAsked)> on_asked)
    : log_(log), on_asked_(std::move(on_asked)) {
    net::LineServerOptions options;
    options.ip = config.monitor.ip;
    options.port = config.monitor.port;
    options.trusted = trusted_addresses(config);
    options.tls = std::move(tls);
    net::LineServerHandlers events;
    events.on_open = [this](net::ConnectionId id, const Address& peer) { peers_[id] = peer.text(); };
    events.on_line = [this](net::ConnectionId id, const std::string& line) { on_line(id, line); };
    events.on_close = [this](net::ConnectionId id, const Error&) { peers_.erase(id); };
    events.on_limit = [this](const std::string& text) { log_.warning("limit of the control port", {{"limit", text}}); };
    server_ = std::make_unique<net::LineServer>(loop, std::move(options), std::move(events));
}

Result<void> ControlPort::listen() {
    return server_->listen();
}

std::uint16_t ControlPort::port() const {
    return server_->port();
}

void ControlPort::on_line(net::ConnectionId connection, const std::string& line) {
    auto request = proto::parse_control(line);
    if (!request) {
        reply(connection, proto::wants_json(line), {proto::kExitUsage, "ERROR: " + request.error().message, ""});
        return;
    }
    if (request->empty()) return;
    if (request->quit()) {
        server_->close(connection, "the client is done");
        return;
    }
    const std::uint64_t id = ++last_id_;
    waiting_[id] = {connection, request->json};
    on_asked_(monitor::AdminAsked{id, std::move(request->words), peers_[connection]});
}

void ControlPort::answer(std::uint64_t id, const proto::ControlReply& text) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    const Waiting waiting = found->second;
    waiting_.erase(found);
    reply(waiting.connection, waiting.json, text);
}

void ControlPort::reply(net::ConnectionId connection, bool json, const proto::ControlReply& text) {
    server_->send_raw(connection, json ? proto::render_json(text) : proto::render_classic(text));
}

}  // namespace mmm
