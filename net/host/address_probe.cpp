#include "net/host/address_probe.hpp"

#include <fmt/format.h>
#include <linux/if_packet.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <memory>

#include "net/host/neighbour_packets.hpp"
#include "net/host/packet_socket.hpp"

namespace mmm::net {

namespace {

/// One probe under way; the handlers that wait own it.
class Probe : public std::enable_shared_from_this<Probe> {
  public:
    Probe(asio::io_context& loop, const Address& ip, Interface interface, std::function<void(ProbeResult)> done)
        : ip_(ip), interface_(std::move(interface)), descriptor_(loop), timer_(loop), done_(std::move(done)) {}

    Result<void> start(Duration timeout) {
        if (!interface_.ethernet) return fail(Code::unsupported, interface_.name + " has no neighbours to ask");
        auto socket = open_packet_socket();
        if (!socket) return tl::make_unexpected(socket.error());
        if (const auto bound = receive_claims(*socket, ip_, interface_); !bound) return bound;
        socket_ = std::move(*socket);
        if (const auto sent = send(); !sent) return sent;
        asio::error_code error;
        descriptor_.assign(socket_.get(), error);
        if (error) return fail(Code::io, error.message(), error.value());
        wait_for_answer();
        wait_for_end(timeout / 2, true);
        return {};
    }

    ~Probe() {
        // socket_ closes the descriptor; asio must not do it as well.
        if (descriptor_.is_open()) static_cast<void>(descriptor_.release());
    }
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

  private:
    Result<void> send() { return send_packet(socket_, interface_, probe(ip_, interface_.mac)); }

    void wait_for_answer() {
        descriptor_.async_wait(asio::posix::stream_descriptor::wait_read,
                               [self = shared_from_this()](const asio::error_code& error) {
                                   if (!error && !self->read_answers()) self->wait_for_answer();
                               });
    }

    /// True when a stranger was found.
    bool read_answers() {
        std::array<std::uint8_t, 256> buffer{};
        sockaddr_ll from{};
        socklen_t from_size = sizeof from;
        while (true) {
            const auto got = ::recvfrom(socket_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT,
                                        reinterpret_cast<sockaddr*>(&from), &from_size);
            if (got < 0) return false;
            if (from.sll_pkttype == PACKET_OUTGOING) continue;
            MacAddress link_source{};
            std::copy_n(from.sll_addr, link_source.size(), link_source.begin());
            const auto owner = claimant(ip_, {buffer.data(), static_cast<std::size_t>(got)}, link_source);
            if (!owner || *owner == interface_.mac) continue;
            finish(*owner);
            return true;
        }
    }

    void wait_for_end(Duration wait, bool ask_again) {
        timer_.expires_after(wait);
        timer_.async_wait([self = shared_from_this(), wait, ask_again](const asio::error_code& error) {
            // After a stall of ours the answer may lie in the socket, unread.
            if (error || !self->done_ || self->read_answers()) return;
            if (!ask_again) return self->finish(std::optional<MacAddress>());
            // A second packet that can't be sent is no news: the first one went out.
            static_cast<void>(self->send());
            self->wait_for_end(wait, false);
        });
    }

    void finish(ProbeResult result) {
        timer_.cancel();
        static_cast<void>(descriptor_.release());
        socket_.close();
        std::exchange(done_, nullptr)(std::move(result));
    }

    Address ip_;
    Interface interface_;
    FileDescriptor socket_;
    asio::posix::stream_descriptor descriptor_;
    asio::steady_timer timer_;
    std::function<void(ProbeResult)> done_;
};

}  // namespace

void probe_address(asio::io_context& loop, const Address& ip, const Interface& interface, Duration timeout,
                   std::function<void(ProbeResult)> done) {
    const auto probe = std::make_shared<Probe>(loop, ip, interface, done);
    const auto started = probe->start(timeout);
    if (started) return;
    auto error = Error{started.error().code,
                       fmt::format("cannot probe {} on {}: {}", ip.text(), interface.name, started.error().message),
                       started.error().detail};
    asio::post(loop, [done = std::move(done), error = std::move(error)] { done(tl::make_unexpected(error)); });
}

}  // namespace mmm::net
