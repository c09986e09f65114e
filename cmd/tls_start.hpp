#pragma once

#include <memory>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "net/host/log.hpp"
#include "net/link/tls.hpp"

namespace mmm {

/// What a daemon's links are encrypted with; nothing for socket type plain. Logs until when our certificate is valid.
/// (What is doubtful about it is told with the configuration's other doubts.) Errors: as net::TlsContext::load().
Result<std::shared_ptr<const net::TlsContext>> start_tls(const config::Socket& socket, net::Logger& log);

}  // namespace mmm
