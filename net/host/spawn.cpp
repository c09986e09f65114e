#include "net/host/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

/// The null-terminated array of pointers that exec wants; valid as long as `strings`.
std::vector<char*> pointers_to(const std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    for (const auto& text : strings) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

/// What happens in the child between fork and exec.
class ChildSetup {
  public:
    explicit ChildSetup(int output) {
        posix_spawn_file_actions_init(&actions_);
        posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_adddup2(&actions_, output, STDOUT_FILENO);
        posix_spawn_file_actions_adddup2(&actions_, output, STDERR_FILENO);
        posix_spawn_file_actions_addclosefrom_np(&actions_, STDERR_FILENO + 1);
        posix_spawn_file_actions_addchdir_np(&actions_, "/");
        posix_spawnattr_init(&attributes_);
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        // A session brings a process group with it, and leaves our terminal.
        posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
    }
    ~ChildSetup() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    ChildSetup(const ChildSetup&) = delete;
    ChildSetup& operator=(const ChildSetup&) = delete;

    [[nodiscard]] const posix_spawn_file_actions_t* actions() const { return &actions_; }
    [[nodiscard]] const posix_spawnattr_t* attributes() const { return &attributes_; }

  private:
    posix_spawn_file_actions_t actions_{};
    posix_spawnattr_t attributes_{};
};

}  // namespace

Result<Spawned> spawn(const std::vector<std::string>& arguments, const std::vector<std::string>& environment) {
    if (arguments.empty() || !arguments[0].starts_with('/'))
        return fail(Code::invalid, fmt::format("a program is named by its absolute path, not by '{}'",
                                               arguments.empty() ? "" : arguments[0]));
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail_with_errno("cannot make a pipe for " + arguments[0], errno);
    Spawned spawned{0, FileDescriptor(ends[0])};
    const FileDescriptor child_end(ends[1]);
    ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
    const ChildSetup setup(child_end.get());
    const int number = ::posix_spawn(&spawned.pid, arguments[0].c_str(), setup.actions(), setup.attributes(),
                                     pointers_to(arguments).data(), pointers_to(environment).data());
    if (number != 0) return fail_with_errno("cannot run " + arguments[0], number);
    return spawned;
}

}  // namespace mmm::net
