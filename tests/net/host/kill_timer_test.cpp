#include "net/host/kill_timer.hpp"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <functional>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

/// How late a loaded machine may notice.
constexpr Duration kLate{300};

struct End {
    int status = 0;
    Time at;

    [[nodiscard]] bool killed() const { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }
    [[nodiscard]] bool ended(int code) const { return WIFEXITED(status) && WEXITSTATUS(status) == code; }
};

/// A child that runs `action` and ends with what it returns; killed after five seconds whatever it does.
End run_child(const std::function<int()>& action) {
    const pid_t child = ::fork();
    if (child == 0) ::_exit(action());
    REQUIRE(child > 0);
    const Time limit = boot_now() + 5s;
    End end;
    while (::waitpid(child, &end.status, WNOHANG) == 0) {
        if (boot_now() >= limit) {
            ::kill(child, SIGKILL);
            ::waitpid(child, &end.status, 0);
            FAIL("the child is still there");
        }
        std::this_thread::sleep_for(2ms);
    }
    end.at = boot_now();
    return end;
}

KillTimer made() {
    auto timer = KillTimer::create();
    INFO((timer ? std::string() : timer.error().message));
    REQUIRE(timer);
    return std::move(*timer);
}

}  // namespace

TEST_CASE("whoever is stopped, sleeps or is busy while the timer is armed is dead at the time", "[kill_timer]") {
    struct {
        const char* what;
        void (*does)();
    } const cases[] = {
        {"stopped", [] { ::raise(SIGSTOP); }},
        {"asleep", [] { std::this_thread::sleep_for(3s); }},
        {"busy, with all signals blocked",
         [] {
             sigset_t all;
             ::sigfillset(&all);
             ::sigprocmask(SIG_BLOCK, &all, nullptr);
             for (const Time end = boot_now() + 3s; boot_now() < end;) continue;
         }},
    };
    for (const auto& each : cases) {
        CAPTURE(each.what);
        const Time at = boot_now() + 200ms;
        const End end = run_child([&] {
            KillTimer timer = made();
            const auto armed = timer.arm(at);
            if (!armed) return 1;
            each.does();
            return 0;
        });
        CHECK(end.killed());
        CHECK(end.at >= at);
        CHECK(end.at < at + kLate);
    }
}

TEST_CASE("whoever disarms in time lives, however often, and a move keeps the guard", "[kill_timer]") {
    const End end = run_child([] {
        KillTimer made_first = made();
        KillTimer timer = std::move(made_first);
        for (int round = 0; round < 1000; ++round) {
            auto armed = timer.arm(boot_now() + 100ms);
            if (!armed) return 1;
            const auto moved = std::move(*armed);
        }
        std::this_thread::sleep_for(200ms);
        return 7;
    });
    CHECK(end.ended(7));
}

TEST_CASE("a moment that has passed kills at once", "[kill_timer]") {
    for (const Time at : {boot_now() - 1s, boot_now(), Time{}, Time{} - 1s}) {
        const Time start = boot_now();
        const End end = run_child([&] {
            KillTimer timer = made();
            const auto armed = timer.arm(at);
            std::this_thread::sleep_for(3s);
            return armed ? 0 : 1;
        });
        CHECK(end.killed());
        CHECK(end.at - start < kLate);
    }
}

TEST_CASE("a timer of the parent's is refused in the child instead of guarding nothing", "[kill_timer]") {
    KillTimer timer = made();
    const End end = run_child([&] {
        const auto armed = timer.arm(boot_now() + 100ms);
        return !armed && armed.error().code == Code::unsupported ? 7 : 1;
    });
    CHECK(end.ended(7));
    CHECK(timer.arm(boot_now() + 10s));
}

TEST_CASE("process number 1 of a container is told that nothing can kill it", "[kill_timer]") {
    MMM_NEEDS_ROOT();
    const End end = run_child([] {
        if (::unshare(CLONE_NEWPID) != 0) return 1;
        const pid_t first = ::fork();
        if (first == 0) {
            const auto timer = KillTimer::create();
            ::_exit(!timer && timer.error().code == Code::unsupported ? 7 : 1);
        }
        int status = 0;
        ::waitpid(first, &status, 0);
        return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
    });
    CHECK(end.ended(7));
}
