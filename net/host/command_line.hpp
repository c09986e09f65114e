#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>

namespace mmm::net {

/// `text` with everything that a terminal might act on, and all that isn't ASCII, replaced by '?'.
std::string printable(std::string_view text);

/// "pid 1234 (mmm agent --config /etc/mmm/mmm.toml)"; a long command line is cut, one that can't be read left out.
std::string describe_process(pid_t pid);

}  // namespace mmm::net
