#pragma once

#include <sys/types.h>

#include <string>

namespace mmm::net {

/// Who process `pid` is, for the message of one that can't share something with it: what it wrote into the lock file
/// that it holds ("pid 1234 (mmm monitor @shop), cluster 'shop', ..."), or else as describe_process().
std::string describe_holder(pid_t pid);

}  // namespace mmm::net
