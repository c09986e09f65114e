#pragma once

#include "net/host/file_descriptor.hpp"

namespace mmm::net::mysql {

/// A flag that any thread may raise and that ends a poll(): an eventfd.
class Wake {
  public:
    Wake();

    /// Raises the flag; whoever polls descriptor() returns at once. Async-signal-safe, never blocks.
    void set() const;
    /// Lowers the flag.
    void clear() const;
    [[nodiscard]] bool is_set() const;
    /// Readable while the flag is up.
    [[nodiscard]] int descriptor() const { return event_.get(); }

  private:
    FileDescriptor event_;
};

/// Makes a connection's running operation end at once with Code::cancelled, and all further ones until reset().
/// Shared by the connection's thread and whoever may give up on it.
class Canceller {
  public:
    void cancel() const { wake_.set(); }
    void reset() const { wake_.clear(); }
    [[nodiscard]] bool cancelled() const { return wake_.is_set(); }
    [[nodiscard]] int descriptor() const { return wake_.descriptor(); }

  private:
    Wake wake_;
};

}  // namespace mmm::net::mysql
