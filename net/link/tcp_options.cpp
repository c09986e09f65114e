#include "net/link/tcp_options.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>

namespace mmm::net {

void close_on_exec(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

void prepare_socket(asio::ip::tcp::socket& socket) {
    asio::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>(5000), ignored);
}

}  // namespace mmm::net
