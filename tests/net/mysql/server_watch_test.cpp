#include "net/mysql/server_watch.hpp"

#include <catch2/catch.hpp>
#include <condition_variable>
#include <functional>
#include <mutex>

#include "test_server.hpp"

using namespace mmm;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

/// Keeps the last look of a watch.
class LastLook {
  public:
    void take(const ServerLook& look) {
        const std::lock_guard hold(mutex_);
        look_ = look;
        changed_.notify_all();
    }
    /// The first look from now on that is as wanted; fails the test if none is within 10 s.
    ServerLook await(const std::function<bool(const ServerLook&)>& wanted) {
        std::unique_lock hold(mutex_);
        if (!changed_.wait_for(hold, 10s, [&] { return wanted(look_); })) FAIL("no such look; last: " + look_.message);
        return look_;
    }

  private:
    std::mutex mutex_;
    std::condition_variable changed_;
    ServerLook look_;
};

bool is_whole(const ServerLook& look) {
    return look.server == proto::Server::up && look.complete;
}

}  // namespace

TEST_CASE("the watch tells a restart of the server from a lost session") {
    TestServer server(15);
    LastLook last;
    ServerWatch watch(server.endpoint("agent"), [&](const ServerLook& look) { last.take(look); });
    CHECK(last.await(is_whole).restarts == 0);

    // Older than what counts as the same start.
    server.await("SELECT VARIABLE_VALUE >= 4 FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME='Uptime'", "1");
    const std::string own =
        *server.run("SELECT ID FROM information_schema.PROCESSLIST WHERE USER='agent'").values[0][0];
    server.run("KILL " + own);
    server.await("SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE USER='agent' AND ID<>" + own, "1");
    watch.look_now();
    CHECK(last.await(is_whole).restarts == 0);

    server.kill();
    last.await([](const ServerLook& look) { return look.server == proto::Server::down; });
    server.start();
    CHECK(last.await([](const ServerLook& look) { return is_whole(look) && look.restarts > 0; }).restarts == 1);
}
