#include "net/mysql/handshake_guard.hpp"

#include <fcntl.h>
#include <sys/socket.h>

#include <array>

#include "net/mysql/poll_until.hpp"

namespace mmm::net::mysql {

HandshakeGuard::HandshakeGuard(int socket, Time deadline, const Canceller& canceller)
    : socket_(fcntl(socket, F_DUPFD_CLOEXEC, 3)) {
    thread_ = std::jthread([this, deadline, &canceller] {
        std::array<pollfd, 2> entries{{{done_.descriptor(), POLLIN, 0}, {canceller.descriptor(), POLLIN, 0}}};
        poll_until(entries, deadline);
        if (entries[0].revents == 0) shutdown(socket_.get(), SHUT_RDWR);
    });
}

HandshakeGuard::~HandshakeGuard() {
    done_.set();
}

}  // namespace mmm::net::mysql
