#include "core/agent/step.hpp"

#include <catch2/catch.hpp>
#include <map>
#include <random>

#include "core/agent/status.hpp"
#include "core/agent/tasks.hpp"
#include "tests/unit/agent/agent_under_test.hpp"

using namespace mmm;
using namespace mmm::agent;
using test::AgentUnderTest;
using test::reader_slot;
using test::writer_slot;
using namespace std::chrono_literals;

TEST_CASE("orders are accepted in rising sequence on one link, and each new link begins anew") {
    auto agent = AgentUnderTest::idle("db3");
    const auto receive = [&](std::uint64_t sequence, HostState state) {
        proto::Order order;
        order.sequence = sequence;
        order.state = state;
        agent.step(OrderReceived{order});
        return agent.state.ordered_state == state;
    };
    CHECK(receive(5, HostState::online));
    CHECK_FALSE(receive(5, HostState::admin_offline));
    CHECK_FALSE(receive(4, HostState::admin_offline));
    CHECK(receive(6, HostState::admin_offline));
    agent.step(LinkOpened{});
    CHECK(receive(1, HostState::online));
}

TEST_CASE("an accepted order is answered in the same step, a repeated one isn't") {
    auto agent = AgentUnderTest::idle("db3");
    agent.grant({{reader_slot(), 2}});
    REQUIRE(agent.all<SendStatus>().size() == 1);
    CHECK(agent.all<SendStatus>().front().status.order == 1);
    agent.sequence = 0;
    agent.grant({{reader_slot(), 2}});
    CHECK(agent.all<SendStatus>().empty());
}

TEST_CASE("a slot that isn't this host's is refused, reported, and the rest is done") {
    auto agent = AgentUnderTest::idle("db3");
    agent.grant({{reader_slot(), 2}, {writer_slot(), 3}});
    CHECK(agent.state.granted == std::map<Slot, Epoch>{{reader_slot(), 2}});
    CHECK(agent.all<SendStatus>().back().status.problem.find("writer(192.168.10.128)") != std::string::npos);
}

TEST_CASE("the monitor hears from us every 500 ms while the link is open, other agents every 250 ms always") {
    auto agent = AgentUnderTest::idle("db3");
    agent.pass_hearing_monitor(10s);
    CHECK(agent.all<SendStatus>().size() == 20);
    CHECK(agent.all<SendAlive>().size() == 40);
    agent.step(LinkClosed{"gone"});
    agent.pass_in_silence(10s);
    CHECK(agent.all<SendStatus>().empty());
    CHECK(agent.all<SendAlive>().size() == 40);
}

TEST_CASE("a change is reported at once; position and uptime wait for the heartbeat") {
    auto agent = AgentUnderTest::idle("db3");
    ServerSeen seen;
    seen.server = proto::Server::up;
    seen.read_only = true;
    seen.position = "0-1-1";
    agent.step(seen);
    CHECK(agent.all<SendStatus>().empty());
    agent.step(Tick{7h});
    CHECK(agent.all<SendStatus>().empty());
    agent.see_server_as(proto::Server::down);
    REQUIRE(agent.all<SendStatus>().size() == 1);
    CHECK(agent.all<SendStatus>().front().status.uptime == 7h);
    agent.step(PeerHeard{"db1"});
    CHECK(agent.all<SendStatus>().size() == 1);
}

TEST_CASE("a task whose end isn't reported a second after its deadline has failed") {
    auto agent = AgentUnderTest::idle("db1");
    agent.grant({{writer_slot(), 3}});
    const TaskId drain = agent.state.last_task;
    agent.pass_hearing_monitor(agent.config.drain_timeout + kTaskOverdue - 100ms);
    CHECK(agent.all<CancelTask>().empty());
    agent.pass_hearing_monitor(100ms);
    CHECK(agent.all<CancelTask>().size() == 1);
    CHECK(agent.started<Drain>());
    agent.step(TaskDone{drain, std::string{}, ""});
    CHECK_FALSE(agent.started<SetWritable>());
}

TEST_CASE("after Stopping nothing is done, whatever happens") {
    auto agent = AgentUnderTest::writer();
    CHECK(agent.step(Stopping{}).empty());
    agent.pass(1h);
    CHECK(agent.step(Tick{}).empty());
    CHECK(agent.step(AddressesSeen{}).empty());
}

namespace {

/// Draws events at random, with a small world behind the agent: addresses obey, tasks end as they like.
class Chaos {
  public:
    Chaos(unsigned seed, const HostName& self) : random_(seed), agent(self) {
        agent.step(Started{drawn_slots()});
        check();
    }

    void step() {
        const unsigned pause = draw(200) == 0 ? draw(5000) : draw(150);
        agent.pass(Duration{pause});
        agent.step(drawn_event());
        check();
    }

  private:
    unsigned draw(unsigned below) { return static_cast<unsigned>(random_() % below); }
    bool coin() { return draw(2) == 0; }

    Slots drawn_slots() {
        Slots slots;
        if (coin()) slots.insert(reader_slot());
        if (coin()) slots.insert(writer_slot());
        return slots;
    }

    Event drawn_event() {
        switch (draw(12)) {
            case 0:
                sequence_ = 0;
                return LinkOpened{};
            case 1:
                return draw(10) == 0 ? Event{LinkClosed{"cut"}} : Event{MonitorHeard{}};
            case 2: {
                proto::Order order;
                order.sequence = ++sequence_;
                for (const auto& slot : drawn_slots()) order.slots[slot] = sequence_;
                order.replication = static_cast<proto::Replication>(draw(3));
                order.source = coin() ? "db1" : coin() ? "db2" : "";
                return OrderReceived{order};
            }
            case 3:
                return PeerHeard{"db4"};
            case 4:
                return AddressesSeen{draw(10) == 0 ? drawn_slots() : on_};
            case 5:
                return AddressFailed{coin() ? reader_slot() : writer_slot(), Error{Code::io, "no", 0}};
            case 6:
            case 7: {
                ServerSeen seen;
                seen.server = draw(10) == 0 ? static_cast<proto::Server>(draw(4)) : proto::Server::up;
                seen.read_only = coin();
                seen.io_running = coin();
                seen.sql_running = coin();
                return seen;
            }
            case 8:
            case 9:
                return TaskDone{
                    agent.state.last_task - draw(2),
                    draw(4) == 0 ? Result<std::string>{fail(static_cast<Code>(draw(10)), "no")} : std::string{},
                    "0-1-1"};
            default:
                return Tick{};
        }
    }

    void check() {
        const bool is_writer_now = agent.state.writer.step == WriterStep::open ||
                                   agent.state.writer.step == WriterStep::hold ||
                                   agent.state.writer.step == WriterStep::adopted;
        for (const auto& effect : agent.effects) {
            if (const auto* put = std::get_if<PutAddress>(&effect)) {
                CHECK(agent.state.granted.contains(put->slot));
                CHECK(agent.now < agent.state.contact.hold_until);
                CHECK(put->lifetime >= 1s);
                CHECK(put->lifetime <= 3s);
                if (put->slot == writer_slot()) CHECK(is_writer_now);
                on_.insert(put->slot);
            } else if (const auto* removed = std::get_if<RemoveAddress>(&effect)) {
                on_.erase(removed->slot);
            } else if (const auto* cancelled = std::get_if<CancelTask>(&effect)) {
                std::erase_if(busy_, [&](const auto& entry) { return entry.second == cancelled->id; });
            } else if (const auto* task = std::get_if<StartTask>(&effect)) {
                CHECK(!running_elsewhere(*task));
                busy_[task->worker] = task->id;
                if (std::holds_alternative<SetWritable>(task->task)) CHECK(agent.state.granted.contains(writer_slot()));
                CHECK(task->deadline > agent.now);
            }
        }
        if (agent.now >= agent.state.contact.hold_until) {
            CHECK(agent.state.granted.empty());
            CHECK_FALSE(agent.state.order);
        }
    }

    /// True if the worker still had something to do: neither ended, nor cancelled.
    bool running_elsewhere(const StartTask& task) {
        const auto found = busy_.find(task.worker);
        return found != busy_.end() && agent.state.running.contains(task.worker) &&
               agent.state.running.at(task.worker).id == found->second;
    }

    std::mt19937 random_;
    std::map<Worker, TaskId> busy_;
    Slots on_;
    std::uint64_t sequence_ = 0;

  public:
    AgentUnderTest agent;
};

}  // namespace

TEST_CASE("no sequence of events puts an address without a grant, opens a server without one, or doubles a task") {
    for (unsigned seed = 1; seed <= 60; ++seed) {
        INFO("seed " << seed);
        Chaos chaos(seed, seed % 2 == 0 ? "db2" : "db1");
        for (int i = 0; i < 2000; ++i) chaos.step();
    }
}
