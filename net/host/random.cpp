#include "net/host/random.hpp"

#include <sys/random.h>

#include <cerrno>

#include "net/host/system_error.hpp"

namespace mmm::net {

Result<void> fill_random(std::span<std::uint8_t> bytes) {
    while (!bytes.empty()) {
        const auto got = ::getrandom(bytes.data(), bytes.size(), 0);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_with_errno("the kernel gives no random bytes", errno);
        bytes = bytes.subspan(static_cast<std::size_t>(got));
    }
    return {};
}

}  // namespace mmm::net
