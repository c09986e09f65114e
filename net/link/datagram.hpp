#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/model/address.hpp"

namespace asio {
class io_context;
}

namespace mmm::net {

/// Sends and receives short texts by UDP. Nothing is kept, repeated or ordered. What is empty or larger than
/// proto::kMaxDatagram is dropped; whether a text means anything is for its reader.
///
/// Used on the loop's thread only. Its functions may be called from the handler.
class DatagramSocket {
  public:
    using Handler = std::function<void(const Address& peer, std::string text)>;

    DatagramSocket(asio::io_context& loop, Handler on_datagram);
    DatagramSocket(DatagramSocket&&) noexcept;
    DatagramSocket& operator=(DatagramSocket&&) noexcept;
    /// The handler isn't called any more.
    ~DatagramSocket();

    /// Binds and begins to receive; `port` 0 takes any free one. Call once.
    /// Errors: Code::busy (port in use), Code::not_found (no interface has the address), Code::permission, Code::io.
    Result<void> open(const Address& ip, std::uint16_t port);
    [[nodiscard]] std::uint16_t port() const;

    /// Sends without waiting. Errors: Code::busy (our send buffer is full), Code::unreachable, Code::invalid (too
    /// large), Code::io. Success doesn't mean that anybody got it.
    Result<void> send_to(const Address& ip, std::uint16_t port, std::string_view text);

    /// From now on the kernel throws away what others send (datagram_filter.hpp). Call after open().
    /// Errors: Code::io, Code::invalid (too many); then all others are received as before.
    Result<void> receive_only_from(const std::set<Address>& senders);

    /// How many datagrams the kernel threw away since open(): of others, damaged, or more than there was room for.
    [[nodiscard]] std::uint32_t dropped() const;

    /// Throws away what has arrived until now and returns how much: after a stall of our own it is old news.
    std::size_t drain();

  private:
    class Impl;
    std::shared_ptr<Impl> impl_;
};

}  // namespace mmm::net
