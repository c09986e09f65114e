#include "net/mysql/end_abandoned.hpp"

#include <catch2/catch.hpp>
#include <future>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "net/mysql/read_only.hpp"
#include "net/mysql/worker.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

constexpr const char* kSessions = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER='agent'";
/// read_only=0, but not while another session has the lock; what a busy server may do to any statement.
constexpr const char* kBlockedWritable = "SET GLOBAL read_only=GET_LOCK('held', 20)-1";
constexpr const char* kIsBlocked = "SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE STATE='User lock'";

/// A job of a worker and its end.
template <class T>
struct Task {
    Task(Worker& worker, Duration limit, std::function<Result<T>(Connection&, Time)> work)
        : answer(promise->get_future()),
          id(*worker.submit<T>(in(limit), std::move(work),
                               [promise = promise](Result<T> result) { promise->set_value(std::move(result)); })) {}

    Result<T> get() {
        REQUIRE(answer.wait_for(10s) == std::future_status::ready);
        return answer.get();
    }

    std::shared_ptr<std::promise<Result<T>>> promise = std::make_shared<std::promise<Result<T>>>();
    std::future<Result<T>> answer;
    Worker::JobId id;
};

Task<Rows> make_writable_behind_a_lock(Worker& worker, Duration limit) {
    return {worker, limit,
            [](Connection& connection, Time deadline) { return connection.query(kBlockedWritable, deadline); }};
}

Task<ReadOnly> make_read_only(Worker& worker) {
    return {worker, 5s, [](Connection& connection, Time deadline) { return set_read_only(connection, 1s, deadline); }};
}

std::string is_read_only(TestServer& server) {
    return server.run("SELECT @@global.read_only").values[0][0].value_or("");
}

}  // namespace

TEST_CASE("a read_only=0 that was given up is ended before read_only=1, and never comes after it") {
    TestServer& server = pair_of_servers().source;
    for (const bool cancelled : {true, false}) {
        CAPTURE(cancelled);
        server.await(kSessions, "0");
        Connection app;
        open(app, server.endpoint("app"));
        REQUIRE(app.query("SELECT GET_LOCK('held', 0)", in(5s)));
        Worker fence(server.endpoint("agent"));
        auto writable = make_writable_behind_a_lock(fence, cancelled ? 10s : 300ms);
        server.await(kIsBlocked, "1");
        if (cancelled) fence.cancel(writable.id);
        CHECK(writable.get().error().code == (cancelled ? Code::cancelled : Code::timeout));
        CHECK(server.run(kIsBlocked).values[0][0] == "1");  // the server goes on with it

        const Time start = boot_now();
        CHECK(make_read_only(fence).get() == ReadOnly{true, false});
        CHECK(boot_now() - start < 300ms);
        CHECK(server.run(kSessions).values[0][0] == "1");  // the one that has just set it
        app.close();
        std::this_thread::sleep_for(100ms);
        CHECK(is_read_only(server) == "1");
        server.run("SET GLOBAL read_only=0");
    }
}

TEST_CASE("what was given up in a frozen server is ended when it thaws, before read_only=1") {
    TestServer& server = pair_of_servers().source;
    server.await(kSessions, "0");
    Worker fence(server.endpoint("agent"));
    REQUIRE(make_read_only(fence).get());
    server.freeze();
    Task<Rows> writable(fence, 10s, [](Connection& connection, Time deadline) {
        return connection.query("SET GLOBAL read_only=0", deadline);
    });
    std::this_thread::sleep_for(100ms);
    fence.cancel(writable.id);
    CHECK(writable.get().error().code == Code::cancelled);
    auto read_only = make_read_only(fence);
    std::this_thread::sleep_for(100ms);
    server.thaw();
    CHECK(read_only.get() == ReadOnly{true, false});
    CHECK(server.run(kSessions).values[0][0] == "1");
    std::this_thread::sleep_for(100ms);
    CHECK(is_read_only(server) == "1");
    server.run("SET GLOBAL read_only=0");
}

TEST_CASE("an abandoned session that couldn't be ended in time is ended the next time") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    open(agent, server.endpoint("agent"));
    const auto id = std::to_string(agent.thread_id());
    CHECK(agent.query("SELECT SLEEP(20)", in(50ms)).error().code == Code::timeout);
    REQUIRE(agent.abandoned().size() == 1);
    open(agent, server.endpoint("agent"));
    const auto ended = end_abandoned(agent, boot_now());
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == Code::timeout);
    open(agent, server.endpoint("agent"));
    CHECK(end_abandoned(agent, in(5s)));
    CHECK(agent.abandoned().empty());
    server.await("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE ID=" + id, "0");
}

TEST_CASE("after a restart of the server another user's session with the number of an abandoned one is left alone") {
    TestServer server(32);
    Connection agent;
    std::deque<Connection> sessions;
    for (int count = 0; count < 5; ++count) open(sessions.emplace_back(), server.endpoint("app"));
    open(agent, server.endpoint("agent"));
    const unsigned long number = agent.thread_id();
    CHECK(agent.query("SELECT SLEEP(20)", in(50ms)).error().code == Code::timeout);
    server.kill();
    sessions.clear();
    server.start();
    do open(sessions.emplace_back(), server.endpoint("app"));
    while (sessions.back().thread_id() < number);
    REQUIRE(sessions.back().thread_id() == number);
    open(agent, server.endpoint("agent"));
    CHECK(end_abandoned(agent, in(5s)));
    CHECK(agent.abandoned().empty());
    CHECK(sessions.back().query("SELECT 1", in(5s)));
}
