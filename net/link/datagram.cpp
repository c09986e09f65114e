#include "net/link/datagram.hpp"

#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <array>
#include <asio/awaitable.hpp>
#include <asio/buffer.hpp>
#include <asio/co_spawn.hpp>
#include <asio/detached.hpp>
#include <asio/io_context.hpp>
#include <asio/ip/udp.hpp>
#include <asio/redirect_error.hpp>
#include <asio/steady_timer.hpp>
#include <asio/use_awaitable.hpp>
#include <cerrno>
#include <chrono>
#include <utility>

#include "core/proto/heartbeat.hpp"
#include "net/link/datagram_filter.hpp"
#include "net/link/endpoint.hpp"
#include "net/link/tcp_options.hpp"

namespace mmm::net {
namespace {

using asio::ip::udp;

/// Received before others on the loop have a turn.
constexpr int kPerTurn = 32;
/// What waits while the loop does something else. By default the kernel keeps some 270 small datagrams, which a flood
/// under a forged address fills in 2 ms; this is some 2,700. Much more would only make old ones wait.
constexpr int kReceiveBufferBytes = 1024 * 1024;
/// More than any receive buffer holds of the smallest datagrams: drain() ends also while somebody floods us.
constexpr std::size_t kMaxDrained = 100000;
/// Rest after an error of waiting, so that one that stays doesn't spin.
constexpr std::chrono::milliseconds kErrorPause{100};

/// Beyond the system's limit where we may (CAP_NET_ADMIN: the agent), else up to it.
void set_receive_buffer(int socket) {
    const int size = kReceiveBufferBytes;
    if (::setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) != 0)
        (void)::setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
}

}  // namespace

class DatagramSocket::Impl : public std::enable_shared_from_this<DatagramSocket::Impl> {
  public:
    Impl(asio::io_context& loop, Handler on_datagram)
        : socket_(loop), pause_(loop), handler_(std::make_shared<const Handler>(std::move(on_datagram))) {}

    Result<void> open(const Address& ip, std::uint16_t port);
    void stop();
    Result<void> send_to(const Address& ip, std::uint16_t port, std::string_view text);
    Result<void> receive_only_from(const std::set<Address>& senders) {
        return net::receive_only_from(socket_.native_handle(), senders, proto::kMaxDatagram);
    }
    [[nodiscard]] std::uint32_t dropped();
    std::size_t drain();
    [[nodiscard]] std::uint16_t port() const;

  private:
    asio::awaitable<void> receive_loop(std::shared_ptr<Impl> self);
    void receive_waiting();
    /// False when nothing (more) is there.
    bool receive(std::size_t& size);

    udp::socket socket_;
    asio::steady_timer pause_;
    std::shared_ptr<const Handler> handler_;  ///< empty once stopped
    udp::endpoint sender_;
    std::array<char, proto::kMaxDatagram + 1> buffer_{};  ///< one more than allowed: a larger datagram fills it
};

Result<void> DatagramSocket::Impl::open(const Address& ip, std::uint16_t port) {
    const std::string what = "cannot receive datagrams on " + endpoint_text(ip, port);
    const udp::endpoint local(to_asio(ip), port);
    asio::error_code error;
    socket_.open(local.protocol(), error);
    if (error) return tl::make_unexpected(link_error(what, error));
    close_on_exec(socket_.native_handle());
    set_receive_buffer(socket_.native_handle());
    socket_.non_blocking(true, error);
    if (!error) socket_.bind(local, error);
    if (error) {
        asio::error_code ignored;
        socket_.close(ignored);
        if (error.value() == EADDRINUSE) return fail(Code::busy, what + ": the port is in use", EADDRINUSE);
        if (error.value() == EADDRNOTAVAIL) {
            return fail(Code::not_found, what + ": no interface of this host has that address", EADDRNOTAVAIL);
        }
        return tl::make_unexpected(link_error(what, error));
    }
    asio::co_spawn(socket_.get_executor(), receive_loop(shared_from_this()), asio::detached);
    return {};
}

void DatagramSocket::Impl::stop() {
    handler_.reset();
    pause_.cancel();
    asio::error_code ignored;
    socket_.close(ignored);
}

std::uint16_t DatagramSocket::Impl::port() const {
    asio::error_code error;
    const auto endpoint = socket_.local_endpoint(error);
    return error ? std::uint16_t{0} : endpoint.port();
}

asio::awaitable<void> DatagramSocket::Impl::receive_loop(std::shared_ptr<Impl> self) {
    while (handler_) {
        // Only waits: a datagram that Asio had already taken for us could not be drained.
        asio::error_code error;
        co_await socket_.async_wait(udp::socket::wait_read, asio::redirect_error(asio::use_awaitable, error));
        if (!handler_) co_return;
        if (error) {
            pause_.expires_after(kErrorPause);
            co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        receive_waiting();
    }
    (void)self;
}

bool DatagramSocket::Impl::receive(std::size_t& size) {
    asio::error_code error;
    size = socket_.receive_from(asio::buffer(buffer_), sender_, 0, error);
    return !error;
}

void DatagramSocket::Impl::receive_waiting() {
    std::size_t size = 0;
    for (int i = 0; i < kPerTurn && handler_ && receive(size); ++i) {
        if (size == 0 || size > proto::kMaxDatagram) continue;
        const auto handler = handler_;
        (*handler)(from_asio(sender_.address()), std::string(buffer_.data(), size));
    }
}

std::uint32_t DatagramSocket::Impl::dropped() {
    std::array<std::uint32_t, SK_MEMINFO_VARS> facts{};
    socklen_t size = sizeof facts;
    if (::getsockopt(socket_.native_handle(), SOL_SOCKET, SO_MEMINFO, facts.data(), &size) != 0) return 0;
    return facts.at(SK_MEMINFO_DROPS);
}

std::size_t DatagramSocket::Impl::drain() {
    std::size_t drained = 0;
    std::size_t size = 0;
    while (drained < kMaxDrained && receive(size)) ++drained;
    return drained;
}

Result<void> DatagramSocket::Impl::send_to(const Address& ip, std::uint16_t port, std::string_view text) {
    const std::string what = "cannot send to " + endpoint_text(ip, port);
    if (text.size() > proto::kMaxDatagram) {
        return fail(Code::invalid, what + ": more than " + std::to_string(proto::kMaxDatagram) + " bytes");
    }
    asio::error_code error;
    socket_.send_to(asio::buffer(text), udp::endpoint(to_asio(ip), port), 0, error);
    if (error) return tl::make_unexpected(link_error(what, error));
    return {};
}

DatagramSocket::DatagramSocket(asio::io_context& loop, Handler on_datagram)
    : impl_(std::make_shared<Impl>(loop, std::move(on_datagram))) {}

DatagramSocket::DatagramSocket(DatagramSocket&&) noexcept = default;

DatagramSocket& DatagramSocket::operator=(DatagramSocket&& other) noexcept {
    if (this != &other) {
        if (impl_) impl_->stop();
        impl_ = std::move(other.impl_);
    }
    return *this;
}

DatagramSocket::~DatagramSocket() {
    if (impl_) impl_->stop();
}

Result<void> DatagramSocket::open(const Address& ip, std::uint16_t port) {
    return impl_->open(ip, port);
}

std::uint16_t DatagramSocket::port() const {
    return impl_->port();
}

Result<void> DatagramSocket::send_to(const Address& ip, std::uint16_t port, std::string_view text) {
    return impl_->send_to(ip, port, text);
}

Result<void> DatagramSocket::receive_only_from(const std::set<Address>& senders) {
    return impl_->receive_only_from(senders);
}

std::uint32_t DatagramSocket::dropped() const {
    return impl_->dropped();
}

std::size_t DatagramSocket::drain() {
    return impl_->drain();
}

}  // namespace mmm::net
