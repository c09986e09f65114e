#include "net/host/icmp.hpp"

#include <fmt/format.h>
#include <sys/random.h>

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <map>

#include "core/base/check.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/icmp_echo.hpp"

namespace mmm::net {

namespace {

/// Echoes under way at most; the rest of the 16-bit sequence numbers rest before they are used again.
constexpr std::size_t kMostUnderWay = 32768;
/// Replies read in one turn of the loop; more are left for the next.
constexpr int kMostRepliesAtOnce = 4096;

struct Echo {
    Address target;
    EchoId id;
    Time sent;
    asio::steady_timer timer;
    Pinger::Done done;
};

}  // namespace

struct Pinger::Impl : std::enable_shared_from_this<Pinger::Impl> {
    explicit Impl(asio::io_context& io) : loop(io), v4(io, false), v6(io, true) {
        MMM_CHECK(::getrandom(cookie.data(), cookie.size(), 0) == static_cast<ssize_t>(cookie.size()));
    }

    /// The socket of one family, and the loop's view of it.
    struct Family {
        Family(asio::io_context& io, bool is_v6) : socket(EchoSocket::open(is_v6)), descriptor(io) {
            if (!socket) return;
            asio::error_code error;
            descriptor.assign(socket->descriptor(), error);
            if (error) socket = fail(Code::io, "cannot wait for ping replies: " + error.message(), error.value());
        }
        ~Family() {
            // The EchoSocket closes the descriptor; asio must not do it as well.
            if (descriptor.is_open()) static_cast<void>(descriptor.release());
        }
        Family(const Family&) = delete;
        Family& operator=(const Family&) = delete;

        Result<EchoSocket> socket;
        asio::posix::stream_descriptor descriptor;
    };

    void wait_for_replies(Family& family) {
        if (!family.socket) return;
        family.descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                                     [weak = weak_from_this(), &family](const asio::error_code& error) {
                                         const auto self = weak.lock();
                                         if (!self || error == asio::error::operation_aborted) return;
                                         self->read_replies(family);
                                         self->wait_for_replies(family);
                                     });
    }

    void read_replies(Family& family) {
        for (int replies = 0; replies < kMostRepliesAtOnce; ++replies) {
            const auto reply = family.socket->receive();
            if (!reply) return;
            const auto found = under_way.find(reply->id.sequence);
            if (found == under_way.end() || found->second.id != reply->id || found->second.target != reply->from)
                continue;
            finish(found, std::chrono::duration_cast<Duration>(boot_now() - found->second.sent));
        }
    }

    using UnderWay = std::map<std::uint16_t, Echo>;

    void finish(UnderWay::iterator echo, Result<Duration> result) {
        const auto done = std::move(echo->second.done);
        under_way.erase(echo);
        done(std::move(result));
    }

    void report_later(Done done, Error error) const {
        asio::post(loop, [weak = weak_from_this(), done = std::move(done), error = std::move(error)] {
            if (!weak.expired()) done(tl::make_unexpected(error));
        });
    }

    std::uint16_t free_sequence() {
        do ++last_sequence;
        while (under_way.contains(last_sequence));
        return last_sequence;
    }

    void ping(const Address& target, Duration timeout, Done done) {
        Family& family = target.is_v6() ? v6 : v4;
        if (!family.socket) return report_later(std::move(done), family.socket.error());
        if (under_way.size() >= kMostUnderWay)
            return report_later(std::move(done),
                                Error{Code::busy, fmt::format("{} pings are under way", kMostUnderWay)});
        const EchoId id{free_sequence(), cookie, ++count};
        const auto sent = family.socket->send(target, id);
        if (!sent)
            return report_later(std::move(done), Error{sent.error().code,
                                                       fmt::format("ping {}: {}", target.text(), sent.error().message),
                                                       sent.error().detail});
        const auto [echo, inserted] =
            under_way.try_emplace(id.sequence, Echo{target, id, boot_now(), asio::steady_timer(loop), std::move(done)});
        MMM_CHECK(inserted);
        wait_for_end(echo->second, timeout);
    }

    void wait_for_end(Echo& echo, Duration timeout) {
        echo.timer.expires_after(timeout);
        echo.timer.async_wait([weak = weak_from_this(), id = echo.id, timeout](const asio::error_code& error) {
            const auto self = weak.lock();
            if (!self || error) return;
            auto found = self->under_way.find(id.sequence);
            if (found == self->under_way.end() || found->second.id != id) return;
            // After a stall of ours the reply may lie in the socket, unread.
            self->read_replies(found->second.target.is_v6() ? self->v6 : self->v4);
            found = self->under_way.find(id.sequence);
            if (found == self->under_way.end() || found->second.id != id) return;
            const auto message =
                fmt::format("ping {}: no reply within {} ms", found->second.target.text(), timeout.count());
            self->finish(found, fail(Code::timeout, message));
        });
    }

    asio::io_context& loop;
    Family v4;
    Family v6;
    std::array<std::uint8_t, 16> cookie{};
    std::uint64_t count = 0;
    std::uint16_t last_sequence = 0;
    UnderWay under_way;
};

Pinger::Pinger(asio::io_context& loop) : impl_(std::make_shared<Impl>(loop)) {
    impl_->wait_for_replies(impl_->v4);
    impl_->wait_for_replies(impl_->v6);
}
Pinger::Pinger(Pinger&&) noexcept = default;
Pinger& Pinger::operator=(Pinger&&) noexcept = default;
Pinger::~Pinger() = default;

void Pinger::ping(const Address& target, Duration timeout, Done done) {
    impl_->ping(target, timeout, std::move(done));
}

}  // namespace mmm::net
