#include "net/mysql/worker.hpp"

#include <catch2/catch.hpp>
#include <future>

#include "net/host/boot_clock.hpp"
#include "net/mysql/observe.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

/// A job that runs one statement, and its answer.
struct Ask {
    Ask(Worker& worker, std::string sql, Duration limit = 5s)
        : answer(promise->get_future()),
          id(worker.submit<Rows>(
              in(limit),
              [sql = std::move(sql)](Connection& connection, Time deadline) { return connection.query(sql, deadline); },
              [promise = promise](Result<Rows> rows) { promise->set_value(std::move(rows)); })) {}

    Result<Rows> get() {
        REQUIRE(answer.wait_for(10s) == std::future_status::ready);
        return answer.get();
    }

    std::shared_ptr<std::promise<Result<Rows>>> promise = std::make_shared<std::promise<Result<Rows>>>();
    std::future<Result<Rows>> answer;
    Result<Worker::JobId> id;
};

}  // namespace

TEST_CASE("a worker does its jobs in order over one connection") {
    Worker worker(pair_of_servers().source.endpoint("agent"));
    Ask first(worker, "SELECT CONNECTION_ID(), SLEEP(0.05)");
    Ask second(worker, "SELECT CONNECTION_ID()");
    const auto one = first.get();
    const auto two = second.get();
    REQUIRE(one);
    REQUIRE(two);
    CHECK(one->values[0][0] == two->values[0][0]);
    CHECK(*second.id > *first.id);
}

TEST_CASE("a job's deadline holds while it waits behind another") {
    Worker worker(pair_of_servers().source.endpoint("agent"));
    Ask slow(worker, "SELECT SLEEP(0.3)");
    Ask late(worker, "SELECT 1", 50ms);
    CHECK(slow.get());
    CHECK(late.get().error().code == Code::timeout);
}

TEST_CASE("cancelling ends a running job at once and a queued one in its turn, and no other") {
    Worker worker(pair_of_servers().source.endpoint("agent"));
    Ask running(worker, "SELECT SLEEP(5)");
    Ask queued(worker, "SELECT 1");
    Ask other(worker, "SELECT 1");
    std::this_thread::sleep_for(100ms);
    worker.cancel(*queued.id);
    const Time start = boot_now();
    worker.cancel(*running.id);
    CHECK(running.get().error().code == Code::cancelled);
    CHECK(queued.get().error().code == Code::cancelled);
    CHECK(other.get());
    CHECK(boot_now() - start < 300ms);
    worker.cancel(*running.id);
    CHECK(Ask(worker, "SELECT 1").get());
}

TEST_CASE("a worker's queue is bounded, and ending it answers every job") {
    std::vector<Ask> jobs;
    Result<Worker::JobId> last = 1;
    Time start;
    {
        Worker worker(pair_of_servers().source.endpoint("agent"));
        while (last && jobs.size() < 100) {
            jobs.emplace_back(worker, "SELECT SLEEP(5)");
            last = jobs.back().id;
        }
        start = boot_now();
    }
    CHECK(boot_now() - start < 300ms);
    REQUIRE_FALSE(last);
    CHECK(last.error().code == Code::busy);
    jobs.pop_back();
    CHECK(jobs.size() >= 64);
    for (Ask& job : jobs) CHECK(job.get().error().code == Code::cancelled);
}

TEST_CASE("an idle worker says at once that its server is gone, and works again when it is back") {
    TestServer server(31);
    std::promise<Time> gone;
    bool told = false;
    Worker worker(server.endpoint("agent"), [&] {
        if (!std::exchange(told, true)) gone.set_value(boot_now());
    });
    REQUIRE(Ask(worker, "SELECT 1").get());
    const Time killed = boot_now();
    server.kill();
    auto noticed = gone.get_future();
    REQUIRE(noticed.wait_for(5s) == std::future_status::ready);
    CHECK(noticed.get() - killed < 100ms);
    CHECK(Ask(worker, "SELECT 1").get().error().code == Code::unreachable);
    server.start();
    CHECK(Ask(worker, "SELECT 1").get());
}
