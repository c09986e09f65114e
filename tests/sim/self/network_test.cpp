#include <catch2/catch.hpp>

#include "tests/sim/tcp.hpp"

using namespace mmm::sim;

namespace {

struct Net {
    Timeline timeline;
    Network network{timeline, Random(7)};
    Tcp tcp{timeline, network};

    void pass(Span span) {
        const Moment end = timeline.time() + span;
        while (timeline.next(end)) {
        }
    }
    void cut(Node from, Node to, bool on) { network.path(from, to).cuts = on ? 1 : 0; }
};

/// A connection from the monitor to db1, and what both ends were told.
struct Link : Net {
    std::vector<std::string> at_agent;
    std::vector<std::string> at_monitor;
    ConnectionId id = 0;

    Link() {
        tcp.listener[0] = [this](ConnectionId) { return handlers(at_agent); };
        id = tcp.connect(kMonitor, 0, handlers(at_monitor), [](const std::string&) {});
        pass(10ms);
    }
    static TcpHandlers handlers(std::vector<std::string>& told) {
        return {[&told](const std::string& line) { told.push_back(line); },
                [&told](const std::string& reason) { told.push_back("end: " + reason); }};
    }
};

}  // namespace

TEST_CASE("a way that is cut carries no datagram, and the way back still does") {
    Net net;
    net.cut(0, 1, true);
    int there = 0;
    int back = 0;
    for (int count = 0; count < 20; ++count) {
        net.network.datagram(0, 1, [&] { ++there; });
        net.network.datagram(1, 0, [&] { ++back; });
    }
    net.pass(1s);
    CHECK(there == 0);
    CHECK(back == 20);
    CHECK_FALSE(net.network.echo(1, 0).has_value());
    CHECK_FALSE(net.network.round_trip(0, 1).has_value());
}

TEST_CASE("a machine without power neither sends nor receives") {
    Net net;
    int came = 0;
    net.network.datagram(0, 1, [&] { ++came; });
    net.network.powered[1] = false;
    net.pass(1s);
    net.network.datagram(1, 0, [&] { ++came; });
    net.pass(1s);
    CHECK(came == 0);
}

TEST_CASE("loss takes about as many datagrams as it says, and jitter changes their order") {
    Net net;
    net.network.path(0, 1) = {0, 20, 0, 1ms, 200ms};
    std::vector<int> came;
    for (int number = 0; number < 1000; ++number)
        net.network.datagram(0, 1, [&came, number] { came.push_back(number); });
    net.pass(1s);
    CHECK(came.size() > 720);
    CHECK(came.size() < 880);
    CHECK_FALSE(std::is_sorted(came.begin(), came.end()));
}

TEST_CASE("TCP carries lines in order through loss and jitter, each once") {
    Link link;
    link.network.path(kMonitor, 0) = {0, 30, 0, 1ms, 200ms};
    std::vector<std::string> sent;
    for (int number = 0; number < 100; ++number) {
        sent.push_back(std::to_string(number));
        link.tcp.send(link.id, kMonitor, sent.back());
    }
    link.pass(20s);
    CHECK(link.at_agent == sent);
}

TEST_CASE("lines sent into a short cut arrive after it; into a long one they end the connection") {
    for (const bool is_short : {true, false}) {
        Link link;
        link.cut(kMonitor, 0, true);
        link.tcp.send(link.id, kMonitor, "late");
        link.pass(is_short ? 1s : 10s);
        link.cut(kMonitor, 0, false);
        link.pass(5s);
        CAPTURE(is_short);
        CHECK((link.at_agent == std::vector<std::string>{"late"}) == is_short);
        CHECK(link.at_monitor.empty() == is_short);
    }
}

TEST_CASE("who isn't acknowledged gives up, although everything arrived") {
    Link link;
    link.cut(0, kMonitor, true);
    link.tcp.send(link.id, kMonitor, "heard");
    link.pass(10s);
    CHECK(link.at_agent == std::vector<std::string>{"heard"});
    CHECK(link.at_monitor == std::vector<std::string>{"end: nothing was acknowledged for 5 s"});
}

TEST_CASE("a host that lost power says nothing; once it is back it resets what it doesn't know") {
    Link link;
    link.network.powered[0] = false;
    link.tcp.vanish(0);
    link.tcp.send(link.id, kMonitor, "into the void");
    link.pass(1s);
    CHECK(link.at_monitor.empty());
    link.network.powered[0] = true;
    link.pass(3s);
    CHECK(link.at_monitor == std::vector<std::string>{"end: connection reset"});
    CHECK(link.at_agent.empty());
}
