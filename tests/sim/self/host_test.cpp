#include <catch2/catch.hpp>

#include "tests/sim/kernel.hpp"
#include "tests/sim/mysqld.hpp"
#include "tests/sim/process.hpp"

using namespace mmm;
using namespace mmm::sim;

namespace {

const Slot kSlot{"writer", Address::v4({192, 168, 10, 100})};

void pass(Timeline& timeline, Span span) {
    const Moment end = timeline.time() + span;
    while (timeline.next(end)) {
    }
}

/// A server with handlers that do nothing.
struct Server : Mysqld {
    Server(Timeline& timeline, Node node) : Mysqld(timeline, Random(node), node) {
        on_change = [] {};
        on_lost = [] {};
        start_threads();
    }
};

}  // namespace

TEST_CASE("an address goes at the end of its lifetime, at most 0.3 s late, unless it is renewed") {
    Timeline timeline;
    const Clock clock;
    Kernel kernel(timeline, Random(1), clock);
    int changes = 0;
    kernel.on_change = [&] { ++changes; };
    kernel.put(kSlot, std::chrono::seconds{2});
    pass(timeline, 1500ms);
    kernel.put(kSlot, std::chrono::seconds{2});
    pass(timeline, 1999ms);
    CHECK(kernel.has(kSlot));
    pass(timeline, 302ms);
    CHECK_FALSE(kernel.has(kSlot));
    CHECK(changes == 2);
}

TEST_CASE("what reaches a stopped process waits, except what it forgets; nothing reaches the next one") {
    Timeline timeline;
    Process process(timeline, Random(1));
    std::string done;
    process.start();
    process.hand(Source::link, 1, [&] { done += "a"; });
    process.freeze();
    process.hand(Source::link, 1, [&] { done += "b"; });
    process.hand(Source::datagram, 0, [&] { done += "c"; });
    process.forget(Source::datagram, 0);
    CHECK(done == "a");
    process.thaw([&] { done += "-"; });
    CHECK(done == "a-b");
    process.after(1s, [&] { done += "d"; });
    const auto mine = process.mine(Source::thread, [&] { done += "e"; });
    process.crash();
    process.start();
    mine();
    pass(timeline, 2s);
    CHECK(done == "a-b");
}

TEST_CASE("a statement sent to a hung server is executed when it goes on") {
    Timeline timeline;
    Server server(timeline, 0);
    server.hang();
    bool done = false;
    server.execute([&] { server.set_read_only(false); },
                   [&](const Result<void>& result) { done = result.has_value(); });
    pass(timeline, 5s);
    CHECK(server.read_only());
    server.go_on();
    CHECK_FALSE(server.read_only());
    CHECK(done);
}

TEST_CASE("a replica follows its source, and is refused once it has what the source lacks") {
    Timeline timeline;
    Network network(timeline, Random(1));
    Server source(timeline, 0);
    Server replica(timeline, 1);
    source.set_read_only(false);
    replica.point_at(0, true);
    replica.start_threads();
    for (int count = 0; count < 3; ++count) source.write();
    replica.replicate(source, network);
    CHECK(replica.position() == "0-1-3");
    CHECK(replica.history() == "0-1-3");
    CHECK_FALSE(replica.diverged_from(source));
    replica.set_read_only(false);
    replica.write();
    source.write();
    replica.crash();
    replica.start();
    pass(timeline, 2s);
    replica.start_threads();
    replica.replicate(source, network);
    CHECK(replica.io_error == 1236);
    CHECK(replica.diverged_from(source));
}

TEST_CASE("a clock shows its host's time since the start, and its drift") {
    const Clock clock{Moment{} + 10s, 1000};
    CHECK(clock.read(Moment{} + 10s) == Time{});
    CHECK(clock.read(Moment{} + 1010s) == Time{Duration{1'001'000}});
    CHECK(clock.until(Time{Duration{2000}}, Moment{} + 10s) > 1990ms);
}
