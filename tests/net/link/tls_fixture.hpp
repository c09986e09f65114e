#pragma once

#include <optional>
#include <string>
#include <vector>

#include "net/link/line_client.hpp"
#include "tests/net/link/certificates.hpp"
#include "tests/net/link/server_fixture.hpp"

namespace mmm::net {

using TlsPointer = std::shared_ptr<const TlsContext>;

inline LineServerOptions with_tls(TlsPointer tls) {
    LineServerOptions options = on_loopback();
    options.tls = std::move(tls);
    return options;
}

/// A client that greets a server, notes what it is told, and tries once a minute only.
struct TlsClient {
    TlsClient(asio::io_context& loop, std::uint16_t port, TlsPointer tls, Duration handshake = Duration(2000))
        : client(loop, options(port, std::move(tls), handshake), handlers()) {
        client.start();
    }
    static LineClientOptions options(std::uint16_t port, TlsPointer tls, Duration handshake) {
        LineClientOptions result;
        result.ip = loopback();
        result.port = port;
        result.tls = std::move(tls);
        result.handshake_timeout = handshake;
        result.first_retry = result.last_retry = Duration(60000);
        return result;
    }
    LineClientHandlers handlers() {
        LineClientHandlers result;
        result.on_open = [this] {
            ++opened;
            client.send("HELLO");
        };
        result.on_line = [this](std::string line) { lines.push_back(line); };
        result.on_close = [this](const Error& reason) { closed = reason; };
        return result;
    }

    int opened = 0;
    std::vector<std::string> lines;
    std::optional<Error> closed;
    LineClient client;
};

}  // namespace mmm::net
