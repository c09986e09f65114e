#include "cmd/control_port.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "cmd/local_rights.hpp"
#include "cmd/trusted.hpp"
#include "core/monitor/admin.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm {

std::string default_control_socket(const std::string& cluster) {
    return cluster.empty() ? "/run/mmm/monitor.sock" : "/run/mmm/monitor-" + cluster + ".sock";
}

std::string control_socket_path(const config::Config& config) {
    const std::string& path = config.monitor.control_socket;
    return path.empty() ? default_control_socket(config.cluster) : path;
}

ControlPort::ControlPort(asio::io_context& loop, const config::Config& config, net::Logger& log, Tls tls,
                         std::function<void(monitor::AdminAsked)> on_asked)
    : config_(config),
      log_(log),
      on_asked_(std::move(on_asked)),
      audit_(config.monitor, log),
      local_path_(control_socket_path(config)) {
    net::LineServerOptions options;
    options.ip = config.monitor.ip;
    options.port = config.monitor.port;
    options.trusted = trusted_addresses(config);
    options.tls = std::move(tls);
    server_ = std::make_unique<net::LineServer>(loop, std::move(options), tcp_handlers());
    net::LocalServerOptions local;
    local.path = local_path_;
    local_ = std::make_unique<net::LocalServer>(loop, std::move(local), local_handlers());
}

net::LineServerHandlers ControlPort::tcp_handlers() {
    net::LineServerHandlers events;
    if (!config_.is_secured())
        events.admits = [trusted = trusted_addresses(config_)](const Address& peer) { return trusted.contains(peer); };
    events.on_open = [this](net::ConnectionId id, const Address& peer) { peers_[id] = peer; };
    events.on_line = [this](net::ConnectionId id, const std::string& line) { on_line({Door::tcp, id}, line); };
    events.on_close = [this](net::ConnectionId id, const Error&) { peers_.erase(id); };
    events.on_limit = [this](const std::string& text) { log_.warning("limit of the control port", {{"limit", text}}); };
    return events;
}

net::LocalServer::Handlers ControlPort::local_handlers() {
    net::LocalServer::Handlers events;
    events.on_open = [this](std::uint64_t id, const net::LocalPeer& peer) {
        const bool commands = may_command(peer);
        local_peers_[id] = {describe(peer), commands ? "" : fmt::format("only root and the group {} may", kOperators)};
    };
    events.on_line = [this](std::uint64_t id, const std::string& line) { on_line({Door::local, id}, line); };
    events.on_close = [this](std::uint64_t id) { local_peers_.erase(id); };
    return events;
}

Result<void> ControlPort::listen() {
    if (auto listening = server_->listen(); !listening) return listening;
    const auto local = local_->listen();
    if (!local) log_.warning("mmm ctl on this host has to go by TCP", {{"reason", local.error().message}});
    return {};
}

std::uint16_t ControlPort::port() const {
    return server_->port();
}

ControlPort::Asker ControlPort::tcp_asker(net::ConnectionId id) {
    const std::string from = peers_.at(id).text();
    const auto peer = server_->peer(id);
    if (!peer) return {from, ""};
    if (peer->name.empty()) return {from + ", by a certificate", ""};
    const std::string shown = config_.security.has_certificates() ? "certificate" : "key";
    return {fmt::format("{}, by {} {}", from, shown, peer->name),
            peer->may_command ? "" : fmt::format("the {} {} is for looking", shown, peer->name)};
}

void ControlPort::on_line(Client client, const std::string& line) {
    auto request = proto::parse_control(line);
    if (!request) {
        reply(client, proto::wants_json(line), {proto::kExitUsage, "ERROR: " + request.error().message, ""});
        return;
    }
    if (request->empty()) return;
    if (request->quit()) {
        // Who says so with its question, as mmm ctl does, still waits for the answer.
        if (auto* last = last_question(client))
            last->leaves = true;
        else
            close(client);
        return;
    }
    const Asker asker = client.first == Door::tcp ? tcp_asker(client.second) : local_peers_.at(client.second);
    const std::uint64_t id = ++last_id_;
    const bool recorded = monitor::changes_something(request->words) && asker.only_looks.empty();
    waiting_[id] = {client, request->json, asker.who, request->words, recorded};
    on_asked_(monitor::AdminAsked{id, std::move(request->words), asker.who, asker.only_looks});
}

void ControlPort::answer(std::uint64_t id, const proto::ControlReply& text) {
    const auto found = waiting_.find(id);
    if (found == waiting_.end()) return;
    const Waiting waiting = std::move(found->second);
    waiting_.erase(found);
    if (waiting.recorded) audit_.record(net::wall_now(), waiting.who, waiting.words, text);
    reply(waiting.client, waiting.json, text);
    if (waiting.leaves) close(waiting.client);
}

ControlPort::Waiting* ControlPort::last_question(Client client) {
    const auto found = std::find_if(waiting_.rbegin(), waiting_.rend(),
                                    [&](const auto& waiting) { return waiting.second.client == client; });
    return found == waiting_.rend() ? nullptr : &found->second;
}

void ControlPort::close(Client client) {
    if (client.first == Door::tcp)
        server_->close(client.second, "the client is done");
    else
        local_->close(client.second, "the client is done");
}

void ControlPort::reply(Client client, bool json, const proto::ControlReply& text) {
    const std::string bytes = json ? proto::render_json(text) : proto::render_classic(text);
    if (client.first == Door::tcp)
        server_->send_raw(client.second, bytes);
    else
        local_->send_raw(client.second, bytes);
}

}  // namespace mmm
