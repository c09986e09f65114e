#pragma once

#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <cstdint>
#include <string>

#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// A TCP client without manners: a bare non-blocking socket on the loopback network.
class RawClient {
  public:
    /// `from`: the loopback address to come from.
    explicit RawClient(std::uint16_t port, const char* from = "127.0.0.1")
        : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
        REQUIRE(socket_.get() >= 0);
        const sockaddr_in local = address(from, 0);
        REQUIRE(::bind(socket_.get(), reinterpret_cast<const sockaddr*>(&local), sizeof local) == 0);
        const sockaddr_in remote = address("127.0.0.1", port);
        const int result = ::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&remote), sizeof remote);
        REQUIRE((result == 0 || errno == EINPROGRESS));
    }

    /// Writes what the kernel takes at once; returns how much.
    std::size_t write(const std::string& bytes) {
        const ssize_t size = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        return size < 0 ? 0 : static_cast<std::size_t>(size);
    }
    /// Reads what is there, into received().
    void read() {
        std::array<char, 65536> buffer{};
        ssize_t size = 0;
        while ((size = ::recv(socket_.get(), buffer.data(), buffer.size(), 0)) > 0) {
            received_.append(buffer.data(), static_cast<std::size_t>(size));
        }
        if (size == 0) closed_ = true;
        if (size < 0 && errno == ECONNRESET) closed_ = reset_ = true;
    }
    /// Reads at most so much, and doesn't keep it.
    void read_some(std::size_t size) {
        std::string buffer(size, '\0');
        (void)::recv(socket_.get(), buffer.data(), size, 0);
    }
    const std::string& received() {
        read();
        return received_;
    }
    bool closed() {
        read();
        return closed_;
    }
    bool reset() {
        read();
        return reset_;
    }
    void shut_writing() { ::shutdown(socket_.get(), SHUT_WR); }
    void small_receive_buffer() {
        const int size = 4096;
        ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    }

  private:
    static sockaddr_in address(const char* text, std::uint16_t port) {
        sockaddr_in result{};
        result.sin_family = AF_INET;
        result.sin_port = htons(port);
        ::inet_pton(AF_INET, text, &result.sin_addr);
        return result;
    }

    FileDescriptor socket_;
    std::string received_;
    bool closed_ = false;
    bool reset_ = false;
};

}  // namespace mmm::net
