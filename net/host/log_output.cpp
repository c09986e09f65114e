#include "net/host/log_output.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mmm::net {

LogOutput::LogOutput(int descriptor) : descriptor_(descriptor), socket_(false) {
    struct stat status {};
    socket_ = ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

bool LogOutput::write(std::string_view line) const {
    const auto whole = static_cast<ssize_t>(line.size());
    // The journal's stream is a socket. A line that it takes only in part goes on at the next line; that is rare.
    if (socket_) return ::send(descriptor_, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL) == whole;
    // A pipe that is ready takes PIPE_BUF bytes at once; a terminal that is stopped isn't ready.
    pollfd ready{descriptor_, POLLOUT, 0};
    // POLLERR: the pipe has no reader any more, and writing would raise SIGPIPE.
    if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLOUT) == 0 || (ready.revents & POLLERR) != 0) return false;
    return ::write(descriptor_, line.data(), line.size()) == whole;
}

}  // namespace mmm::net
