#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>

namespace mmm::net {

/// Runs the loop until `done` is true; false when that takes longer than `limit`.
inline bool run_until(asio::io_context& loop, const std::function<bool()>& done,
                      std::chrono::milliseconds limit = std::chrono::seconds(5)) {
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!done()) {
        if (std::chrono::steady_clock::now() > end) return false;
        loop.restart();
        loop.run_for(std::chrono::milliseconds(2));
    }
    return true;
}

/// Runs the loop for a while, for what must not happen.
inline void run_for(asio::io_context& loop, std::chrono::milliseconds span) {
    run_until(
        loop, [] { return false; }, span);
}

}  // namespace mmm::net
