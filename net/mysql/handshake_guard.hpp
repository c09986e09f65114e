#pragma once

#include <thread>

#include "core/base/time.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/mysql/wake.hpp"

namespace mmm::net::mysql {

/// Shuts a socket down at a deadline, or when cancelled, unless destroyed before: whoever is blocked on it in a call
/// that knows neither then returns. Costs a thread for its life.
class HandshakeGuard {
  public:
    HandshakeGuard(int socket, Time deadline, const Canceller& canceller);
    ~HandshakeGuard();
    HandshakeGuard(const HandshakeGuard&) = delete;
    HandshakeGuard& operator=(const HandshakeGuard&) = delete;

  private:
    // A duplicate: the library may close its own while we hold it, and the number may be reused.
    FileDescriptor socket_;
    Wake done_;
    std::jthread thread_;
};

}  // namespace mmm::net::mysql
