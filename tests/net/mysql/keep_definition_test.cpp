#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "net/mysql/drain.hpp"
#include "net/mysql/replication_threads.hpp"
#include "net/mysql/repoint.hpp"
#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

/// The agent's session with `server`, about one of its channels.
void open_channel(Connection& connection, const TestServer& server, const std::string& channel) {
    Endpoint endpoint = server.endpoint("agent");
    endpoint.channel = channel;
    open(connection, endpoint);
}

Source at(const TestServer& server) {
    return {"127.0.0.1", server.port(), "replication", "secret-replication", GtidStart::slave_pos, {}};
}

/// What an operator wrote into the definition, as the server shows it.
std::string definition(TestServer& server, const std::string& channel) {
    const Rows rows = server.run("SHOW ALL SLAVES STATUS");
    std::string text;
    for (std::size_t index = 0; index < rows.size(); ++index) {
        const Row row(rows, index);
        if (row.text("Connection_name") != channel) continue;
        for (const char* const column :
             {"Replicate_Ignore_Table", "Replicate_Wild_Do_Table", "Master_SSL_Allowed", "Master_SSL_CA_File",
              "Master_SSL_Cert", "Master_SSL_Cipher", "Master_SSL_Key", "Master_SSL_Verify_Server_Cert",
              "Master_SSL_Crl", "Replicate_Ignore_Server_Ids", "Replicate_Ignore_Domain_Ids", "SQL_Delay",
              "Slave_heartbeat_period"})
            text += std::string(column) + "=" + row.text(column) + "\n";
    }
    return text;
}

constexpr const char* kOptions =
    "MASTER_HEARTBEAT_PERIOD=1.75, MASTER_DELAY=1, MASTER_SSL=1, MASTER_SSL_CA='/nowhere/ca.pem', "
    "MASTER_SSL_CERT='/nowhere/cert.pem', MASTER_SSL_KEY='/nowhere/key.pem', MASTER_SSL_CIPHER='AES256-SHA', "
    "MASTER_SSL_VERIFY_SERVER_CERT=1, MASTER_SSL_CRL='/nowhere/crl.pem', IGNORE_SERVER_IDS=(77), "
    "IGNORE_DOMAIN_IDS=(9)";

}  // namespace

TEST_CASE("re-pointing keeps filters, TLS, delay and heartbeat of the channel, and touches no other") {
    Pair& servers = pair_of_servers();
    servers.in_step();
    TestServer replica(21);
    const std::string login =
        "MASTER_HOST='127.0.0.1', MASTER_USER='replication', MASTER_PASSWORD='secret-replication', "
        "MASTER_USE_GTID=slave_pos, MASTER_PORT=";
    for (const char* const channel : {"", "mmm"}) {
        INFO("channel '" << channel << "'");
        const std::string to = *channel == '\0' ? "CHANGE MASTER TO " : "CHANGE MASTER 'mmm' TO ";
        const std::string other = *channel == '\0' ? "'mmm'" : "''";
        replica.run("STOP ALL SLAVES");
        replica.run(to + login + std::to_string(servers.replica.port()) + ", " + kOptions);
        replica.run("CHANGE MASTER " + other + " TO " + login + "1, MASTER_HEARTBEAT_PERIOD=2.25");
        replica.run("SET GLOBAL replicate_ignore_table='test.ignored'");
        replica.run("SET GLOBAL mmm.replicate_wild_do_table='test.%'");
        replica.run("START SLAVE " + other);
        const std::string before = definition(replica, channel);
        const std::string before_other = definition(replica, *channel == '\0' ? "mmm" : "");
        REQUIRE(before.find("Slave_heartbeat_period=1.750") != std::string::npos);

        Connection agent;
        open_channel(agent, replica, channel);
        // The certificates don't exist: the I/O thread can't connect, and that is all.
        const auto repointed = repoint(agent, at(servers.source), in(5s));
        if (!repointed) FAIL(repointed.error().message);
        CHECK(repointed->changed);
        CHECK(repointed->status.source_port == servers.source.port());
        CHECK(repointed->status.others);
        CHECK(definition(replica, channel) == before);
        CHECK(definition(replica, *channel == '\0' ? "mmm" : "") == before_other);

        CHECK(stop_replication(agent, in(5s)));
        const auto rows = replica.run("SHOW ALL SLAVES STATUS");
        CHECK(read_replication_status(rows, *channel == '\0' ? "mmm" : "").io_connecting);
        CHECK(read_replication_status(rows, channel).io_stopped());
    }
    replica.run("STOP ALL SLAVES");
}

TEST_CASE("draining a stopped replica keeps its heartbeat period") {
    TestServer source(22);
    TestServer replica(23);
    replica.replicate_from(source);
    replica.run("STOP SLAVE");
    replica.run("CHANGE MASTER TO MASTER_HEARTBEAT_PERIOD=1.75");
    replica.run("START SLAVE");
    source.run("INSERT INTO test.t (x) VALUES (1)");
    replica.await("SELECT COUNT(*) FROM test.t", "1");
    replica.run("STOP SLAVE SQL_THREAD");
    source.run("INSERT INTO test.t (x) VALUES (1)");
    Connection agent;
    open_channel(agent, replica, "");
    const std::string written = *source.run("SELECT @@global.gtid_binlog_pos").values[0][0];
    for (int look = 0; look < 500 && replication_status(agent, in(5s))->gtid_io_pos != written; ++look)
        REQUIRE(agent.pause(10ms, in(5s)));
    replica.run("STOP SLAVE IO_THREAD");
    const auto drained = drain(agent, in(5s));
    if (!drained) FAIL(drained.error().message);
    CHECK(drained->complete);
    const auto status = replication_status(agent, in(5s));
    CHECK(status->heartbeat_period == "1.750");
    CHECK(status->using_gtid == "Slave_Pos");
}

TEST_CASE("the password of a source shows in no list of sessions, status, or log of errors") {
    Pair& servers = pair_of_servers();
    TestServer replica(24);
    Connection agent;
    open_channel(agent, replica, "");
    Source source = at(servers.source);
    source.password = "S3cret-nobody-may-see";
    REQUIRE(repoint(agent, source, in(5s)));
    // Denied: the server notes why in its status.
    for (int look = 0; look < 500 && replication_status(agent, in(5s))->last_io_errno == 0; ++look)
        REQUIRE(agent.pause(10ms, in(5s)));
    CHECK(replication_status(agent, in(5s))->last_io_errno == 1045);
    for (const char* const query :
         {"SHOW ALL SLAVES STATUS", "SHOW FULL PROCESSLIST", "SELECT * FROM information_schema.PROCESSLIST"}) {
        for (const auto& row : replica.run(query).values) {
            for (const auto& value : row) CHECK(value.value_or("").find("S3cret") == std::string::npos);
        }
    }
    std::ifstream file(replica.log());
    std::stringstream log;
    log << file.rdbuf();
    CHECK(log.str().find("Slave I/O") != std::string::npos);
    CHECK(log.str().find("S3cret") == std::string::npos);
}
