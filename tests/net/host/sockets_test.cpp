#include "net/host/sockets.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstring>

#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;

namespace {

constexpr std::uint16_t kPort = 3306;

struct Endpoint {
    sockaddr_storage storage{};
    socklen_t size = 0;
    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

Endpoint endpoint(const std::string& ip) {
    const Address parsed = address(ip);
    Endpoint result;
    if (parsed.is_v6()) {
        sockaddr_in6 to{};
        to.sin6_family = AF_INET6;
        to.sin6_port = htons(kPort);
        std::memcpy(&to.sin6_addr, parsed.bytes().data(), 16);
        std::memcpy(&result.storage, &to, result.size = sizeof to);
    } else {
        sockaddr_in to{};
        to.sin_family = AF_INET;
        to.sin_port = htons(kPort);
        std::memcpy(&to.sin_addr, parsed.bytes().data(), 4);
        std::memcpy(&result.storage, &to, result.size = sizeof to);
    }
    return result;
}

/// A socket that listens on `ip`; "::" takes both families.
FileDescriptor listen_on(const std::string& ip) {
    const Endpoint where = endpoint(ip);
    FileDescriptor socket(::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int yes = 1;
    const int no = 0;
    REQUIRE(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
    if (where.storage.ss_family == AF_INET6)
        REQUIRE(::setsockopt(socket.get(), IPPROTO_IPV6, IPV6_V6ONLY, &no, sizeof no) == 0);
    REQUIRE(::bind(socket.get(), where.get(), where.size) == 0);
    REQUIRE(::listen(socket.get(), 16) == 0);
    return socket;
}

FileDescriptor connect_to(const std::string& ip) {
    const Endpoint where = endpoint(ip);
    FileDescriptor socket(::socket(where.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
    REQUIRE(::connect(socket.get(), where.get(), where.size) == 0);
    return socket;
}

/// Whether a reset has arrived, within `wait`.
bool is_reset(const FileDescriptor& socket, int wait_ms) {
    pollfd waiting{socket.get(), POLLIN, 0};
    if (::poll(&waiting, 1, wait_ms) != 1) return false;
    char byte = 0;
    return ::recv(socket.get(), &byte, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET;
}

}  // namespace

TEST_CASE("clients of one local address are reset, others and the listener are left alone") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    for (const std::string ip : {"192.168.10.101", "192.168.10.128"}) add_address(pair.host, ip, 24);
    for (const std::string ip : {"2001:db8::101", "2001:db8::128"}) add_address(pair.host, ip, 64);
    add_address(pair.peer, "192.168.10.105", 24);
    add_address(pair.peer, "2001:db8::105", 64);
    struct {
        const char* listener;
        const char* moved;
        const char* other;
    } const cases[] = {
        {"0.0.0.0", "192.168.10.128", "192.168.10.101"},
        {"::", "192.168.10.128", "192.168.10.101"},  // a dual-stack server sees ::ffff:192.168.10.128
        {"::", "2001:db8::128", "2001:db8::101"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.listener, each.moved);
        FileDescriptor listener;
        pair.host.inside([&] { listener = listen_on(each.listener); });
        std::vector<FileDescriptor> clients;
        FileDescriptor other;
        pair.peer.inside([&] {
            for (int i = 0; i < 3; ++i) clients.push_back(connect_to(each.moved));
            other = connect_to(each.other);
        });
        // Accepted or still waiting for it makes no difference.
        const FileDescriptor accepted(::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC));
        REQUIRE(accepted);
        pair.host.inside([&] {
            const auto destroyed = destroy_sockets(address(each.moved));
            INFO((destroyed ? std::string() : destroyed.error().message));
            REQUIRE(destroyed);
            CHECK(*destroyed == 3);
            const auto again = destroy_sockets(address(each.moved));
            REQUIRE(again);
            CHECK(*again == 0);
        });
        for (const auto& client : clients) CHECK(is_reset(client, 500));
        CHECK_FALSE(is_reset(other, 20));
        pair.peer.inside([&] { CHECK(connect_to(each.moved)); });
    }
}
