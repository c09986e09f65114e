#include "fake_server.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <catch2/catch.hpp>

namespace mmm::net::mysql {

namespace {

/// True if the test ended within `ms`.
bool ended(const Wake& stop, int ms) {
    pollfd entry{stop.descriptor(), POLLIN, 0};
    return poll(&entry, 1, ms) != 0;
}

bool say(int client, const std::string& text) {
    return send(client, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

/// Port 0: any.
sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

}  // namespace

FakeServer::FakeServer(Behaviour behaviour) : listener_(socket(AF_INET, SOCK_STREAM, 0)) {
    const sockaddr_in address = loopback(0);
    REQUIRE(bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0);
    REQUIRE(listen(listener_.get(), 5) == 0);
    thread_ = std::thread([this, behaviour = std::move(behaviour)] {
        std::array<pollfd, 2> entries{{{listener_.get(), POLLIN, 0}, {stop_.descriptor(), POLLIN, 0}}};
        poll(entries.data(), entries.size(), -1);
        if (stop_.is_set()) return;
        const FileDescriptor client{accept(listener_.get(), nullptr, nullptr)};
        behaviour(client.get(), stop_);
    });
}

FakeServer::~FakeServer() {
    stop_.set();
    thread_.join();
}

Endpoint FakeServer::endpoint(TlsMode tls) const {
    sockaddr_in address{};
    socklen_t size = sizeof(address);
    REQUIRE(getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = ntohs(address.sin_port);
    endpoint.user = "monitor";
    endpoint.password = "secret-monitor";
    endpoint.tls = tls;
    return endpoint;
}

void FakeServer::stall(int client, const Wake& stop) {
    static_cast<void>(client);
    ended(stop, -1);
}

FakeServer::Behaviour FakeServer::drip(std::string first, std::string endless) {
    return [first, endless](int client, const Wake& stop) {
        if (!first.empty() && !say(client, first)) return;
        for (std::size_t next = 0; !ended(stop, 10); ++next) {
            if (!endless.empty() && !say(client, endless.substr(next % endless.size(), 1))) return;
        }
    };
}

FakeServer::Behaviour FakeServer::relay(std::uint16_t port, std::function<void(std::string_view)> look) {
    return [port, look = std::move(look)](int client, const Wake& stop) {
        const FileDescriptor server{socket(AF_INET, SOCK_STREAM, 0)};
        const sockaddr_in address = loopback(port);
        if (connect(server.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) return;
        std::array<pollfd, 3> entries{{{client, POLLIN, 0}, {server.get(), POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
        while (poll(entries.data(), entries.size(), -1) > 0 && entries[2].revents == 0) {
            for (const std::size_t from : {0U, 1U}) {
                if (entries[from].revents == 0) continue;
                std::string said(64 * 1024, '\0');
                const auto size = recv(entries[from].fd, said.data(), said.size(), 0);
                if (size <= 0) return;
                said.resize(static_cast<std::size_t>(size));
                if (from == 0) look(said);
                if (!say(entries[1 - from].fd, said)) return;
            }
        }
    };
}

void FakeServer::reset(int client, const Wake& stop) {
    static_cast<void>(stop);
    const linger at_once{1, 0};
    setsockopt(client, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
}

FakeServer::Behaviour FakeServer::talk(std::vector<std::string> lines, std::function<void(std::string_view)> look) {
    return [lines = std::move(lines), look = std::move(look)](int client, const Wake& stop) {
        for (std::size_t next = 0; next < lines.size() + 1; ++next) {
            if (next < lines.size() && !say(client, lines[next])) return;
            std::array<pollfd, 2> entries{{{client, POLLIN, 0}, {stop.descriptor(), POLLIN, 0}}};
            if (poll(entries.data(), entries.size(), -1) <= 0 || entries[1].revents != 0) return;
            std::string said(64 * 1024, '\0');
            const auto size = recv(client, said.data(), said.size(), 0);
            if (size <= 0) return;
            look(std::string_view(said).substr(0, static_cast<std::size_t>(size)));
        }
    };
}

std::string FakeServer::packet(unsigned number, const std::string& body) {
    return std::string(1, static_cast<char>(body.size())) + std::string(2, '\0') +
           std::string(1, static_cast<char>(number)) + body;
}

std::string FakeServer::greeting(bool tls, const std::string& method) {
    using namespace std::string_literals;
    std::string body =
        "\x0a"
        "10.11.0-MariaDB\0"s  // protocol, version
        "\x01\0\0\0"s
        "abcdefgh\0"s;                        // thread, first part of the scramble
    body += tls ? "\xff\xff"s : "\xff\xf7"s;  // abilities, of which one is TLS
    body +=
        "\x2d\x02\0\xff\x81\x15"s  // charset, status, more abilities
        "\0\0\0\0\0\0\0\0\0\0"s    // reserved
        "ijklmnopqrst\0"s;
    return packet(0, body + method + "\0"s);
}

}  // namespace mmm::net::mysql
