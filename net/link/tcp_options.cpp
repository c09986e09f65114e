#include "net/link/tcp_options.hpp"

#include <fcntl.h>
#include <netinet/tcp.h>

namespace mmm::net {
namespace {

using UserTimeout = asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>;
constexpr int kVanishedMs = 5000;

}  // namespace

void close_on_exec(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

void prepare_socket(asio::ip::tcp::socket& socket) {
    asio::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    socket.set_option(UserTimeout(kVanishedMs), ignored);
}

void repeat_the_end(int descriptor) {
    const int as_usual = 0;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_USER_TIMEOUT, &as_usual, sizeof as_usual);
}

}  // namespace mmm::net
