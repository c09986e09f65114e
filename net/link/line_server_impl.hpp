#pragma once

// Before Asio: it chooses its allocator by a macro of the C++ library, and all sources must choose alike.
#include <cstddef>

#include <asio/awaitable.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/tcp.hpp>
#include <asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "net/link/limit_notice.hpp"
#include "net/link/line_server.hpp"
#include "net/link/line_stream.hpp"

// For this room's sources only: it needs Asio's headers.

namespace mmm::net {

class LineServer::Impl : public std::enable_shared_from_this<LineServer::Impl> {
  public:
    Impl(asio::io_context& loop, LineServerOptions options, LineServerHandlers handlers);

    Result<void> listen();
    void stop();

    struct Connection {
        std::shared_ptr<LineStream> stream;
        Address peer;
        Address place;  ///< what it is counted with: itself, or a stranger's counted_as()
        bool trusted = false;
        bool had_line = false;
        bool greeted = false;
    };
    /// The live connection with this id; nullptr when there is none (any more).
    Connection* find(ConnectionId id);
    void mark_greeted(Connection& connection);
    void set_tls(std::shared_ptr<const TlsContext> tls);
    [[nodiscard]] std::size_t count() const { return connections_.size(); }
    [[nodiscard]] std::uint16_t port() const;

  private:
    Result<void> open(const asio::ip::tcp::endpoint& endpoint);
    asio::awaitable<void> accept_loop(std::shared_ptr<Impl> self);
    void accepted(asio::ip::tcp::socket socket);
    [[nodiscard]] bool is_trusted(const Address& peer) const;
    bool make_room(const Address& peer, bool trusted);
    /// The oldest connection of the address that has most; nullptr unless it can spare one for the newcomer.
    Connection* greediest_stranger(std::size_t places_of_newcomer);
    bool may_shake_hands(const Address& peer, bool trusted);
    void add(asio::ip::tcp::socket socket, const Address& peer, bool trusted);
    void secured(ConnectionId id);
    void line_came(ConnectionId id, std::string line);
    void garbage_came(ConnectionId id, const Error& error);
    void ended(ConnectionId id, const Error& reason);
    void limit(const std::string& kind, const std::string& text);

    LineServerOptions options_;
    std::shared_ptr<const LineServerHandlers> handlers_;  ///< empty once stopped
    asio::ip::tcp::acceptor acceptor_;
    asio::steady_timer retry_;
    std::map<ConnectionId, Connection> connections_;  ///< in the order of their age
    ConnectionId last_id_ = 0;
    std::optional<Address> greeted_last_;  ///< trusted like those of the options
    Time handshakes_since_{};
    std::map<Address, std::size_t> handshakes_;  ///< of strangers, since then
    std::size_t all_handshakes_ = 0;
    LimitNotice notices_;
};

}  // namespace mmm::net
