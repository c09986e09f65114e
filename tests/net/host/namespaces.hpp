#pragma once

#include <catch2/catch.hpp>
#include <functional>
#include <string>

#include "core/base/time.hpp"
#include "core/model/address.hpp"
#include "net/host/file_descriptor.hpp"

namespace asio {
class io_context;
}

namespace mmm::net::test {

/// A network namespace of the test's own, with its loopback up. It ends with the object and the sockets made in it.
class Namespace {
  public:
    Namespace();

    /// Runs `action` inside; sockets that it opens stay in this namespace.
    void inside(const std::function<void()>& action) const;
    [[nodiscard]] int descriptor() const { return namespace_.get(); }

  private:
    FileDescriptor namespace_;
};

/// Two namespaces joined by a veth pair, called eth0 in both and up: a host under test and its neighbour.
struct Pair {
    Pair();
    Namespace host;
    Namespace peer;
};

/// A pair for test cases that leave its links up (bringing one up takes the kernel a second): ready to send, and
/// without addresses but the link-local ones.
const Pair& shared_pair();

/// Gives eth0 of a namespace a lasting address, usable at once.
void add_address(const Namespace& where, const std::string& ip, unsigned prefix);
/// Sets an interface up or down.
void set_link(const Namespace& where, const std::string& name, bool up);

/// Runs the loop until `finished` says so; false after `deadline`.
bool run_until(asio::io_context& loop, Duration deadline, const std::function<bool()>& finished);

Address address(const std::string& text);

/// True when namespaces can be made.
bool is_root();

}  // namespace mmm::net::test

/// Skips a test case, loudly, that would need to make network namespaces.
#define MMM_NEEDS_ROOT()                                                  \
    do {                                                                  \
        if (!mmm::net::test::is_root()) {                                 \
            WARN("SKIPPED: needs root to make network namespaces; sudo"); \
            return;                                                       \
        }                                                                 \
    } while (false)
