#pragma once

#include <string>

#include "core/base/time.hpp"
#include "net/host/service_manager.hpp"

namespace mmm {

/// What a daemon tells the service manager: that it lives, as often as is wanted, and what it is doing, when that
/// changes.
class ServiceReport {
  public:
    void ready() const { manager_.ready(); }
    void stopping() const { manager_.stopping(); }
    /// Call it at every tick of the loop.
    void tell(const std::string& doing);

  private:
    net::ServiceManager manager_ = net::ServiceManager::from_environment();
    Time watchdog_at_{};
    std::string told_;
};

}  // namespace mmm
