#pragma once

#include <string>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "net/mysql/wake.hpp"

namespace mmm::net::mysql {

/// Says whether a server takes connections on the unix socket `path`, by opening and closing one.
///
/// Connector/C calls connect() again without a pause while the listen queue is full, as that of a frozen server is:
/// it would spin for ever. Errors: as of connect(); Code::timeout, Code::cancelled while the queue is full.
Result<void> probe_unix_socket(const std::string& path, Time deadline, const Canceller& canceller);

}  // namespace mmm::net::mysql
