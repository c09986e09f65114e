#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/model/address.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/link/tls_session.hpp"

namespace mmm::net {

/// A TCP connection, plain or in TLS, for a program that has nothing else to do than to wait for it. All waiting ends
/// at its deadline with Code::timeout, and with Code::cancelled when `cancel_fd` becomes readable (-1: never).
class BlockingStream {
  public:
    /// Errors: Code::timeout, Code::unreachable, Code::cancelled, Code::io; the message names the address.
    static Result<BlockingStream> connect(const Address& address, std::uint16_t port, Duration limit, int cancel_fd);

    /// To a unix socket. Errors: Code::unreachable (nobody listens), Code::not_found (no such file), Code::permission,
    /// Code::timeout, Code::invalid (the path is too long), Code::io.
    static Result<BlockingStream> connect_local(const std::string& path, Duration limit, int cancel_fd);

    /// From here on everything is TLS. Call it first. Errors: as TlsSession::receive(), Code::timeout.
    Result<void> secure(const std::shared_ptr<const TlsContext>& context, Time deadline);
    Result<void> send(std::string_view text, Time deadline);
    /// Waits for something to come and appends it to `to`; false when the other side has closed.
    /// Errors: Code::invalid also when what comes is TLS, but secure() wasn't called.
    Result<bool> receive(std::string& to, Time deadline);

  private:
    BlockingStream(FileDescriptor socket, int cancel_fd) : socket_(std::move(socket)), cancel_fd_(cancel_fd) {}

    Result<void> wait_for(short events, Time deadline) const;
    Result<void> send_bytes(std::string_view bytes, Time deadline) const;
    Result<std::string> receive_bytes(Time deadline) const;

    FileDescriptor socket_;
    int cancel_fd_;
    std::unique_ptr<TlsSession> tls_;
    std::string early_;  ///< what came in one piece with the end of the handshake
    bool heard_ = false;
};

}  // namespace mmm::net
