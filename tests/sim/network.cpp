#include "tests/sim/network.hpp"

namespace mmm::sim {
namespace {

/// The least time after which TCP repeats a segment.
constexpr Span kRepeat = 200ms;

}  // namespace

std::optional<Span> Network::transit(Node from, Node to) {
    const Path& path = paths_[from][to];
    if (!open(from, to) || !powered[from] || random_.chance(path.loss)) return std::nullopt;
    return random_.between(path.least, path.most);
}

std::optional<Span> Network::round_trip(Node from, Node to) {
    if (!open_both_ways(from, to) || !powered[from] || !powered[to]) return std::nullopt;
    Span total{0};
    Span pause = kRepeat;
    for (const auto& [one, other] : {std::pair{from, to}, std::pair{to, from}}) {
        const Path& path = paths_[one][other];
        for (; random_.chance(path.loss); pause *= 2) total += pause;
        total += random_.between(path.least, path.most);
    }
    return total;
}

std::optional<Span> Network::echo(Node from, Node to) {
    const auto there = transit(from, to);
    if (!there || !powered[to]) return std::nullopt;
    const auto back = transit(to, from);
    if (!back) return std::nullopt;
    return *there + *back;
}

void Network::datagram(Node from, Node to, const std::function<void()>& arrive) {
    const bool twice = random_.chance(paths_[from][to].twice);
    for (int copy = 0; copy < (twice ? 2 : 1); ++copy) {
        const auto span = transit(from, to);
        if (!span) continue;
        timeline_.after(*span, [this, to, arrive] {
            if (powered[to]) arrive();
        });
    }
}

}  // namespace mmm::sim
