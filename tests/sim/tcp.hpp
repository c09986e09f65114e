#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "tests/sim/network.hpp"

namespace mmm::sim {

using ConnectionId = std::uint64_t;

/// One end's program; called when something reaches its machine.
struct TcpHandlers {
    std::function<void(const std::string& line)> on_line;
    std::function<void(const std::string& reason)> on_end;
};

/// TCP connections that carry lines: in order, repeated until acknowledged, given up after 5 s without an
/// acknowledgement (TCP_USER_TIMEOUT as net/link/tcp_options.cpp sets it). A reset is sent once and may be lost.
class Tcp {
  public:
    Tcp(Timeline& timeline, Network& network) : timeline_(timeline), network_(network) {}

    /// Who listens on a machine: gets the connection and gives its handlers. Empty: refused.
    std::array<std::function<TcpHandlers(ConnectionId)>, kNodes> listener;

    /// Calls `connected` with "" when the handshake is done or with "refused"; never if packets are lost: the caller
    /// has a time-out. The listener's machine accepts whether its program runs on or is stopped.
    ConnectionId connect(Node from, Node to, TcpHandlers handlers,
                         std::function<void(const std::string& problem)> connected);
    void send(ConnectionId id, Node from, std::string line);
    /// This end closes: the other is told once.
    void close(ConnectionId id, Node at);
    /// The program on a machine ended: its ends close.
    void close_all(Node at);
    /// The machine lost power: its ends vanish without a word.
    void vanish(Node at);

  private:
    struct End {
        Node node = 0;
        bool open = false;
        TcpHandlers handlers;
        std::uint64_t sent = 0;
        std::uint64_t expected = 1;
        std::map<std::uint64_t, std::string> early;  ///< came before what precedes them
    };
    struct Connection {
        std::array<End, 2> ends;  ///< who connected, who listened
    };
    struct Segment {
        std::uint64_t number = 0;
        std::string line;
        Moment first{};
        Span pause{};
        bool arrived = false;
    };

    static std::size_t side_of(const Connection& connection, Node node) {
        return connection.ends[0].node == node ? 0 : 1;
    }
    void transmit(ConnectionId id, std::size_t side, Segment segment);
    void repeat(ConnectionId id, std::size_t side, Segment segment);
    void arrive(ConnectionId id, std::size_t side, const Segment& segment);
    void reset(ConnectionId id, std::size_t side);
    void end(ConnectionId id, std::size_t side, const std::string& reason);

    Timeline& timeline_;
    Network& network_;
    ConnectionId last_ = 0;
    std::map<ConnectionId, Connection> connections_;
};

}  // namespace mmm::sim
