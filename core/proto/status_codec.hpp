#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/proto/message.hpp"
#include "core/proto/status.hpp"

namespace mmm::proto {

inline constexpr std::string_view kStatus = "STATUS";

/// `problem` is for people and may contain a server's message: more than this many bytes aren't sent.
inline constexpr std::size_t kMaxProblem = 1024;
/// The same for texts that name sessions.
inline constexpr std::size_t kMaxSessions = 512;
/// A longer GTID position (bytes as escaped for the wire) isn't sent, but left empty: half of one would be wrong.
inline constexpr std::size_t kMaxPosition = 32 * 1024;
/// The same for a history; then it is unknown.
inline constexpr std::size_t kMaxHistory = 16 * 1024;

/// The words of the wire, of `show` and of logs.
std::string_view word(Server server);
std::string_view word(WriterPhase phase);

/// The line by which the agent of `host` tells what it observes.
std::string encode_status(const HostName& host, const AgentStatus& status);

/// Errors: Code::invalid, naming the key that is missing, double or wrong. Unknown keys are skipped.
Result<AgentStatus> decode_status(const Message& message);

}  // namespace mmm::proto
