#pragma once

#include <string>

#include "net/link/local_server.hpp"

namespace mmm {

/// The group whose members may command by the unix socket.
inline constexpr const char* kOperators = "mmm";

/// Who is at the other end of a unix socket, for what is recorded: `user anna (uid 1000), process 4711`.
std::string describe(const net::LocalPeer& peer);

/// May it command: root, the user that we run as, or somebody of the group `mmm`?
bool may_command(const net::LocalPeer& peer);

}  // namespace mmm
