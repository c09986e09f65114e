#pragma once

#include <sys/types.h>

#include <string>

#include "core/base/result.hpp"
#include "net/host/privileges.hpp"

namespace mmm::net {

/// Makes the folder of a daemon's file `user`'s, so that files can be made and renamed in it: one that isn't there yet,
/// and one below /run or /var that is called mmm or mysql-mmm and is root's or `former`'s. Others stay as they are.
/// Errors: it can't be made or given away.
Result<void> hand_over_folder_of(const std::string& path, const ServiceUser& user, uid_t former);

/// Gives `user` the file at `path`, if it is there: a regular file with no other name, of root or `former`. Others stay
/// as they are. Errors: it can't be given away.
Result<void> hand_over_file(const std::string& path, const ServiceUser& user, uid_t former);

}  // namespace mmm::net
