#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "core/proto/message.hpp"
#include "core/proto/order.hpp"

namespace mmm::proto {

inline constexpr std::string_view kOrder = "ORDER";

/// The line that tells the agent of `host` its order.
std::string encode_order(const HostName& host, const Order& order);

/// Errors: Code::invalid, naming the key that is missing, double or wrong. Unknown keys are skipped.
Result<Order> decode_order(const Message& message);

}  // namespace mmm::proto
