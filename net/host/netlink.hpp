#pragma once

#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <vector>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

using Bytes = std::span<const std::uint8_t>;

/// Copies a plain structure out of `bytes` at `offset`; nothing when it doesn't fit. (Copying, because netlink aligns
/// to four bytes only.)
template <class T>
std::optional<T> read_struct(Bytes bytes, std::size_t offset = 0) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) return std::nullopt;
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof value);
    return value;
}

/// Calls `visit(type, payload)` for each attribute in `bytes`, stopping at the first malformed one.
/// Flag bits (nested, byte order) are masked off the type.
void for_each_attribute(Bytes bytes, const std::function<void(std::uint16_t, Bytes)>& visit);

/// The attributes that follow a fixed part of `fixed_size` bytes (aligned as netlink does).
Bytes attributes_after(Bytes body, std::size_t fixed_size);

/// A netlink request under construction: a fixed structure, then attributes.
class NetlinkRequest {
  public:
    /// `type` as RTM_NEWADDR, `flags` as NLM_F_CREATE; the socket adds NLM_F_REQUEST and what it needs.
    NetlinkRequest(std::uint16_t type, std::uint16_t flags) : type_(type), flags_(flags) {}

    template <class T>
    NetlinkRequest& fixed(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        append(&value, sizeof value);
        return *this;
    }
    template <class T>
    NetlinkRequest& attribute(std::uint16_t type, const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        return attribute(type, Bytes(reinterpret_cast<const std::uint8_t*>(&value), sizeof value));
    }
    NetlinkRequest& attribute(std::uint16_t type, Bytes payload);
    /// A text attribute, ended by a zero byte.
    NetlinkRequest& text_attribute(std::uint16_t type, const std::string& text);
    /// Opens a nested attribute; give the returned mark to end_nested().
    [[nodiscard]] std::size_t begin_nested(std::uint16_t type);
    void end_nested(std::size_t mark);

    /// The message as sent, with `extra_flags` and the sequence number filled in.
    [[nodiscard]] std::vector<std::uint8_t> encode(std::uint16_t extra_flags, std::uint32_t sequence) const;

  private:
    void append(const void* data, std::size_t size);

    std::uint16_t type_;
    std::uint16_t flags_;
    std::vector<std::uint8_t> body_;
};

/// A netlink socket for synchronous requests. The kernel works on a request inside the send call, so an answer is
/// normally there at once; waiting for it ends after kRequestDeadline all the same.
/// It belongs to the network namespace in which it was made.
class NetlinkSocket {
  public:
    static constexpr std::chrono::milliseconds kRequestDeadline{200};

    /// `protocol` as NETLINK_ROUTE. Errors: Code::unsupported, Code::io.
    static Result<NetlinkSocket> open(int protocol);

    /// Sends and waits for the acknowledgement. Errors: the kernel's errno as code and detail, the bare text of the
    /// errno as message (the caller knows what it was about), Code::timeout.
    Result<void> request(const NetlinkRequest& request);

    /// Sends a dump request and calls `visit(type, body)` for each message. A dump that the kernel calls inconsistent
    /// (something changed under it) is an error Code::busy; dump again.
    Result<void> dump(const NetlinkRequest& request, const std::function<void(std::uint16_t, Bytes)>& visit);

  private:
    using Visit = std::function<void(std::uint16_t, Bytes)>;
    explicit NetlinkSocket(int protocol, FileDescriptor socket) : protocol_(protocol), socket_(std::move(socket)) {}

    Result<void> exchange(const NetlinkRequest& request, std::uint16_t flags, const Visit& visit);
    Result<void> receive_until_done(const Visit& visit);
    enum class Progress { more, done };
    Result<Progress> read_datagram(const Visit& visit);

    int protocol_;
    FileDescriptor socket_;
    std::uint32_t sequence_ = 0;
    bool inconsistent_ = false;
    std::vector<std::uint8_t> buffer_;
};

}  // namespace mmm::net
