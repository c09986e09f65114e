#pragma once

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/host/neighbour_packets.hpp"

namespace mmm::net {

/// A packet socket that can send on every interface and receives nothing. Errors: Code::permission, Code::io.
Result<FileDescriptor> open_packet_socket();

/// Makes it receive the answers to probe(`ip`) that arrive on `interface`, and nothing else (a filter in the kernel).
Result<void> receive_claims(const FileDescriptor& socket, const Address& ip, const Interface& interface);

/// Sends one packet, without blocking. Errors: the errno's kind and bare text.
Result<void> send_packet(const FileDescriptor& socket, const Interface& interface, const LinkPacket& packet);

}  // namespace mmm::net
