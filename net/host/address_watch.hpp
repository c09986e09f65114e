#pragma once

#include <functional>
#include <memory>

#include "core/base/result.hpp"

namespace asio {
class io_context;
}

namespace mmm::net {

/// Tells when this host's addresses or interfaces change, whoever changed them (our own renewals included).
/// Says only that something changed: look at AddressTable::list() for what.
class AddressWatch {
  public:
    /// Begins to watch the network namespace of the calling thread. `on_change` runs on the loop, once for all that
    /// happened since its last turn, and also when the kernel had to drop notices because we were slow.
    /// Errors: Code::unsupported, Code::io.
    static Result<AddressWatch> start(asio::io_context& loop, std::function<void()> on_change);

    AddressWatch(AddressWatch&&) noexcept;
    AddressWatch& operator=(AddressWatch&&) noexcept;
    /// Stops watching; `on_change` isn't called any more.
    ~AddressWatch();

  private:
    struct Impl;
    explicit AddressWatch(std::shared_ptr<Impl> impl);
    std::shared_ptr<Impl> impl_;
};

}  // namespace mmm::net
