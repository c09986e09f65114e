#pragma once

#include <asio/signal_set.hpp>
#include <functional>

#include "core/base/result.hpp"
#include "net/host/log.hpp"

namespace mmm {

/// Calls `reload` whenever `signal` comes, until it is cancelled or destroyed.
void reload_at(asio::signal_set& signal, std::function<void()> reload);

/// Logs why keys and certificates weren't read again, if so.
void tell_reloaded(const Result<void>& done, net::Logger& log);

}  // namespace mmm
