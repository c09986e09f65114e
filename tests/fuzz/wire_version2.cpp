// Lines and datagrams of version 2 from whoever: whatever is understood is written and understood again.

#include "core/proto/frame.hpp"
#include "core/proto/greeting.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/lease_codec.hpp"
#include "core/proto/order_codec.hpp"
#include "core/proto/read_losses.hpp"
#include "core/proto/status_codec.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using namespace mmm::proto;
using fuzz::require;

namespace {

/// `encode` may cut what is too long for the wire, so the second round is the one that changes nothing.
template <class Decode, class Encode>
void check(const Message& message, Decode decode_it, Encode encode_it) {
    const auto value = decode_it(message);
    if (!value) return;
    const std::string line = encode_it(*value);
    if (line.size() >= kMaxLine) return;  // never of a configuration's names
    require(check_line(line).has_value(), "what is written is a line");
    const auto read = decode(line);
    require(read.has_value(), "what is written is a message");
    const auto again = decode_it(*read);
    require(again.has_value(), "what was understood is understood again");
    if (line.size() < kMaxLine / 4) require(encode_it(*again) == line, "what was understood means the same again");
}

void check_message(const Message& message) {
    const HostName& host = message.host;
    require(decode(encode(message)) == message, "a message survives being sent on");
    check(message, decode_hello, encode_hello);
    check(message, decode_welcome, encode_welcome);
    check(message, decode_refused, encode_refused);
    check(message, decode_ping, encode_ping);
    check(message, decode_pong, encode_pong);
    check(message, decode_order, [&](const Order& order) { return encode_order(host, order); });
    check(message, decode_status, [&](const AgentStatus& status) { return encode_status(host, status); });
    check(message, decode_losses, [&](const ReadLosses& losses) { return encode_losses(host, losses); });
    check(message, decode_lease, [&](const lease::Message& lease) { return encode_lease(host, lease); });
    if (const auto order = decode_order(message))
        require(decode_order(*decode(encode_order(host, *order))) == *order, "an order stays what it was");
    if (const auto lease = decode_lease(message))
        require(decode_lease(lease_line(host, *lease)) == *lease, "a lease message stays what it was");
}

void check_datagram(std::string_view text) {
    if (const auto alive = decode_alive(text)) {
        if (const auto again = encode_alive(*alive)) {
            require(again->size() <= kMaxDatagram, "a datagram fits");
            require(decode_alive(*again) == *alive, "a sign of life survives being sent on");
        }
    }
    const auto datagram = decode_lease_datagram(text);
    if (!datagram) return;
    const auto parts = encode_lease_datagrams(*datagram);
    if (!parts) return;
    for (const auto& part : *parts) {
        require(part.size() <= kMaxLeaseText, "a datagram about leases fits");
        const auto again = decode_lease_datagram(part);
        require(again.has_value(), "a datagram about leases is understood again");
        if (parts->size() == 1) require(*again == *datagram, "a datagram about leases stays what it was");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    check_datagram(text);
    if (!check_line(text)) return 0;  // such a line ends the connection
    if (const auto message = decode(text)) check_message(*message);
    return 0;
}
