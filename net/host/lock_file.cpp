#include "net/host/lock_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "net/host/command_line.hpp"
#include "net/host/read_file.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

tl::unexpected<Error> fail_as_held(const std::string& path, const FileDescriptor& file) {
    auto holder = read_all(file, path, kMostLockBytes);
    if (holder && !holder->empty() && holder->back() == '\n') holder->pop_back();
    const std::string who = holder && !holder->empty() ? printable(*holder) : "another process";
    return fail(Code::busy, fmt::format("{} is held by {}; stop that process first, or give this one a file of its own",
                                        path, who));
}

}  // namespace

Result<LockFile> LockFile::acquire(const std::string& path, const std::string& about) {
    const std::string lock_path = path + kLockSuffix;
    FileDescriptor file(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (!file) return fail_with_errno("cannot open " + lock_path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK) return fail_as_held(lock_path, file);
        return fail_with_errno("cannot lock " + lock_path, errno);
    }
    std::string holder = describe_process(::getpid()) + (about.empty() ? "" : ", " + about);
    holder.resize(std::min(holder.size(), kMostLockBytes - 1));
    holder += '\n';
    if (::ftruncate(file.get(), 0) != 0 || ::pwrite(file.get(), holder.data(), holder.size(), 0) < 0)
        return fail_with_errno("cannot write " + lock_path, errno);
    return LockFile(std::move(file));
}

}  // namespace mmm::net
