#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "net/host/file_descriptor.hpp"
#include "net/mysql/endpoint.hpp"
#include "net/mysql/wake.hpp"

namespace mmm::net::mysql {

/// A listener on a loopback port that treats its first client as `behaviour` says, in a thread.
class FakeServer {
  public:
    /// `stop` becomes set when the test ends: long behaviour must look at it.
    using Behaviour = std::function<void(int client, const Wake& stop)>;

    explicit FakeServer(Behaviour behaviour);
    ~FakeServer();
    FakeServer(const FakeServer&) = delete;
    FakeServer& operator=(const FakeServer&) = delete;

    [[nodiscard]] Endpoint endpoint(TlsMode tls = TlsMode::off) const;

    /// Accepts and says nothing.
    static void stall(int client, const Wake& stop);
    /// Sends `first` at once, then the bytes of `endless` again and again, one every 10 ms; none: silence.
    static Behaviour drip(std::string first, std::string endless);
    /// Passes on what both sides say to and from the server at `port` of this host. What the client says is shown to
    /// `look` before.
    static Behaviour relay(std::uint16_t port, std::function<void(std::string_view)> look);
    /// Resets the connection.
    static void reset(int client, const Wake& stop);
    /// A server's first packet, which offers TLS or doesn't, and names the login method that it begins with.
    static std::string greeting(bool tls = true, const std::string& method = "mysql_native_password");
    /// Says `lines` one after the other, each after the client said something, and shows all of that to `look`.
    static Behaviour talk(std::vector<std::string> lines, std::function<void(std::string_view)> look);
    /// `body` as the packet with this number.
    static std::string packet(unsigned number, const std::string& body);

  private:
    FileDescriptor listener_;
    Wake stop_;
    std::thread thread_;
};

}  // namespace mmm::net::mysql
