// Who gets a connection, and who has to leave for it: the part of LineServer that holds strangers at bay.
#include <algorithm>
#include <array>

#include "net/host/boot_clock.hpp"
#include "net/link/line_server_impl.hpp"

namespace mmm::net {
namespace {

/// In which max_handshakes are counted.
constexpr Duration kHandshakeWindow{1000};
constexpr std::size_t kNetworkBytesV6 = 8;

}  // namespace

Address counted_as(const Address& stranger) {
    if (stranger.is_v4()) return stranger;
    std::array<std::uint8_t, 16> network{};
    std::copy_n(stranger.bytes().begin(), kNetworkBytesV6, network.begin());
    return Address::v6(network);
}

bool LineServer::Impl::is_trusted(const Address& peer) const {
    return options_.trusted.contains(peer) || greeted_last_ == peer;
}

bool LineServer::Impl::may_shake_hands(const Address& peer, bool trusted) {
    if (!options_.tls || trusted) return true;
    const Time now = boot_now();
    if (now - handshakes_since_ >= kHandshakeWindow) {
        handshakes_since_ = now;
        handshakes_.clear();
        all_handshakes_ = 0;
    }
    // Half for one address, so that a single one can't keep all others out.
    std::size_t& of_place = handshakes_[counted_as(peer)];
    if (all_handshakes_ < options_.max_handshakes && of_place < (options_.max_handshakes + 1) / 2) {
        ++all_handshakes_;
        ++of_place;
        return true;
    }
    limit("handshakes", "limit of TLS handshakes with other than the configured hosts reached (" +
                            std::to_string(options_.max_handshakes) +
                            " a second, half of them with one address); the "
                            "last came from " +
                            peer.text());
    return false;
}

bool LineServer::Impl::make_room(const Address& peer, bool trusted) {
    const Address place = trusted ? peer : counted_as(peer);
    std::size_t strangers = 0;
    std::size_t same_place = 0;
    Connection* silent_stranger = nullptr;
    Connection* silent_same = nullptr;
    Connection* ungreeted_same = nullptr;
    for (auto& [id, connection] : connections_) {
        if (connection.stream->ended()) continue;
        const bool same = connection.place == place && connection.trusted == trusted;
        if (same) ++same_place;
        if (!connection.trusted) ++strangers;
        if (!connection.trusted && !connection.had_line && silent_stranger == nullptr) silent_stranger = &connection;
        if (same && !connection.had_line && silent_same == nullptr) silent_same = &connection;
        if (same && !connection.greeted && ungreeted_same == nullptr) ungreeted_same = &connection;
    }
    Connection* leaves = nullptr;
    if (same_place >= options_.max_per_address) {
        limit("address", "limit of " + std::to_string(options_.max_per_address) +
                             " connections from one address reached by " + peer.text());
        leaves = silent_same == nullptr && trusted ? ungreeted_same : silent_same;
    } else if (!trusted && strangers >= options_.max_strangers) {
        limit("all", "limit of " + std::to_string(options_.max_strangers) +
                         " connections from other than the configured hosts reached; the last came from " +
                         peer.text());
        leaves = silent_stranger != nullptr ? silent_stranger : greediest_stranger(same_place);
    } else {
        return true;
    }
    if (leaves != nullptr) leaves->stream->abort({Code::busy, "made room for a newer connection", 0});
    return leaves != nullptr;
}

LineServer::Impl::Connection* LineServer::Impl::greediest_stranger(std::size_t places_of_newcomer) {
    struct Greed {
        std::size_t places = 0;
        Connection* oldest = nullptr;
    };
    std::map<Address, Greed> all;
    Greed greediest;
    for (auto& [id, connection] : connections_) {
        if (connection.trusted || connection.stream->ended()) continue;
        Greed& of_place = all[connection.place];
        ++of_place.places;
        if (of_place.oldest == nullptr) of_place.oldest = &connection;
        if (of_place.places > greediest.places) greediest = of_place;
    }
    // With one place fewer it shall not have fewer than the newcomer then has.
    return greediest.places > places_of_newcomer + 1 ? greediest.oldest : nullptr;
}

}  // namespace mmm::net
