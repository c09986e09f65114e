// The agent's core with a monitor, other agents and a version 1 monitor that lie. The input is a script, a line a
// happening:
//   ORDER|2|db2|...               from the monitor, on its link; HELLO opens that
//   SET_STATUS|1|db2|...          from a monitor of version 1
//   db1> ALIVE|2|db1|...          a datagram of db1's (or of the monitor's)
//   +1500                         milliseconds pass
//   !WORD                         on this host: see kWords
// In lines $N stands for the process's nonce, $V for the number of the voters, $T for the last round of renewals: a
// liar knows them, and no mutation guesses them.

#include <array>

#include "core/lease/settings.hpp"
#include "core/proto/field_reader.hpp"
#include "core/proto/frame.hpp"
#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/version1.hpp"
#include "tests/fuzz/agent_host.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/agent/five_hosts.hpp"

using namespace mmm;
using fuzz::AgentHost;

namespace {

struct Word {
    std::string_view text;
    void (*act)(AgentHost& host);
};

const std::array<Word, 14> kWords{{
    {"restart", [](AgentHost& host) { host.restart(); }},
    {"cut", [](AgentHost& host) { host.happen(agent::LinkClosed{"cut"}); }},
    {"echo", [](AgentHost& host) { host.happen(agent::EchoHeard{}); }},
    {"disk full", [](AgentHost& host) { host.disk_works = false; }},
    {"disk works", [](AgentHost& host) { host.disk_works = true; }},
    {"tasks fail", [](AgentHost& host) { host.tasks = AgentHost::Tasks::fail; }},
    {"tasks hang", [](AgentHost& host) { host.tasks = AgentHost::Tasks::hang; }},
    {"tasks succeed", [](AgentHost& host) { host.tasks = AgentHost::Tasks::succeed; }},
    {"server up", [](AgentHost& host) { host.server.server = proto::Server::up; }},
    {"server down", [](AgentHost& host) { host.server.server = proto::Server::down; }},
    {"server hung", [](AgentHost& host) { host.server.server = proto::Server::hung; }},
    {"writable", [](AgentHost& host) { host.server.read_only = false; }},
    {"replicates",
     [](AgentHost& host) {
         host.server.source = Address::v4({192, 168, 10, 131});
         host.server.io_running = host.server.io_connected = host.server.sql_running = true;
     }},
    {"stop", [](AgentHost& host) { host.happen(agent::Stopping{}); }},
}};

/// A datagram, from `sender`'s address.
void hear_datagram(AgentHost& host, const config::Config& config, std::string_view sender, std::string_view text) {
    if (const auto heard = proto::decode_lease_datagram(text)) {
        if (heard->sender == sender && sender != "db2") host.happen(agent::LeaseHeard{heard->sender, heard->message});
    } else if (const auto alive = proto::decode_alive(text); alive && alive->host == sender) {
        if (config.host(alive->host) != nullptr && sender != "db2") host.happen(agent::PeerHeard{alive->host});
    }
}

void hear_monitor(AgentHost& host, const proto::Message& message) {
    if (message.host != "db2") return;
    if (const auto hello = proto::decode_hello(message)) {
        if (proto::accept_hello(*hello, "db2", "", "")) host.happen(agent::LinkOpened{});
    } else if (!host.state().contact.link_open) {
        return;
    } else if (const auto order = proto::decode_order(message)) {
        for (const auto& [slot, epoch] : order->slots) host.name(slot);
        host.happen(agent::OrderReceived{*order});
    } else if (const auto heard = proto::decode_lease(message)) {
        if (const auto* grant = std::get_if<lease::Grant>(&*heard)) host.name(grant->slot);
        host.happen(agent::LeaseHeard{lease::kMonitor, *heard});
    } else {
        host.happen(agent::MonitorHeard{});
    }
}

std::string filled_in(std::string_view line, const AgentHost& host) {
    std::string filled;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char which = line[i] == '$' && i + 1 < line.size() ? line[i + 1] : '\0';
        if (which == 'N') filled += std::to_string(host.state().leases.voter.life.nonce);
        if (which == 'V') filled += std::to_string(host.state().leases.voter.voters.hash());
        if (which == 'T') filled += std::to_string(host.last_round().time_since_epoch().count());
        if (which == 'N' || which == 'V' || which == 'T') {
            ++i;
        } else {
            filled += line[i];
        }
    }
    return filled;
}

void hear_line(AgentHost& host, const config::Config& config, const std::string& line) {
    if (const auto end = line.find("> "); end < 8) {
        hear_datagram(host, config, std::string_view(line).substr(0, end), std::string_view(line).substr(end + 2));
    } else if (!proto::check_line(line)) {
        host.happen(agent::LinkClosed{"garbage"});
    } else if (proto::v1::is_request(line)) {
        host.ask_version1(line);
    } else if (const auto message = proto::decode(line)) {
        hear_monitor(host, *message);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const config::Config config = agent::test::five_hosts();
    AgentHost host(config);
    Duration left{10'000};  // of virtual time: a run has to end
    for (const auto line : fuzz::lines_of(fuzz::text_of(data, size), 100)) {
        if (line.starts_with('!')) {
            for (const auto& [text, act] : kWords) {
                if (line.substr(1) == text) act(host);
            }
        } else if (line.starts_with('+')) {
            const auto number = proto::parse_number(line.substr(1));
            const Duration span = std::min(left, Duration{static_cast<Duration::rep>(number ? *number % 20'001 : 0)});
            host.pass(span);
            left -= span;
        } else {
            hear_line(host, config, filled_in(line, host));
        }
    }
    host.end_in_silence();
    return 0;
}
