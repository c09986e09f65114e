#include "tests/sim/tcp.hpp"

#include <utility>
#include <vector>

namespace mmm::sim {
namespace {

constexpr Span kFirstRepeat = 200ms;
constexpr Span kUserTimeout = 5s;

}  // namespace

ConnectionId Tcp::connect(Node from, Node to, TcpHandlers handlers,
                          std::function<void(const std::string& problem)> connected) {
    const ConnectionId id = ++last_;
    const auto there = network_.transit(from, to);
    if (!there) return id;
    timeline_.after(*there, [this, id, from, to, handlers = std::move(handlers), connected = std::move(connected)] {
        if (!network_.powered[to]) return;
        const auto back = network_.transit(to, from);
        if (!back) return;
        if (!listener[to]) {
            timeline_.after(*back, [connected] { connected("connection refused"); });
            return;
        }
        Connection& connection = connections_[id];
        connection.ends[0] = {from, true, handlers, 0, 1, {}};
        connection.ends[1] = {to, true, {}, 0, 1, {}};
        connection.ends[1].handlers = listener[to](id);
        timeline_.after(*back, [connected] { connected(""); });
    });
    return id;
}

void Tcp::send(ConnectionId id, Node from, std::string line) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    const std::size_t side = side_of(found->second, from);
    End& end = found->second.ends[side];
    if (!end.open) return;
    transmit(id, side, {++end.sent, std::move(line), timeline_.time(), kFirstRepeat, false});
}

void Tcp::transmit(ConnectionId id, std::size_t side, Segment segment) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || !found->second.ends[side].open) return;
    const Node from = found->second.ends[side].node;
    const Node to = found->second.ends[1 - side].node;
    const auto span = network_.transit(from, to);
    if (!span) return repeat(id, side, std::move(segment));
    timeline_.after(*span, [this, id, side, from, to, segment = std::move(segment)]() mutable {
        if (!network_.powered[to]) return repeat(id, side, std::move(segment));
        if (!segment.arrived) arrive(id, 1 - side, segment);
        segment.arrived = true;
        // Acknowledgements are cumulative: one that is lost is made good by the next. A way back that is cut is not.
        if (!network_.open(to, from)) repeat(id, side, std::move(segment));
    });
}

void Tcp::repeat(ConnectionId id, std::size_t side, Segment segment) {
    if (timeline_.time() - segment.first >= kUserTimeout) return end(id, side, "nothing was acknowledged for 5 s");
    const Span pause = segment.pause;
    segment.pause *= 2;
    timeline_.after(pause, [this, id, side, segment = std::move(segment)] { transmit(id, side, segment); });
}

void Tcp::arrive(ConnectionId id, std::size_t side, const Segment& segment) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    End& at = found->second.ends[side];
    if (!at.open) return reset(id, 1 - side);
    at.early.emplace(segment.number, segment.line);
    while (!at.early.empty() && at.early.begin()->first == at.expected) {
        const std::string line = std::move(at.early.begin()->second);
        at.early.erase(at.early.begin());
        ++at.expected;
        const auto on_line = at.handlers.on_line;
        on_line(line);
        if (!connections_.contains(id) || !at.open) return;
    }
}

/// Tells one end, once, that the other is no more.
void Tcp::reset(ConnectionId id, std::size_t side) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || !found->second.ends[side].open) return;
    const auto span = network_.transit(found->second.ends[1 - side].node, found->second.ends[side].node);
    if (!span) return;
    timeline_.after(*span, [this, id, side] {
        const auto still = connections_.find(id);
        if (still != connections_.end() && network_.powered[still->second.ends[side].node])
            end(id, side, "connection reset");
    });
}

void Tcp::end(ConnectionId id, std::size_t side, const std::string& reason) {
    const auto found = connections_.find(id);
    if (found == connections_.end() || !found->second.ends[side].open) return;
    End& at = found->second.ends[side];
    at.open = false;
    const auto on_end = at.handlers.on_end;
    if (!found->second.ends[1 - side].open) connections_.erase(found);
    on_end(reason);
}

void Tcp::close(ConnectionId id, Node at) {
    const auto found = connections_.find(id);
    if (found == connections_.end()) return;
    const std::size_t side = side_of(found->second, at);
    if (!found->second.ends[side].open) return;
    found->second.ends[side].open = false;
    if (found->second.ends[1 - side].open) {
        reset(id, 1 - side);
    } else {
        connections_.erase(found);
    }
}

void Tcp::close_all(Node at) {
    std::vector<ConnectionId> ids;
    for (const auto& [id, connection] : connections_) {
        if (connection.ends[0].node == at || connection.ends[1].node == at) ids.push_back(id);
    }
    for (const auto id : ids) close(id, at);
}

void Tcp::vanish(Node at) {
    for (auto& [id, connection] : connections_) {
        for (End& end : connection.ends) {
            if (end.node == at) end.open = false;
        }
    }
    std::erase_if(connections_,
                  [](const auto& entry) { return !entry.second.ends[0].open && !entry.second.ends[1].open; });
}

}  // namespace mmm::sim
