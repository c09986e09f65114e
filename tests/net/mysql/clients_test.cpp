#include "net/mysql/clients.hpp"

#include <catch2/catch.hpp>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "net/mysql/end_clients.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

const std::set<std::string> kOurs{"agent", "monitor", "replication", "admin"};

/// A client in a thread of its own, inside `sql` until that ends or is ended.
struct RunningClient {
    RunningClient(const Endpoint& endpoint, std::string sql) {
        open(connection, endpoint);
        id = connection.thread_id();
        thread = std::thread([this, text = std::move(sql)] { outcome = connection.query(text, in(20s)); });
    }
    ~RunningClient() { thread.join(); }

    Connection connection;
    unsigned long id = 0;
    Result<Rows> outcome;
    std::thread thread;
};

bool contains(const std::vector<Client>& clients, unsigned long id) {
    return std::any_of(clients.begin(), clients.end(), [id](const Client& client) { return client.id == id; });
}

}  // namespace

TEST_CASE("who is ended, who is waited for and who is spared") {
    struct {
        const char* user;
        const char* command;
        const char* state;
        ClientKind expected;
    } const cases[] = {
        {"app", "Sleep", "", ClientKind::idle},
        {"app", "Query", "Updating", ClientKind::running},
        {"app", "Execute", "executing", ClientKind::running},
        {"app", "Killed", "", ClientKind::running},
        {"unauthenticated user", "Connect", "login", ClientKind::idle},
        {"app", "Query", "Waiting for semi-sync ACK from slave", ClientKind::waits_for_ack},
        {"app", "Query", "Waiting for semi-sync ACK from replica", ClientKind::waits_for_ack},
        {"system user", "Connect", "Waiting for master to send event", ClientKind::spared},
        {"system user", "Slave_SQL", "", ClientKind::spared},
        {"event_scheduler", "Daemon", "Waiting on empty queue", ClientKind::spared},
        {"repl", "Binlog Dump", "", ClientKind::spared},
        {"repl", "Binlog Dump GTID", "", ClientKind::spared},
        {"agent", "Sleep", "", ClientKind::spared},
        {"monitor", "Query", "", ClientKind::spared},
    };
    for (const auto& each : cases) {
        INFO(each.user << " " << each.command << " " << each.state);
        Client client;
        client.user = each.user;
        client.command = each.command;
        client.state = each.state;
        CHECK(kind_of(client, kOurs) == each.expected);
    }
}

TEST_CASE("sessions are listed with their statement's first word only") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    open(agent, server.endpoint("agent"));
    const RunningClient app(server.endpoint("app"), "SELECT SLEEP(0.3), 'secret literal'");
    std::this_thread::sleep_for(50ms);
    const auto clients = list_all_clients(agent, in(5s));
    REQUIRE(clients);
    const auto found =
        std::find_if(clients->begin(), clients->end(), [&](const Client& client) { return client.id == app.id; });
    REQUIRE(found != clients->end());
    CHECK(found->statement == "SELECT");
    CHECK(found->user == "app");
    CHECK(found->command == "Query");
    CHECK(found->text().find("secret") == std::string::npos);
}

TEST_CASE("ending clients spares replication and ourselves, ends idle ones at once and running ones after the grace") {
    TestServer& server = pair_of_servers().source;
    Connection agent;
    Connection monitor;
    Connection idle;
    open(agent, server.endpoint("agent"));
    open(monitor, server.endpoint("monitor"));
    open(idle, server.endpoint("app"));
    REQUIRE(idle.query("BEGIN", in(5s)));
    REQUIRE(idle.query("INSERT INTO test.t (x) VALUES (1)", in(5s)));
    const unsigned long idle_id = idle.thread_id();
    RunningClient quick(server.endpoint("app"), "SELECT SLEEP(0.15)");
    RunningClient slow(server.endpoint("app"), "SELECT SLEEP(10)");
    std::this_thread::sleep_for(30ms);

    Time idle_gone;
    Idle idle_end = Idle::until;
    std::thread watch([&] {
        idle_end = idle.wait_closed_or(in(5s));
        idle_gone = boot_now();
    });
    const Time start = boot_now();
    const auto ended = end_clients(agent, {400ms, kOurs, {}}, start + 5s);
    const Duration took = boot_now() - start;
    watch.join();
    REQUIRE(ended);
    CHECK(idle_end == Idle::closed);
    CHECK(idle_gone - start < 200ms);
    CHECK(took >= 400ms);
    CHECK(took < 1s);
    CHECK(contains(ended->ended, idle_id));
    CHECK(contains(ended->ended, slow.id));
    CHECK(ended->remaining.empty());
    for (const Client& client : ended->ended) CHECK(client.user == "app");

    CHECK(monitor.query("SELECT 1", in(5s)));
    CHECK(server.run("SELECT COUNT(*) FROM test.t").values[0][0] == "0");
    CHECK(pair_of_servers().replica.run("SHOW SLAVE STATUS").size() == 1);
    pair_of_servers().replica.await(
        "SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME='SLAVES_RUNNING'", "1");
    slow.thread.join();
    CHECK_FALSE(slow.outcome);
    slow.thread = std::thread([] {});
    quick.thread.join();
    CHECK(quick.outcome.has_value());  // it finished within the grace; its session then was idle
    quick.thread = std::thread([] {});
}

TEST_CASE("without the right PROCESS, ending clients says so instead of seeing nobody") {
    TestServer& server = pair_of_servers().source;
    Connection nobody;
    Connection app;
    open(nobody, server.endpoint("nobody"));
    open(app, server.endpoint("app"));
    const auto ended = end_clients(nobody, {0ms, kOurs, {}}, in(5s));
    REQUIRE_FALSE(ended);
    CHECK(ended.error().code == Code::permission);
    CHECK(ended.error().message.find("PROCESS") != std::string::npos);
    CHECK(app.query("SELECT 1", in(5s)));
}
