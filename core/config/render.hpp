#pragma once

#include <string>

#include "core/config/config.hpp"

namespace mmm::config {

enum class Secrets { hidden, shown };

/// The configuration in force as TOML, every key with its value, defaults filled in. Reading it gives an equal Config,
/// provided that secrets are shown: hidden passwords read "***".
std::string render(const Config& config, Secrets secrets);

}  // namespace mmm::config
