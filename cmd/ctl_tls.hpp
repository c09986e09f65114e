#pragma once

#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "core/config/config.hpp"
#include "net/link/tls.hpp"

namespace mmm {

/// What a conversation with the monitor is encrypted with; nothing for socket type plain. `config_path`: where `socket`
/// was read. Errors: there is no certificate that this user could show, with the remedy.
Result<std::shared_ptr<const net::TlsContext>> control_tls(const config::Socket& socket,
                                                           const std::string& config_path);

}  // namespace mmm
