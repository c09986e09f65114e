#include "net/mysql/unix_probe.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/host/boot_clock.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/host/system_error.hpp"
#include "net/mysql/errors.hpp"
#include "net/mysql/poll_until.hpp"

namespace mmm::net::mysql {

Result<void> probe_unix_socket(const std::string& path, Time deadline, const Canceller& canceller) {
    using namespace std::chrono_literals;
    constexpr int kCannotConnect = 2002;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) return fail(Code::invalid, "the socket's path is too long: " + path);
    path.copy(static_cast<char*>(address.sun_path), path.size());

    const FileDescriptor socket_{socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!socket_) return fail_with_errno("can't create a unix socket", errno);
    while (true) {
        if (connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) return {};
        const int error = errno;
        if (error != EAGAIN && error != EINTR) {
            const std::string text = "Can't connect (" + std::to_string(error) + " \"" + errno_text(error) + "\")";
            return fail(code_of(kCannotConnect, text), path + ": " + text, kCannotConnect);
        }
        std::array<pollfd, 1> entries{{{canceller.descriptor(), POLLIN, 0}}};
        if (poll_until(entries, std::min(deadline, boot_now() + 20ms)))
            return fail(Code::cancelled, path + ": cancelled", kCannotConnect);
        if (boot_now() >= deadline)
            return fail(Code::timeout, path + ": the server doesn't accept connections", kCannotConnect);
    }
}

}  // namespace mmm::net::mysql
