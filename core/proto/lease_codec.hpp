#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/lease/message.hpp"
#include "core/model/host.hpp"
#include "core/proto/heartbeat.hpp"
#include "core/proto/message.hpp"

namespace mmm::proto {

// HOST of these lines: over the monitor's link always the agent's name, in datagrams who sends, `monitor` for the
// monitor. It is the only place that names the voter of PROMISED and SUPPORT, the holder of RENEW and the target of
// GRANT, so whoever checked where a line came from has checked whose vote it is.

inline constexpr std::string_view kPromise = "PROMISE";
inline constexpr std::string_view kPromised = "PROMISED";
inline constexpr std::string_view kRenew = "RENEW";
inline constexpr std::string_view kSupport = "SUPPORT";
inline constexpr std::string_view kGrant = "GRANT";

/// True for a message of one of these types.
bool is_lease(const Message& message);

/// The message as fields. Precondition: `host` is whom the message speaks of, see above.
Message lease_line(const HostName& host, const lease::Message& message);

/// The line for the monitor's link to the agent of `host`, from either side. Precondition: as above.
std::string encode_lease(const HostName& host, const lease::Message& message);

/// Slots and names that no configuration can have are refused. Whether these exist here is for the caller to look up,
/// or a stranger fills the record with slots. Errors: Code::invalid, naming the key. Unknown keys are skipped.
Result<lease::Message> decode_lease(const Message& message);

/// A message between agents, or agent and monitor, by datagram. Grants never travel so.
struct LeaseDatagram {
    HostName sender;
    std::string cluster;
    lease::Message message;

    bool operator==(const LeaseDatagram&) const = default;
};

/// A lease datagram's text is at most so long: what is sealed has to fit kMaxDatagram.
inline constexpr std::size_t kMaxLeaseText = kMaxDatagram - 80;

/// The datagrams' texts, each a whole message: the slots of a renewal or a support that are too many for one are spread
/// over several, all of the same round. A dozen slots fit into one. Errors: Code::invalid for a grant, and for names
/// too long for any datagram.
Result<std::vector<std::string>> encode_lease_datagrams(const LeaseDatagram& datagram);

/// Reads a whole datagram. Errors: Code::invalid, Code::unsupported.
Result<LeaseDatagram> decode_lease_datagram(std::string_view text);

}  // namespace mmm::proto
