#include "core/agent/contact.hpp"

namespace mmm::agent {

bool stalled(const State& state, Time now) {
    return now - state.last_step > kStallLimit;
}

bool isolated(const State& state, Time now) {
    return now >= state.contact.hold_until;
}

bool link_silent(const State& state, Time now) {
    return state.contact.link_open && now >= state.contact.monitor_heard + kSilenceLimit;
}

void open_link(Turn& turn) {
    Contact& contact = turn.state.contact;
    if (turn.now < contact.deaf_until) {
        turn.emit(CloseLink{"opened right after a stall of this agent: it may be as old as that"});
        return;
    }
    contact.link_open = true;
    contact.sequence = 0;
    turn.state.reporting.sent.reset();
    turn.state.reporting.due = true;
    (void)hear_monitor(turn);
}

bool hear_monitor(Turn& turn) {
    Contact& contact = turn.state.contact;
    if (!contact.link_open) return false;
    contact.monitor_heard = turn.now;
    turn.state.leases.monitor_heard = turn.now;
    contact.hold_until = turn.now + kSilenceLimit;
    return true;
}

void hear_peer(Turn& turn, const HostName& host, Duration age) {
    Contact& contact = turn.state.contact;
    if (turn.now < contact.deaf_until || host == turn.state.self || turn.config.host(host) == nullptr) return;
    contact.peers[host] = turn.now;
    const Time until = turn.now - age + kSilenceLimit;
    // What may be old doesn't undo a newer sign.
    if (age == Duration{0} || until > contact.hold_until) contact.hold_until = until;
}

bool lasts_by_echo(const State& state) {
    return state.version1.in_force || (state.order && state.order->alone);
}

void hear_echo(Turn& turn) {
    if (turn.now < turn.state.contact.deaf_until || !lasts_by_echo(turn.state)) return;
    turn.state.contact.hold_until = turn.now + kSilenceLimit;
}

void look_around(Turn& turn) {
    if (!lasts_by_echo(turn.state) || turn.now < turn.state.version1.look_at) return;
    turn.state.version1.look_at = turn.now + kLookAroundPeriod;
    turn.emit(LookAround{});
}

void drop_link(Turn& turn, const std::string& reason) {
    turn.state.contact.link_open = false;
    turn.state.contact.sequence = 0;
    turn.emit(CloseLink{reason});
}

std::set<HostName> hears(const State& state, Time now) {
    std::set<HostName> heard;
    for (const auto& [host, time] : state.contact.peers) {
        if (now - time <= kPeerFresh) heard.insert(host);
    }
    return heard;
}

}  // namespace mmm::agent
