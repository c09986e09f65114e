#include "core/proto/alive_exchange.hpp"

#include <algorithm>

namespace mmm::proto {

namespace {

/// Notes `alive` as the last of its process. False if that process had one as late already.
bool advance(std::optional<AliveMark>& last, const Alive& alive) {
    if (last && last->process == alive.process && alive.counter <= last->counter) return false;
    last = AliveMark{alive.process, alive.counter};
    return true;
}

}  // namespace

void AliveExchange::begin_round(Time now) {
    ++counter_;
    begun_.at(counter_ % begun_.size()) = now;
}

Alive AliveExchange::datagram(const HostName& self, const std::string& cluster, const HostName& peer) const {
    Alive alive{self, cluster, counter_, process_, {}};
    if (const auto found = peers_.find(peer); found != peers_.end()) {
        for (const auto& mark : {found->second.proved, found->second.candidate}) {
            if (mark) alive.echoes.push_back(*mark);
        }
    }
    return alive;
}

std::optional<Duration> AliveExchange::age(const std::vector<AliveMark>& echoes, Time now) const {
    std::optional<Duration> least;
    for (const auto& echo : echoes) {
        const bool known = echo.process == process_ && echo.counter != 0 && echo.counter <= counter_ &&
                           counter_ - echo.counter < begun_.size();
        if (!known) continue;
        const Duration age = now - begun_.at(echo.counter % begun_.size());
        if (age < kEchoLimit) least = std::min(least.value_or(age), age);
    }
    return least;
}

AliveExchange::Verdict AliveExchange::take(const Alive& alive, Time now) {
    if (alive.process.empty()) return {};
    const auto age_of_echo = age(alive.echoes, now);
    Peer& peer = peers_[alive.host];
    const bool of_proved = peer.proved && peer.proved->process == alive.process;
    if (of_proved || age_of_echo) {
        if (!advance(peer.proved, alive)) return {Kind::repeated};
        if (!of_proved) peer.candidate.reset();
    } else if (!advance(peer.candidate, alive)) {
        return {Kind::repeated};
    }
    return age_of_echo ? Verdict{Kind::fresh, *age_of_echo} : Verdict{};
}

}  // namespace mmm::proto
