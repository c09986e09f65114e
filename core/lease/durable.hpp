#pragma once

#include "core/lease/message.hpp"
#include "core/lease/record.hpp"

namespace mmm::lease {

/// Is everything that the message rests on in `saved`, the record as it is on the disk? Only then may it leave. What
/// rests on nothing (a refusal) always may; and a full disk, on which nothing new can be promised, doesn't keep a
/// holder from renewing what it has.
bool is_durable(const Record& saved, const Message& message);

}  // namespace mmm::lease
