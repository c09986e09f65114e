#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "core/model/host.hpp"

namespace mmm::proto {

/// One line between monitor and agent, version 2: `TYPE|2|HOST|key=value|key=value...`. HOST is always the agent's
/// name, whoever sends. Keys may repeat (one slot each, say); readers skip keys they don't know.
struct Message {
    std::string type;  ///< capital letters and `_`
    HostName host;
    std::vector<std::pair<std::string, std::string>> fields;  ///< keys: a-z, 0-9, `_`; values: any bytes

    bool operator==(const Message&) const = default;
};

inline constexpr unsigned kProtocolVersion = 2;
/// The most fields a message may have.
inline constexpr std::size_t kMaxFields = 1000;

/// The line for `message`, without terminator. Precondition: type and keys consist of the letters above.
std::string encode(const Message& message);

/// Reads one line. Errors: Code::invalid with what is wrong, Code::unsupported for another version.
Result<Message> decode(std::string_view line);

}  // namespace mmm::proto
