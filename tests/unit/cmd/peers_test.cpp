#include "cmd/peers.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>

#include "core/lease/settings.hpp"
#include "core/proto/heartbeat.hpp"

using namespace mmm;

namespace {

ClusterKey key(const std::string& name, std::uint8_t byte) {
    ClusterKey out{name, {}};
    out.secret.fill(byte);
    return out;
}

/// Agents on loopback addresses, each with its own view of the cluster, and a log that can be read.
class Agent {
  public:
    Agent(asio::io_context& loop, const HostName& name, std::vector<ClusterKey> keys)
        : config_(made(std::move(keys))),
          log_(options(log_pipe_)),
          peers_(
              loop, config_, *config_.host(name), log_,
              [this](const HostName& host, Duration) { heard_.push_back(host); },
              [this](const HostName& from, lease::Message message) {
                  leases_.emplace_back(from, std::move(message));
              }) {
        REQUIRE(peers_.listen());
    }
    ~Agent() {
        for (const int end : log_pipe_) ::close(end);
    }
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;

    void say() { peers_.send_alive(); }
    void send(const HostName& to, const lease::Message& message) { peers_.send(to, message); }
    void know_monitor(const Address& ip) { peers_.know_monitor(ip); }
    const config::Config& config() const { return config_; }
    std::vector<std::pair<HostName, lease::Message>> leases() { return std::exchange(leases_, {}); }
    void use(std::vector<ClusterKey> keys) {
        config_.security.keys = std::move(keys);
        peers_.take_keys();
    }
    std::vector<HostName> heard() { return std::exchange(heard_, {}); }
    /// What was logged since the last look.
    std::string log() {
        std::string out(65536, '\0');
        const auto got = ::read(log_pipe_[0], out.data(), out.size());
        out.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return out;
    }

  private:
    static config::Config made(std::vector<ClusterKey> keys) {
        config::Config out;
        out.cluster = "C1";
        out.security.keys = std::move(keys);
        std::uint8_t last = 51;
        for (const auto* name : {"db1", "db2", "db3"}) {
            out.hosts[name].name = name;
            out.hosts[name].ip = Address::v4({127, 0, 0, last++});
            out.hosts[name].agent_port = 19989;
        }
        return out;
    }
    static net::LogOptions options(std::array<int, 2>& pipe) {
        REQUIRE(::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) == 0);
        net::LogOptions out;
        out.descriptor = pipe[1];
        return out;
    }

    std::array<int, 2> log_pipe_{};
    config::Config config_;
    net::Logger log_;
    std::vector<HostName> heard_;
    std::vector<std::pair<HostName, lease::Message>> leases_;
    Peers peers_;
};

struct Cluster {
    asio::io_context loop;

    /// Everybody says something, and it arrives.
    void round(std::initializer_list<Agent*> agents) {
        for (auto* agent : agents) {
            agent->say();
            loop.restart();
            loop.run_for(std::chrono::milliseconds(20));
        }
    }
};

using Heard = std::vector<HostName>;

}  // namespace

TEST_CASE("agents without a key hear each other with the first datagram, as ever") {
    Cluster cluster;
    Agent db1(cluster.loop, "db1", {}), db2(cluster.loop, "db2", {});
    cluster.round({&db1, &db2});
    CHECK(db2.heard() == Heard{"db1"});
    CHECK(db1.heard() == Heard{"db2"});
    CHECK(db1.log().empty());
}

TEST_CASE("agents with a key hear each other as soon as one echoed the other") {
    Cluster cluster;
    const auto one = key("one", 1);
    Agent db1(cluster.loop, "db1", {one}), db2(cluster.loop, "db2", {one});
    CHECK(db1.log().find("datagrams are sealed") != std::string::npos);
    cluster.round({&db1, &db2});
    CHECK(db2.heard().empty());
    CHECK(db1.heard() == Heard{"db2"});
    cluster.round({&db1});
    CHECK(db2.heard() == Heard{"db1"});
}

TEST_CASE("renewals reach whom they are for, with the sender's name, and nobody without the key") {
    const struct {
        const char* what;
        std::vector<ClusterKey> ours;
        std::vector<ClusterKey> theirs;
        std::size_t taken;
    } cases[] = {
        {"without keys", {}, {}, 1},
        {"the same key", {key("one", 1)}, {key("one", 1)}, 1},
        {"another key", {key("one", 1)}, {key("one", 2)}, 0},
        {"no key here", {key("one", 1)}, {}, 0},
        {"no key there", {}, {key("one", 1)}, 0},
    };
    for (const auto& each : cases) {
        INFO(each.what);
        Cluster cluster;
        Agent db1(cluster.loop, "db1", each.ours), db2(cluster.loop, "db2", each.theirs);
        const Slot slot{"writer", Address::v4({192, 168, 10, 128})};
        const lease::Renewal renewal{"db1", Time{Duration{5}}, 7, {{slot, {3, "monitor"}}}, 9};
        db1.send("db2", renewal);
        cluster.loop.restart();
        cluster.loop.run_for(std::chrono::milliseconds(20));
        const auto taken = db2.leases();
        REQUIRE(taken.size() == each.taken);
        if (taken.empty()) continue;
        CHECK(taken.front().first == "db1");
        CHECK(std::get<lease::Renewal>(taken.front().second) == renewal);
    }
}

TEST_CASE(
    "where the configuration doesn't say who the monitor is, the first that comes has its vote, and nobody else") {
    Cluster cluster;
    Agent db1(cluster.loop, "db1", {});
    db1.know_monitor(Address::v4({127, 0, 0, 61}));
    db1.know_monitor(Address::v4({127, 0, 0, 62}));
    Agent other(cluster.loop, "db3", {});
    std::array<int, 2> pipe{};
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC | O_NONBLOCK) == 0);
    net::LogOptions options;
    options.descriptor = pipe[1];
    net::Logger log(options);
    const auto ignore = [](const Address&, const std::string&) {};
    const auto nothing = [](const HostName&, const lease::Message&) {};
    for (const std::uint8_t last : {std::uint8_t{62}, std::uint8_t{61}}) {
        Datagrams monitor(cluster.loop, other.config(), lease::kMonitor, log, ignore, nothing);
        REQUIRE(monitor.listen(Address::v4({127, 0, 0, last}), 19989));
        monitor.send("db1", lease::Support{lease::kMonitor, "db1", Time{}, {}, {}, lease::Refusal::none, 1});
        cluster.loop.restart();
        cluster.loop.run_for(std::chrono::milliseconds(20));
        CHECK(db1.leases().size() == (last == 61 ? 1 : 0));
    }
    for (const int end : pipe) ::close(end);
}

TEST_CASE("who has no key, another key or one of another name isn't heard, and is named once with the reason") {
    const auto one = key("one", 1);
    const struct {
        std::vector<ClusterKey> keys;
        std::string told_to_db1;
        std::string told_to_db2;
    } cases[] = {
        {{}, "it isn't sealed with a cluster key", "the configuration here has no key_file"},
        {{key("one", 2)}, "its seal is wrong", "its seal is wrong"},
        {{key("two", 1)},
         "a key named 'two', which isn't in our key_file",
         "a key named 'one', which isn't in our key_file"},
    };
    for (const auto& each : cases) {
        INFO(each.told_to_db1);
        Cluster cluster;
        Agent db1(cluster.loop, "db1", {one}), db2(cluster.loop, "db2", each.keys);
        (void)db1.log();
        (void)db2.log();
        cluster.round({&db1, &db2});
        const std::string first = db1.log(), other = db2.log();
        CHECK(first.find(each.told_to_db1) != std::string::npos);
        CHECK(first.find("host=db2") != std::string::npos);
        CHECK(first.find("127.0.0.52") != std::string::npos);
        CHECK(other.find(each.told_to_db2) != std::string::npos);
        for (int i = 0; i < 3; ++i) cluster.round({&db1, &db2});
        CHECK(db1.log().empty());
        CHECK(db1.heard().empty());
        CHECK(db2.heard().empty());
    }
}

TEST_CASE("datagrams of strangers are dropped before they are read; that is told once, with their number") {
    Cluster cluster;
    Agent db1(cluster.loop, "db1", {key("one", 1)});
    (void)db1.log();
    for (std::uint8_t last = 200; last < 210; ++last) {
        net::DatagramSocket stranger(cluster.loop, [](const Address&, const std::string&) {});
        REQUIRE(stranger.open(Address::v4({127, 0, 0, last}), 0));
        REQUIRE(stranger.send_to(Address::v4({127, 0, 0, 51}), 19989, "ALIVE|2|db2|cluster=C1|n=1"));
    }
    cluster.round({&db1});
    const std::string told = db1.log();
    CHECK(told.find("datagrams dropped by the kernel") != std::string::npos);
    CHECK(told.find("number=10") != std::string::npos);
    CHECK(std::count(told.begin(), told.end(), '\n') == 1);
    cluster.round({&db1});
    CHECK(db1.log().empty());
    CHECK(db1.heard().empty());
}

TEST_CASE("a key is changed while agents run, one after the other, and nothing is missed") {
    Cluster cluster;
    const auto one = key("one", 1), two = key("two", 2);
    Agent db1(cluster.loop, "db1", {one}), db2(cluster.loop, "db2", {one});
    cluster.round({&db1, &db2, &db1});
    (void)db1.heard();
    (void)db2.heard();
    for (const auto& keys : {std::vector{one, two}, std::vector{two, one}, std::vector{two}}) {
        for (auto* agent : {&db1, &db2}) {
            agent->use(keys);
            cluster.round({&db1, &db2});
            CHECK(db1.heard() == Heard{"db2"});
            CHECK(db2.heard() == Heard{"db1"});
        }
    }
    CHECK(db1.log().find("datagram ignored") == std::string::npos);
}
