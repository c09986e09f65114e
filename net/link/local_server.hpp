#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace asio {
class io_context;
}

namespace mmm::net {

/// Who connected to a unix socket, as the kernel says.
struct LocalPeer {
    std::uint32_t user = 0;
    std::vector<std::uint32_t> groups;  ///< the process's group first, then the supplementary ones
    std::int32_t process = 0;

    [[nodiscard]] bool in_group(std::uint32_t group) const;
};

struct LocalServerOptions {
    std::string path;
    std::size_t max_connections = 64;
    std::size_t max_per_user = 32;  ///< of one user; root has room of its own
    Duration first_line_timeout{5000};
    Duration idle_timeout{60000};          ///< after a line, until the next
    std::size_t max_line = 4096;           ///< bytes with line end
    std::size_t max_queued = 1024 * 1024;  ///< bytes waiting for a client that doesn't read
};

/// Accepts connections on a unix socket that carry lines of text. Everybody may connect; what a peer may do is for the
/// handlers to judge.
///
/// Used on the loop's thread only. Its functions may be called from the handlers; ids of closed connections are
/// ignored.
class LocalServer {
  public:
    struct Handlers {
        std::function<void(std::uint64_t id, const LocalPeer& peer)> on_open;
        std::function<void(std::uint64_t id, std::string line)> on_line;
        std::function<void(std::uint64_t id)> on_close;
    };

    LocalServer(asio::io_context& loop, LocalServerOptions options, Handlers handlers);
    LocalServer(const LocalServer&) = delete;
    LocalServer& operator=(const LocalServer&) = delete;
    /// Closes all and removes the socket's file; no handler is called any more.
    ~LocalServer();

    /// Takes the path; what a dead process left there is replaced. Errors: Code::busy (somebody listens there),
    /// Code::invalid (the path is too long, or no socket is there but something else), Code::permission,
    /// Code::not_found (no such folder), Code::io.
    Result<void> listen();

    void send_raw(std::uint64_t id, std::string_view bytes);
    /// Closes after what was sent so far has gone out; no further line is delivered.
    void close(std::uint64_t id, const std::string& reason);

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace mmm::net
