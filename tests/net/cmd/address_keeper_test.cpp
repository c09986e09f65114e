#include "cmd/address_keeper.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <atomic>
#include <cstring>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "net/host/sockets.hpp"
#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net::test;
using namespace std::chrono_literals;
using net::boot_now;
using net::FileDescriptor;

namespace {

const Slot kWriter{"writer", Address::v4({192, 168, 10, 128})};
const Slot kReader{"reader", Address::v4({192, 168, 10, 129})};

config::Config cluster() {
    config::Config out;
    out.hosts["db1"].name = "db1";
    out.hosts["db1"].ip = Address::v4({192, 168, 10, 101});
    out.roles["writer"] = {"writer", RoleMode::exclusive, {"db1"}, {kWriter.ip}, ""};
    out.roles["reader"] = {"reader", RoleMode::balanced, {"db1"}, {kReader.ip}, ""};
    return out;
}

/// The keeper of db1's addresses, in a namespace of its own with a neighbour.
struct Keeper {
    Keeper() {
        add_address(pair.host, "192.168.10.101", 24);
        add_address(pair.peer, "192.168.10.105", 24);
        pair.host.inside([&] { REQUIRE(keeper.open(loop, [] {})); });
    }

    const Pair& pair = shared_pair();
    asio::io_context loop;
    config::Config config = cluster();
    AddressKeeper keeper{config, *config.host("db1")};
};

sockaddr_in server_at(const Address& ip) {
    sockaddr_in where{};
    where.sin_family = AF_INET;
    where.sin_port = htons(3306);
    std::memcpy(&where.sin_addr, ip.bytes().data(), 4);
    return where;
}

FileDescriptor tcp_socket(int flags = 0) {
    return FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0));
}

/// A server that everybody can connect to.
FileDescriptor server() {
    FileDescriptor socket = tcp_socket();
    const int yes = 1;
    REQUIRE(::setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0);
    const sockaddr_in where = server_at(Address::v4({0, 0, 0, 0}));
    REQUIRE(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) == 0);
    REQUIRE(::listen(socket.get(), 4096) == 0);
    return socket;
}

FileDescriptor client(int flags = 0) {
    FileDescriptor socket = tcp_socket(flags);
    const sockaddr_in where = server_at(kWriter.ip);
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where) != 0 && flags == 0) return {};
    return socket;
}

bool is_reset_by(const FileDescriptor& socket, Time deadline) {
    pollfd waiting{socket.get(), POLLIN, 0};
    const auto left = std::max(Duration(0), deadline - boot_now());
    if (::poll(&waiting, 1, static_cast<int>(left.count())) != 1) return false;
    char byte = 0;
    return ::recv(socket.get(), &byte, 1, MSG_DONTWAIT) < 0 && errno == ECONNRESET;
}

}  // namespace

TEST_CASE("letting go of an address resets 500 clients and takes it off, all within 0.2 s") {
    MMM_NEEDS_ROOT();
    Keeper db1;
    FileDescriptor mysqld;
    db1.pair.host.inside([&] {
        mysqld = server();
        REQUIRE(db1.keeper.put(kWriter, 60s));
    });
    std::vector<FileDescriptor> clients;
    db1.pair.peer.inside([&] {
        for (int count = 0; count < 500; ++count) REQUIRE(clients.emplace_back(client()));
    });
    const Time start = boot_now();
    db1.pair.host.inside([&] { CHECK(db1.keeper.remove(kWriter)); });
    const Duration took = boot_now() - start;
    const auto reset = std::count_if(clients.begin(), clients.end(),
                                     [&](const auto& each) { return is_reset_by(each, start + 200ms); });
    CHECK(reset == 500);
    CHECK(took < 200ms);
    CHECK(boot_now() - start < 200ms);
    db1.pair.host.inside([&] { CHECK(db1.keeper.present() == Slots{}); });
}

TEST_CASE("no session is left that would come back to life with the address, also while clients keep connecting") {
    MMM_NEEDS_ROOT();
    Keeper db1;
    FileDescriptor mysqld;
    db1.pair.host.inside([&] { mysqld = server(); });
    for (int round = 0; round < 20; ++round) {
        db1.pair.host.inside([&] { REQUIRE(db1.keeper.put(kWriter, 60s)); });
        std::atomic<bool> stop = false;
        std::thread crowd([&] {
            std::vector<FileDescriptor> sockets;
            db1.pair.peer.inside([&] {
                while (!stop && sockets.size() < 900) sockets.push_back(client(SOCK_NONBLOCK));
                while (!stop) std::this_thread::sleep_for(1ms);
            });
        });
        std::this_thread::sleep_for(5ms);
        db1.pair.host.inside([&] {
            CHECK(db1.keeper.remove(kWriter));
            const auto left = net::destroy_sockets(kWriter.ip);
            CHECK(left == 0);
        });
        stop = true;
        crowd.join();
    }
}

TEST_CASE("sessions from the last time that an address was here are ended before it is put again") {
    MMM_NEEDS_ROOT();
    Keeper db1;
    FileDescriptor mysqld;
    db1.pair.host.inside([&] {
        mysqld = server();
        REQUIRE(db1.keeper.put(kWriter, 60s));
    });
    FileDescriptor old;
    db1.pair.peer.inside([&] { old = client(); });
    const FileDescriptor session(::accept4(mysqld.get(), nullptr, nullptr, SOCK_CLOEXEC));
    REQUIRE(session);
    db1.pair.host.inside([&] {
        CHECK(db1.keeper.put(kWriter, 60s));
        CHECK_FALSE(is_reset_by(session, boot_now() + 50ms));  // renewing leaves its clients alone
        auto table = net::AddressTable::open();
        REQUIRE(table->remove(kWriter.ip));  // as the kernel does it
        CHECK_FALSE(is_reset_by(session, boot_now() + 50ms));
        CHECK(db1.keeper.put(kWriter, 60s));
    });
    char byte = 0;
    CHECK(::recv(session.get(), &byte, 1, MSG_DONTWAIT) < 0);
    CHECK(errno == ECONNABORTED);
    CHECK(::send(old.get(), &byte, 1, MSG_NOSIGNAL) == 1);
    CHECK(is_reset_by(old, boot_now() + 200ms));
}

TEST_CASE("an address is put under a timer that goes off only if the call isn't over in time") {
    MMM_NEEDS_ROOT();
    Keeper db1;
    db1.pair.host.inside([&] {
        CHECK(db1.keeper.put(kWriter, 3s, boot_now() + 200ms));
        CHECK(db1.keeper.present() == Slots{kWriter});
        const auto late = db1.keeper.put(kReader, 3s, boot_now());
        REQUIRE_FALSE(late);
        CHECK(late.error().code == Code::timeout);
        CHECK(db1.keeper.present() == Slots{kWriter});
        std::this_thread::sleep_for(300ms);  // the timer would go off now
    });
}

TEST_CASE("what is left of the slots' addresses is known, but not of permanent ones or others") {
    MMM_NEEDS_ROOT();
    Keeper db1;
    add_address(db1.pair.host, "192.168.10.129", 24);
    db1.pair.host.inside([&] {
        CHECK(db1.keeper.remaining()->empty());
        REQUIRE(db1.keeper.put(kWriter, 3s));
        const auto left = db1.keeper.remaining();
        REQUIRE(left);
        REQUIRE(left->size() == 1);
        CHECK(left->at(kWriter) > 1900ms);
        CHECK(left->at(kWriter) < 2s);
    });
}
