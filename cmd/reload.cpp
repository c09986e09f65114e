#include "cmd/reload.hpp"

#include <utility>

namespace mmm {

void reload_at(asio::signal_set& signal, std::function<void()> reload) {
    signal.async_wait([&signal, reload = std::move(reload)](const asio::error_code& error, int) {
        if (error) return;
        reload();
        reload_at(signal, reload);
    });
}

void tell_reloaded(const Result<void>& done, net::Logger& log) {
    if (!done)
        log.error("keys and certificates can't be read again; those read before stay in force",
                  {{"reason", done.error().message}});
}

}  // namespace mmm
