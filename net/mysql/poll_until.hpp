#pragma once

#include <poll.h>

#include <span>

#include "core/base/time.hpp"

namespace mmm::net::mysql {

/// poll() with an absolute deadline on the boot clock; goes on after signals. Looks at least once, also when the
/// deadline has passed. True if an entry has something to tell in its `revents`.
bool poll_until(std::span<pollfd> entries, Time deadline);

}  // namespace mmm::net::mysql
