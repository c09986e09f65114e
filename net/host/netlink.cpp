#include "net/host/netlink.hpp"

#include <linux/netlink.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include "net/host/boot_clock.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

// The kernel fills dump datagrams up to 32 KiB.
constexpr std::size_t kBufferBytes = 64 * 1024;

constexpr std::size_t aligned(std::size_t size) {
    return (size + 3) & ~std::size_t{3};
}

Result<FileDescriptor> open_socket(int protocol) {
    FileDescriptor socket(::socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
    if (!socket) return fail_with_errno("cannot open a netlink socket", errno);
    sockaddr_nl self{};
    self.nl_family = AF_NETLINK;
    if (::bind(socket.get(), reinterpret_cast<const sockaddr*>(&self), sizeof self) != 0)
        return fail_with_errno("cannot bind a netlink socket", errno);
    return socket;
}

}  // namespace

void for_each_attribute(Bytes bytes, const std::function<void(std::uint16_t, Bytes)>& visit) {
    while (const auto header = read_struct<nlattr>(bytes)) {
        if (header->nla_len < sizeof(nlattr) || header->nla_len > bytes.size()) return;
        visit(static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
              bytes.subspan(sizeof(nlattr), header->nla_len - sizeof(nlattr)));
        bytes = bytes.subspan(std::min(bytes.size(), aligned(header->nla_len)));
    }
}

Bytes attributes_after(Bytes body, std::size_t fixed_size) {
    return body.subspan(std::min(body.size(), aligned(fixed_size)));
}

void NetlinkRequest::append(const void* data, std::size_t size) {
    const auto* first = static_cast<const std::uint8_t*>(data);
    body_.insert(body_.end(), first, first + size);
    body_.resize(aligned(body_.size()));
}

NetlinkRequest& NetlinkRequest::attribute(std::uint16_t type, Bytes payload) {
    const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()), type};
    append(&header, sizeof header);
    append(payload.data(), payload.size());
    return *this;
}

NetlinkRequest& NetlinkRequest::text_attribute(std::uint16_t type, const std::string& text) {
    return attribute(type, Bytes(reinterpret_cast<const std::uint8_t*>(text.c_str()), text.size() + 1));
}

std::size_t NetlinkRequest::begin_nested(std::uint16_t type) {
    const std::size_t mark = body_.size();
    const nlattr header{0, static_cast<std::uint16_t>(type | NLA_F_NESTED)};
    append(&header, sizeof header);
    return mark;
}

void NetlinkRequest::end_nested(std::size_t mark) {
    const auto length = static_cast<std::uint16_t>(body_.size() - mark);
    std::memcpy(body_.data() + mark, &length, sizeof length);
}

std::vector<std::uint8_t> NetlinkRequest::encode(std::uint16_t extra_flags, std::uint32_t sequence) const {
    nlmsghdr header{};
    header.nlmsg_len = static_cast<std::uint32_t>(sizeof header + body_.size());
    header.nlmsg_type = type_;
    header.nlmsg_flags = static_cast<std::uint16_t>(flags_ | NLM_F_REQUEST | extra_flags);
    header.nlmsg_seq = sequence;
    std::vector<std::uint8_t> message(header.nlmsg_len);
    std::memcpy(message.data(), &header, sizeof header);
    std::copy(body_.begin(), body_.end(), message.begin() + sizeof header);
    return message;
}

Result<NetlinkSocket> NetlinkSocket::open(int protocol) {
    auto socket = open_socket(protocol);
    if (!socket) return tl::make_unexpected(socket.error());
    return NetlinkSocket(protocol, std::move(*socket));
}

Result<void> NetlinkSocket::request(const NetlinkRequest& request) {
    return exchange(request, NLM_F_ACK, [](std::uint16_t, Bytes) {});
}

Result<void> NetlinkSocket::dump(const NetlinkRequest& request, const Visit& visit) {
    return exchange(request, NLM_F_DUMP, visit);
}

Result<void> NetlinkSocket::exchange(const NetlinkRequest& request, std::uint16_t flags, const Visit& visit) {
    if (!socket_) {
        auto socket = open_socket(protocol_);
        if (!socket) return tl::make_unexpected(socket.error());
        socket_ = std::move(*socket);
    }
    const auto message = request.encode(flags, ++sequence_);
    sockaddr_nl kernel{};
    kernel.nl_family = AF_NETLINK;
    if (::sendto(socket_.get(), message.data(), message.size(), 0, reinterpret_cast<const sockaddr*>(&kernel),
                 sizeof kernel) < 0)
        return fail_with_errno("cannot send a netlink request", errno);
    inconsistent_ = false;
    auto result = receive_until_done(visit);
    // An unfinished dump would make the kernel refuse the next one on this socket: begin afresh next time.
    if (!result && result.error().detail == 0) socket_.close();
    return result;
}

Result<void> NetlinkSocket::receive_until_done(const Visit& visit) {
    buffer_.resize(kBufferBytes);
    const Time end = boot_now() + kRequestDeadline;
    while (true) {
        const auto left = end - boot_now();
        if (left <= Duration(0))
            return fail(Code::timeout, "the kernel did not answer a netlink request within 200 ms");
        pollfd waiting{socket_.get(), POLLIN, 0};
        if (::poll(&waiting, 1, static_cast<int>(left.count())) < 0 && errno != EINTR)
            return fail(Code::io, "cannot wait for netlink: " + errno_text(errno));
        const auto progress = read_datagram(visit);
        if (!progress) return tl::make_unexpected(progress.error());
        if (*progress == Progress::done) break;
    }
    if (inconsistent_) return fail(Code::busy, "the kernel's table changed while it was read");
    return {};
}

Result<NetlinkSocket::Progress> NetlinkSocket::read_datagram(const Visit& visit) {
    sockaddr_nl from{};
    socklen_t from_size = sizeof from;
    const auto got = ::recvfrom(socket_.get(), buffer_.data(), buffer_.size(), MSG_DONTWAIT | MSG_TRUNC,
                                reinterpret_cast<sockaddr*>(&from), &from_size);
    if (got < 0) {
        if (errno == EAGAIN || errno == EINTR) return Progress::more;
        return fail(Code::io, "cannot read from netlink: " + errno_text(errno));
    }
    if (static_cast<std::size_t>(got) > buffer_.size()) return fail(Code::io, "a netlink answer was too long");
    if (from.nl_pid != 0) return Progress::more;  // only the kernel may answer
    Bytes rest(buffer_.data(), static_cast<std::size_t>(got));
    while (const auto header = read_struct<nlmsghdr>(rest)) {
        if (header->nlmsg_len < sizeof(nlmsghdr) || header->nlmsg_len > rest.size())
            return fail(Code::io, "the kernel sent a malformed netlink answer");
        const Bytes body = rest.subspan(sizeof(nlmsghdr), header->nlmsg_len - sizeof(nlmsghdr));
        rest = rest.subspan(std::min(rest.size(), aligned(header->nlmsg_len)));
        if (header->nlmsg_seq != sequence_) continue;  // the late answer to an earlier request
        if ((header->nlmsg_flags & NLM_F_DUMP_INTR) != 0) inconsistent_ = true;
        if (header->nlmsg_type == NLMSG_ERROR || header->nlmsg_type == NLMSG_DONE) {
            const int number = -read_struct<int>(body).value_or(0);
            if (number > 0) return fail(code_of_errno(number), errno_text(number), number);
            return Progress::done;
        }
        visit(header->nlmsg_type, body);
    }
    return Progress::more;
}

}  // namespace mmm::net
