#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// A background process's line to whoever started it, who waits until it is known how the start went. Without one (a
/// process in the foreground) nobody waits.
class Starter {
  public:
    Starter() = default;
    explicit Starter(FileDescriptor line) : line_(std::move(line)) {}

    /// Somebody waits for ready() or failed().
    [[nodiscard]] bool waits() const { return static_cast<bool>(line_); }
    /// The start is done: lets go of standard input, output and error, and of who waits.
    void ready();
    /// The start failed; the process should end now.
    void failed(const std::string& message);

  private:
    FileDescriptor line_;
};

/// What one fork makes of a process.
struct Forked {
    std::optional<Starter> child;  ///< set in the new process, which goes on
    Result<void> start;            ///< in the old one: what came of the new one's start
};

/// Goes on in a new process: in a session of its own, in the root folder, with no descriptors but the standard ones,
/// and with files closed to others (umask 027). The old process waits for it, at most for `deadline`; a child that
/// isn't ready by then is killed. Must be called before any thread is started. Errors (in the old process's `start`):
/// what the child said, or how it ended; Code::timeout; Code::io.
Forked fork_daemon(Duration deadline);

}  // namespace mmm::net
