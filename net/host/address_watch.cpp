#include "net/host/address_watch.hpp"

#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <array>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <cerrno>

#include "net/host/file_descriptor.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

struct AddressWatch::Impl : std::enable_shared_from_this<AddressWatch::Impl> {
    Impl(asio::io_context& loop, std::function<void()> callback) : descriptor(loop), on_change(std::move(callback)) {}

    void wait() {
        descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                              [weak = weak_from_this()](const asio::error_code& error) {
                                  const auto self = weak.lock();
                                  if (!self || error == asio::error::operation_aborted) return;
                                  self->discard_notices();
                                  // Last: the callback may destroy the watch. `self` keeps this alive meanwhile.
                                  self->wait();
                                  self->on_change();
                              });
    }

    /// Reads all there is, so that many notices make one call. ENOBUFS (notices were lost) is news like any other.
    void discard_notices() {
        std::array<char, 8192> buffer{};
        while (true) {
            const auto got = ::recv(descriptor.native_handle(), buffer.data(), buffer.size(), MSG_DONTWAIT);
            if (got < 0 && errno != EINTR && errno != ENOBUFS) return;
        }
    }

    asio::posix::stream_descriptor descriptor;
    std::function<void()> on_change;
};

Result<AddressWatch> AddressWatch::start(asio::io_context& loop, std::function<void()> on_change) {
    FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE));
    if (!socket) return fail_with_errno("cannot open a netlink socket to watch addresses", errno);
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    self.nl_groups = RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_LINK;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) != 0)
        return fail_with_errno("cannot subscribe to address changes", errno);
    auto impl = std::make_shared<Impl>(loop, std::move(on_change));
    asio::error_code error;
    impl->descriptor.assign(socket.get(), error);
    if (error) return fail(Code::io, "cannot watch addresses: " + error.message(), error.value());
    static_cast<void>(socket.release());  // asio closes it from here on
    impl->wait();
    return AddressWatch(std::move(impl));
}

AddressWatch::AddressWatch(std::shared_ptr<Impl> impl) : impl_(std::move(impl)) {}
AddressWatch::AddressWatch(AddressWatch&&) noexcept = default;
AddressWatch& AddressWatch::operator=(AddressWatch&&) noexcept = default;
AddressWatch::~AddressWatch() = default;

}  // namespace mmm::net
