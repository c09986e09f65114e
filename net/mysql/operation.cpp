#include "net/mysql/operation.hpp"

#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "net/host/boot_clock.hpp"
#include "net/mysql/handshake_guard.hpp"
#include "net/mysql/poll_until.hpp"

namespace mmm::net::mysql {

namespace {

/// The library's callback has no argument for us.
thread_local Operation* current = nullptr;

}  // namespace

Operation::Operation(Time deadline, const Canceller& canceller, bool guard_handshake, Meet meet)
    : deadline_(deadline),
      canceller_(canceller),
      guard_handshake_(guard_handshake),
      meet_(std::move(meet)),
      outer_(current) {
    current = this;
}

Operation::~Operation() {
    current = outer_;
}

Operation::End Operation::finish() {
    guard_.reset();
    if (gave_up_ != End::none) return gave_up_;
    if (canceller_.cancelled()) return End::cancelled;
    return boot_now() >= deadline_ ? End::deadline : End::none;
}

int Operation::wait(int socket, char is_read, int timeout_ms) {
    if (current != nullptr) return current->wait_until_ready(socket, is_read != 0);
    // Outside an operation nothing of ours may wait at all.
    static_cast<void>(timeout_ms);
    errno = ETIMEDOUT;
    return 0;
}

int Operation::wait_until_ready(int socket, bool is_read) {
    std::array<pollfd, 2> entries{
        {{socket, static_cast<short>(is_read ? POLLIN : POLLOUT), 0}, {canceller_.descriptor(), POLLIN, 0}}};
    const bool ready = poll_until(entries, deadline_);
    if (entries[1].revents != 0) return give_up(End::cancelled, ECANCELED);
    // A server that drips is always ready; time decides.
    if (!ready || boot_now() >= deadline_) return give_up(End::deadline, ETIMEDOUT);
    if ((entries[0].revents & POLLERR) != 0) {
        // The library would ask the socket itself, but report errno, which still is EINPROGRESS.
        socklen_t size = sizeof(int);
        int error = 0;
        if (getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error != 0) {
            errno = error;
            return -1;
        }
    }
    if (guard_handshake_ && !guard_) guard_ = std::make_unique<HandshakeGuard>(socket, deadline_, canceller_);
    return meet_ ? meet_server(socket) : 1;
}

int Operation::give_up(End why, int number) {
    gave_up_ = why;
    errno = number;
    return 0;
}

int Operation::meet_server(int socket) {
    const Meet meet = std::exchange(meet_, nullptr);
    Greeting greeting{};
    switch (peek_greeting(socket, deadline_, canceller_, greeting)) {
        case Peek::deadline:
            return give_up(End::deadline, ETIMEDOUT);
        case Peek::cancelled:
            return give_up(End::cancelled, ECANCELED);
        case Peek::seen:
            break;
    }
    return meet(greeting) ? 1 : give_up(End::refused, ECONNABORTED);
}

}  // namespace mmm::net::mysql
