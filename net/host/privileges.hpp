#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace mmm::net {

/// A user that a daemon runs as, and all its groups.
struct ServiceUser {
    std::string name;
    uid_t uid = 0;
    gid_t gid = 0;
    std::vector<gid_t> groups;
};

/// Looks the user up. Errors: Code::not_found, Code::io.
Result<ServiceUser> find_service_user(const std::string& name);

/// A set of capabilities: bit N is the one with the number N of <linux/capability.h>.
using Capabilities = std::uint64_t;

constexpr Capabilities capability(int number) {
    return Capabilities{1} << static_cast<unsigned>(number);
}

/// "CAP_NET_ADMIN CAP_NET_RAW"; "none". Names the ones that daemons keep, numbers the others.
std::string capabilities_text(Capabilities set);

/// Root can become somebody else: a unit or container may have left it without the capabilities for that.
bool may_change_user();

/// No memory of this process gets into a core dump, or to a debugger of the same user: it may hold passwords and keys.
void forbid_core_dumps();

/// Those of `paths` that `user` may not use in the way of `mode` (R_OK, W_OK, X_OK). Needs root, and must be called
/// before any thread is started: the process is that user meanwhile. Errors: it can't be that user.
Result<std::vector<std::string>> unusable(const ServiceUser& user, const std::vector<std::string>& paths, int mode);

/// The first step away from root: the process becomes `user` with `kept` and what the second step needs; for root only
/// the capabilities go. Must be called before any thread is started. Errors: the kernel refuses, with the remedy.
Result<void> become(const ServiceUser& user, Capabilities kept);

/// The last step, for whoever started us: keeps those of `kept` that are there, and nothing can be got back, by exec
/// neither (bounding and ambient set, securebits, no_new_privs). What is kept is read back and returned.
/// Must be called before any thread is started. Errors: the kernel refuses.
Result<Capabilities> keep_only(Capabilities kept);

/// The kernel gives this process's group ping sockets (net.ipv4.ping_group_range), so that it needs no CAP_NET_RAW.
bool may_ping_unprivileged();

}  // namespace mmm::net
