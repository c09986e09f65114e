#include "net/mysql/probe.hpp"

#include <signal.h>

#include <catch2/catch.hpp>
#include <condition_variable>
#include <mutex>

#include "fake_server.hpp"
#include "net/host/boot_clock.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

/// A probe whose reports can be waited for.
class ProbedServer {
  public:
    explicit ProbedServer(const Endpoint& endpoint, Duration period = 50ms, Duration timeout = 2s)
        : probe_(config(endpoint, {period, timeout}), [this](CheckReport report) { keep(std::move(report)); }) {}

    /// The next report of `kind` with `outcome` after `since`.
    CheckReport await(CheckKind kind, Outcome outcome, Time since = Time()) {
        std::unique_lock lock(mutex_);
        CheckReport found;
        const bool came = changed_.wait_for(lock, 5s, [&] {
            for (const auto& [time, report] : reports_) {
                if (time < since || report.kind != kind || report.outcome != outcome) continue;
                found = report;
                found_at = time;
                return true;
            }
            return false;
        });
        std::string all;
        for (const auto& [time, report] : reports_)
            all += std::string(word(report.kind)) + " " + std::to_string(static_cast<int>(report.outcome)) + " " +
                   report.message + "\n";
        INFO(all);
        REQUIRE(came);
        return found;
    }

    bool ever(CheckKind kind, Outcome outcome) {
        const std::lock_guard lock(mutex_);
        return std::any_of(reports_.begin(), reports_.end(), [&](const auto& entry) {
            return entry.second.kind == kind && entry.second.outcome == outcome;
        });
    }

    [[nodiscard]] const Probe& probe() const { return probe_; }
    Time found_at;

  private:
    static ProbeConfig config(const Endpoint& endpoint, CheckTiming timing) {
        return {"db1", endpoint, timing, timing, timing, 60s};
    }

    void keep(CheckReport report) {
        const std::lock_guard lock(mutex_);
        reports_.emplace_back(boot_now(), std::move(report));
        changed_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<std::pair<Time, CheckReport>> reports_;
    Probe probe_;  // last: its thread uses the others
};

}  // namespace

TEST_CASE("a healthy replica is reported ok by all three checks") {
    pair_of_servers().in_step();
    ProbedServer replica(pair_of_servers().replica.endpoint("monitor"));
    CHECK(replica.await(CheckKind::mysql, Outcome::ok) ==
          CheckReport{"db1", CheckKind::mysql, Outcome::ok, "", {1, 1, {}}});
    CHECK(replica.await(CheckKind::rep_threads, Outcome::ok).message.empty());
    CHECK(replica.await(CheckKind::rep_backlog, Outcome::ok).message == "Backlog is null");
    ProbedServer source(pair_of_servers().source.endpoint("monitor"));
    CHECK(source.await(CheckKind::rep_threads, Outcome::failed_soft).message == "Replication is not set up");
}

TEST_CASE("the checks tell how a server is set up as a master: auto_increment, and whom it replicates from") {
    Pair& pair = pair_of_servers();
    pair.replica.run("SET GLOBAL auto_increment_increment = 2, GLOBAL auto_increment_offset = 2");
    {
        ProbedServer replica(pair.replica.endpoint("monitor"));
        CHECK(replica.await(CheckKind::mysql, Outcome::ok).setup == ReplicationSetup{2, 2, {}});
        const ReplicationSetup setup = replica.await(CheckKind::rep_threads, Outcome::ok).setup;
        CHECK(setup.source == "127.0.0.1");
        REQUIRE(setup.settings);
        CHECK(setup.settings->mariadb);
        CHECK(setup.settings->variables.at("log_slave_updates") == "ON");
        CHECK(setup.settings->variables.at("gtid_strict_mode") == "ON");
        CHECK(setup.settings->filters.empty());
    }
    pair.replica.run("SET GLOBAL auto_increment_increment = 1, GLOBAL auto_increment_offset = 1");
    ProbedServer source(pair.source.endpoint("monitor"));
    CHECK(source.await(CheckKind::rep_threads, Outcome::failed_soft).setup.source == "");
}

TEST_CASE("stopped replication is reported, and so is its return") {
    TestServer& server = pair_of_servers().replica;
    ProbedServer replica(server.endpoint("monitor"));
    replica.await(CheckKind::rep_threads, Outcome::ok);
    server.run("STOP SLAVE SQL_THREAD");
    CHECK(replica.await(CheckKind::rep_threads, Outcome::failed_soft).message.find("SQL thread stopped") !=
          std::string::npos);
    replica.await(CheckKind::rep_backlog, Outcome::unknown);
    server.run("START SLAVE SQL_THREAD");
    const Time started = boot_now();
    replica.await(CheckKind::rep_threads, Outcome::ok, started);
    CHECK_FALSE(replica.ever(CheckKind::mysql, Outcome::failed_soft));
}

TEST_CASE("a killed server is hard evidence within 100 ms, whatever the period, and its return is seen") {
    TestServer server(21);
    ProbedServer probed(server.endpoint("monitor"), 1h);
    probed.await(CheckKind::mysql, Outcome::ok);
    const Time killed = boot_now();
    ::kill(server.pid(), SIGKILL);
    probed.await(CheckKind::mysql, Outcome::failed_hard);
    CHECK(probed.found_at - killed < 100ms);
    server.kill();
    server.start();
    const Time started = boot_now();
    probed.probe().run_now();
    probed.await(CheckKind::mysql, Outcome::ok, started);
    CHECK(probed.found_at - started < 1s);
}

TEST_CASE("a frozen server is soft evidence, a thawed one is ok again") {
    TestServer& server = pair_of_servers().source;
    ProbedServer probed(server.endpoint("monitor"), 50ms, 150ms);
    probed.await(CheckKind::mysql, Outcome::ok);
    server.freeze();
    const Time frozen = boot_now();
    probed.await(CheckKind::mysql, Outcome::failed_soft);
    CHECK(probed.found_at - frozen < 500ms);
    server.thaw();
    probed.await(CheckKind::mysql, Outcome::ok, boot_now());
    CHECK_FALSE(probed.ever(CheckKind::mysql, Outcome::failed_hard));
}

TEST_CASE("a server that lets nobody in is unknown, not failed") {
    TestServer& server = pair_of_servers().source;
    Endpoint wrong = server.endpoint("monitor");
    wrong.password = "not-the-password";
    ProbedServer probed(wrong);
    const auto report = probed.await(CheckKind::mysql, Outcome::unknown);
    CHECK(report.message.find("1045") != std::string::npos);
    CHECK(report.message.find(wrong.password) == std::string::npos);
    probed.await(CheckKind::rep_threads, Outcome::unknown);

    server.run("SET GLOBAL max_connections=10");
    std::vector<std::unique_ptr<Connection>> connections;
    Result<void> opened;
    while (opened) {
        connections.push_back(std::make_unique<Connection>());
        opened = connections.back()->open(server.endpoint("app"), in(5s));
    }
    {
        ProbedServer full(server.endpoint("monitor"));
        CHECK(full.await(CheckKind::mysql, Outcome::unknown).message.find("Too many connections") != std::string::npos);
    }
    connections.clear();
    server.run("SET GLOBAL max_connections=151");
}

TEST_CASE("a session that was killed on a living server is made anew without a failure") {
    TestServer& server = pair_of_servers().source;
    ProbedServer probed(server.endpoint("monitor"));
    probed.await(CheckKind::mysql, Outcome::ok);
    server.run("KILL USER monitor");
    probed.await(CheckKind::mysql, Outcome::ok, in(100ms));
    CHECK_FALSE(probed.ever(CheckKind::mysql, Outcome::failed_hard));
    CHECK_FALSE(probed.ever(CheckKind::mysql, Outcome::failed_soft));
}

TEST_CASE("a missing right fails the replication checks and is named") {
    ProbedServer probed(pair_of_servers().replica.endpoint("nobody"));
    CHECK(probed.await(CheckKind::rep_threads, Outcome::failed_soft).message.find("SLAVE MONITOR") !=
          std::string::npos);
    probed.await(CheckKind::rep_backlog, Outcome::failed_soft);
    probed.await(CheckKind::mysql, Outcome::ok);
}

TEST_CASE("a probe of a server that hangs ends at once") {
    const FakeServer server(FakeServer::stall);
    Time start;
    {
        const ProbedServer probed(server.endpoint(), 1h, 1h);
        std::this_thread::sleep_for(50ms);
        start = boot_now();
    }
    CHECK(boot_now() - start < 100ms);
}
