#include "net/host/announce.hpp"

#include <fmt/format.h>

#include "net/host/neighbour_packets.hpp"
#include "net/host/packet_socket.hpp"

namespace mmm::net {

Result<Announcer> Announcer::open() {
    auto socket = open_packet_socket();
    if (!socket) return tl::make_unexpected(socket.error());
    return Announcer(std::move(*socket));
}

Result<void> Announcer::announce(const Address& ip, const Interface& interface) const {
    if (!interface.ethernet) return {};
    for (const auto& packet : announcements(ip, interface.mac)) {
        const auto sent = send_packet(socket_, interface, packet);
        if (!sent)
            return fail(sent.error().code,
                        fmt::format("cannot announce {} on {}: {}", ip.text(), interface.name, sent.error().message),
                        sent.error().detail);
    }
    return {};
}

}  // namespace mmm::net
