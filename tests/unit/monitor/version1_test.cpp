#include "core/monitor/version1.hpp"

#include <catch2/catch.hpp>

#include "core/monitor/step.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using namespace mmm::monitor;
using namespace mmm::monitor::test;

namespace {

proto::Order order(std::uint64_t sequence, std::map<Slot, Epoch> slots, HostName active_master) {
    proto::Order order;
    order.sequence = sequence;
    order.state = HostState::online;
    order.slots = std::move(slots);
    order.active_master = std::move(active_master);
    return order;
}

/// A talk with one agent, as bytes: what is sent, and what comes of each answer.
class Talk {
  public:
    explicit Talk(HostName host) : talk_(config_, std::move(host)) {}

    void wants(const std::string& line) {
        now_ += 100ms;
        const auto sent = talk_.next_line(now_);
        REQUIRE(sent);
        CHECK(*sent == line);
        CHECK_FALSE(talk_.next_line(now_));  // one at a time
    }
    Version1Talk::Heard hears(const std::string& line) {
        const auto heard = talk_.take_answer(line, now_);
        REQUIRE(heard);
        return *heard;
    }
    /// A round of questions, up to the status that it gives.
    proto::AgentStatus round(const std::string& agent, const std::string& system) {
        now_ += 1s;
        wants("PING|1|db1");
        (void)hears("OK: Pinged!|UP:100.00");
        return questions(agent, system);
    }
    proto::AgentStatus questions(const std::string& agent, const std::string& system) {
        wants("GET_AGENT_STATUS|1|db1");
        CHECK_FALSE(hears(agent).status);
        wants("GET_SYSTEM_STATUS|1|db1");
        const auto heard = hears(system);
        REQUIRE(heard.status);
        return *heard.status;
    }
    void waits() { CHECK_FALSE(talk_.next_line(now_)); }
    void pass(Duration time) { now_ += time; }
    Version1Talk& operator*() { return talk_; }
    [[nodiscard]] Time now() const { return now_; }

  private:
    const Config config_ = five_hosts();
    Version1Talk talk_;
    Time now_ = kStart;
};

constexpr const char* kNew = "OK: Status|UNKNOWN|||UP:100.10";
constexpr const char* kIdle = "OK: System|||192.168.10.132|UP:100.20";
constexpr const char* kTold = "OK: Status|ONLINE|writer(192.168.10.128)|db1|UP:100.30";
constexpr const char* kWriting = "OK: System|1|writer(192.168.10.128)|192.168.10.132|UP:100.40";

}  // namespace

TEST_CASE("a version 1 agent is asked round by round, and shows only what it can") {
    Talk talk("db1");
    const auto status = talk.round(kNew, kIdle);
    CHECK(status.version1);
    CHECK(status.order == 0);
    CHECK(status.state == HostState::unknown);
    CHECK(status.server == proto::Server::unknown);
    CHECK_FALSE(status.read_only);  // a server that can't be asked looks the same
    CHECK(status.source == ip("192.168.10.132"));
    CHECK(status.uptime == Duration(100200));
    talk.waits();
}

TEST_CASE("an order is told by SET_STATUS, and counts once a round after it shows so") {
    Talk talk("db1");
    CHECK(talk.round(kNew, kIdle).writer == proto::WriterPhase::none);
    (*talk).set_order(order(7, {{kWriter, 3}}, ""));
    talk.wants("SET_STATUS|1|db1|ONLINE|writer(192.168.10.128)|db1");
    talk.waits();
    CHECK_FALSE(talk.hears("OK: Status applied successfully!|UP:101.00").status);
    auto status = talk.questions(kTold, "OK: System|||192.168.10.132|UP:101.20");
    CHECK(status.order == 7);
    CHECK(status.granted == std::map<Slot, Epoch>{{kWriter, 3}});
    CHECK(status.writer == proto::WriterPhase::arriving);
    status = talk.round(kTold, kWriting);
    CHECK(status.writer == proto::WriterPhase::holding);
    CHECK(status.read_only == false);
    CHECK(status.present == Slots{kWriter});

    (*talk).set_order(order(8, {}, "db1"));
    talk.wants("SET_STATUS|1|db1|ONLINE||db1");
    (void)talk.hears("OK: Status applied successfully!|UP:103.00");
    status = talk.questions("OK: Status|ONLINE||db1|UP:103.10", kIdle);
    CHECK(status.order == 8);
    CHECK(status.granted.empty());
    CHECK(status.writer == proto::WriterPhase::none);
}

TEST_CASE("version 1 agents are never told that there is no active master: their slaves would stop for good") {
    Talk talk("db1");
    (*talk).set_order(order(1, {}, "db2"));
    talk.wants("SET_STATUS|1|db1|ONLINE||db2");
    (void)talk.hears("OK: ok|UP:1.00");
    (*talk).set_order(order(2, {}, ""));
    talk.wants("SET_STATUS|1|db1|ONLINE||db2");
}

TEST_CASE("an order that was overtaken while it was told is told anew") {
    Talk talk("db1");
    (*talk).set_order(order(1, {{kWriter, 3}}, "db1"));
    talk.wants("SET_STATUS|1|db1|ONLINE|writer(192.168.10.128)|db1");
    (*talk).set_order(order(2, {}, "db1"));
    talk.waits();
    (void)talk.hears("OK: ok|UP:1.00");
    talk.wants("SET_STATUS|1|db1|ONLINE||db1");
}

TEST_CASE("a refused order is told again, and the refusal shown") {
    Talk talk("db1");
    (*talk).set_order(order(1, {{kWriter, 3}}, "db1"));
    talk.wants("SET_STATUS|1|db1|ONLINE|writer(192.168.10.128)|db1");
    (void)talk.hears("ERROR: no such interface|UP:1.00");
    const auto status = talk.round(kNew, kIdle);
    CHECK(status.order == 0);
    CHECK(status.problem == "SET_STATUS was refused: no such interface");
    talk.pass(1s);
    talk.wants("SET_STATUS|1|db1|ONLINE|writer(192.168.10.128)|db1");
}

TEST_CASE("a version 1 agent that was restarted has forgotten its order and is told anew") {
    Talk talk("db1");
    (*talk).set_order(order(7, {{kWriter, 3}}, "db1"));
    talk.wants("SET_STATUS|1|db1|ONLINE|writer(192.168.10.128)|db1");
    (void)talk.hears("OK: ok|UP:1.00");
    CHECK(talk.questions(kTold, kWriting).order == 7);
    CHECK(talk.round(kNew, kWriting).order == 0);
    talk.wants("SET_STATUS|1|db1|ONLINE|writer(192.168.10.128)|db1");
}

TEST_CASE("an address that a version 1 agent wasn't given is cleared, and till then it may be held") {
    Talk talk("db1");
    (*talk).set_order(order(7, {}, "db2"));
    talk.wants("SET_STATUS|1|db1|ONLINE||db2");
    (void)talk.hears("OK: ok|UP:1.00");
    const auto status = talk.questions("OK: Status|ONLINE||db2|UP:1.10", kWriting);
    CHECK(status.writer == proto::WriterPhase::leaving);
    talk.pass(1s);
    talk.wants("CLEAR_BAD_ROLES|1|db1");
    (void)talk.hears("OK: Cleared 1 roles|UP:2.00");
    talk.wants("PING|1|db1");
}

TEST_CASE("an agent that was exchanged for one of ours is noticed by its answer to PING") {
    Talk talk("db1");
    talk.wants("PING|1|db1");
    const auto reply = proto::v1::Reply{true, std::string(proto::v1::kPingedByUs), {}, Duration(1000)};
    CHECK(talk.hears(proto::v1::encode(reply)).speaks_version2);
}

TEST_CASE("answers that aren't version 1, or refuse a question, end the round with the reason") {
    for (const auto& [line, reason] : std::vector<std::pair<std::string, std::string>>{
             {"REFUSED|2|db1|reason=no", "not an answer of version 1: 'REFUSED|2|db1|reason=no'"},
             {"OK: Pinged", "an answer without uptime: 'OK: Pinged'"},
             {"ERROR: busy|UP:1.00", "PING was refused: busy"},
         }) {
        Talk talk("db1");
        talk.wants("PING|1|db1");
        const auto heard = (*talk).take_answer(line, talk.now());
        REQUIRE_FALSE(heard);
        CHECK(heard.error().message == reason);
        talk.waits();
        talk.pass(1s);
        talk.wants("PING|1|db1");
    }
}

TEST_CASE("version 1 is spoken with who never spoke version 2, and with whom version1_peers names") {
    struct {
        const char* name;
        bool version2;
        std::vector<std::string> peers;
        bool spoken;
    } const cases[] = {
        {"never seen to speak version 2", false, {}, true},
        {"the same, named", false, {"db4"}, true},
        {"spoke version 2", true, {}, false},
        {"spoke version 2, others are named", true, {"db3", "monitor"}, false},
        {"spoke version 2, named", true, {"db3", "db4"}, true},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        Config config = five_hosts();
        config.security.version1_peers = each.peers;
        State state = good_order(config);
        state.hosts.at("db4").version2 = each.version2;
        const auto why = why_not_version1(config, state, "db4");
        CHECK(why.empty() == each.spoken);
        if (!each.spoken) CHECK(why.find("if db4 went back to MMM 2.2, write it into version1_peers") != why.npos);
    }
}

TEST_CASE("an agent spoke version 2 once its greeting was taken, and that stays so when it speaks version 1 later") {
    const Config config = five_hosts();
    State state = good_order(config);
    (void)step(config, state, AgentConnected{"db4", true, false}, at(1s));
    CHECK_FALSE(state.hosts.at("db4").version2);
    (void)step(config, state, AgentConnected{"db4", false, true}, at(2s));
    CHECK(state.hosts.at("db4").version2);
    (void)step(config, state, AgentConnected{"db4", true, false}, at(3s));
    CHECK(state.hosts.at("db4").version1);
    CHECK(state.hosts.at("db4").version2);
}
