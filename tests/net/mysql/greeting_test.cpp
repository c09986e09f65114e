#include "net/mysql/greeting.hpp"

#include <arpa/inet.h>
#include <sys/socket.h>

#include <catch2/catch.hpp>
#include <thread>

#include "fake_server.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/file_descriptor.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::mysql;
using namespace std::chrono_literals;

namespace {

/// Two ends of a connection.
struct Ends {
    Ends() {
        const FileDescriptor listener{socket(AF_INET, SOCK_STREAM, 0)};
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof(address);
        auto* const place = reinterpret_cast<sockaddr*>(&address);
        REQUIRE(bind(listener.get(), place, size) == 0);
        REQUIRE(listen(listener.get(), 1) == 0);
        REQUIRE(getsockname(listener.get(), place, &size) == 0);
        ours = FileDescriptor(socket(AF_INET, SOCK_STREAM, 0));
        REQUIRE(connect(ours.get(), place, size) == 0);
        theirs = FileDescriptor(accept(listener.get(), nullptr, nullptr));
    }
    void say(std::string_view text) const {
        REQUIRE(send(theirs.get(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()));
    }
    FileDescriptor ours;
    FileDescriptor theirs;
};

}  // namespace

TEST_CASE("a greeting says whether TLS is offered, and anything else isn't one") {
    using namespace std::string_literals;
    CHECK(parse_greeting(FakeServer::greeting(true)) == Greeting::tls);
    CHECK(parse_greeting(FakeServer::greeting(false)) == Greeting::plain);
    const std::string whole = FakeServer::greeting(true);
    for (std::size_t size = 0; size < 4 + 1 + 16 + 13 + 2; ++size) {
        INFO(size);
        CHECK_FALSE(parse_greeting(whole.substr(0, size)));
    }
    CHECK(parse_greeting("\x17\0\0\0\xff\x10\x04Too many connections"s) == Greeting::refusal);
    CHECK(parse_greeting("SSH-2.0-OpenSSH"s) == Greeting::refusal);
    CHECK(parse_greeting("\xff\0\0\0\x0a"s + std::string(300, 'x')) == Greeting::refusal);
    CHECK(parse_greeting("\xff\0\0\0\x0a"s + std::string(300, 'x') + std::string(20, '\0')) == Greeting::refusal);
}

TEST_CASE("a greeting in pieces is looked at and left to be read; waiting has a deadline and can be cancelled") {
    const std::string whole = FakeServer::greeting(true);
    const Canceller canceller;
    Greeting greeting{};
    {
        const Ends ends;
        std::thread server([&] {
            for (const char each : whole) {
                ends.say({&each, 1});
                std::this_thread::sleep_for(1ms);
            }
        });
        CHECK(peek_greeting(ends.ours.get(), boot_now() + 5s, canceller, greeting) == Peek::seen);
        server.join();
        CHECK(greeting == Greeting::tls);
        std::string read(whole.size(), '\0');
        CHECK(recv(ends.ours.get(), read.data(), read.size(), MSG_WAITALL) == static_cast<ssize_t>(whole.size()));
        CHECK(read == whole);
    }
    {
        Ends ends;
        ends.say(whole.substr(0, 9));
        const Time start = boot_now();
        CHECK(peek_greeting(ends.ours.get(), start + 50ms, canceller, greeting) == Peek::deadline);
        CHECK(boot_now() - start < 500ms);
        ends.theirs.close();
        CHECK(peek_greeting(ends.ours.get(), boot_now() + 5s, canceller, greeting) == Peek::seen);
        CHECK(greeting == Greeting::refusal);
    }
    const Ends ends;
    const Canceller pulled;
    pulled.cancel();
    CHECK(peek_greeting(ends.ours.get(), boot_now() + 5s, pulled, greeting) == Peek::cancelled);
}
