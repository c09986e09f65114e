#pragma once

#include <asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <map>
#include <string>
#include <vector>

#include "net/link/line_server.hpp"
#include "tests/net/link/loop.hpp"
#include "tests/net/link/raw_client.hpp"

namespace mmm::net {

inline Address loopback() {
    return Address::v4({127, 0, 0, 1});
}

inline LineServerOptions on_loopback() {
    LineServerOptions options;
    options.ip = loopback();
    return options;
}

/// A server on a free loopback port that notes all it is told.
struct ServerFixture {
    explicit ServerFixture(LineServerOptions options = on_loopback()) : server(loop, std::move(options), handlers()) {
        REQUIRE(server.listen());
    }

    LineServerHandlers handlers() {
        LineServerHandlers result;
        result.on_open = [this](ConnectionId id, const Address& peer) { opened[id] = peer; };
        result.on_line = [this](ConnectionId id, std::string line) {
            lines.push_back(line);
            if (answer) answer(id, line);
        };
        result.on_close = [this](ConnectionId id, const Error& reason) { closed[id] = reason; };
        result.on_limit = [this](const std::string& text) { limits.push_back(text); };
        return result;
    }

    bool until(const std::function<bool()>& done) { return run_until(loop, done); }

    asio::io_context loop;
    std::function<void(ConnectionId, const std::string&)> answer;
    std::map<ConnectionId, Address> opened;
    std::map<ConnectionId, Error> closed;
    std::vector<std::string> lines;
    std::vector<std::string> limits;
    LineServer server;
};

}  // namespace mmm::net
