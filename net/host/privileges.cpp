#include "net/host/privileges.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/securebits.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "core/base/check.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {
namespace {

struct Sets {
    Capabilities effective = 0;
    Capabilities permitted = 0;
};

__user_cap_header_struct header() {
    return {_LINUX_CAPABILITY_VERSION_3, 0};
}

Sets current_sets() {
    auto head = header();
    std::array<__user_cap_data_struct, 2> data{};
    MMM_CHECK(::syscall(SYS_capget, &head, data.data()) == 0);
    const auto joined = [](std::uint32_t low, std::uint32_t high) { return Capabilities{high} << 32U | low; };
    return {joined(data[0].effective, data[1].effective), joined(data[0].permitted, data[1].permitted)};
}

/// What is inheritable is none of ours.
Result<void> set_sets(const Sets& sets) {
    auto head = header();
    std::array<__user_cap_data_struct, 2> data{};
    for (unsigned half = 0; half < 2; ++half) {
        data.at(half).effective = static_cast<std::uint32_t>(sets.effective >> (32 * half));
        data.at(half).permitted = static_cast<std::uint32_t>(sets.permitted >> (32 * half));
    }
    if (::syscall(SYS_capset, &head, data.data()) != 0) return fail_with_errno("cannot give capabilities up", errno);
    return {};
}

Result<void> control(int option, unsigned long first, unsigned long second, const char* what) {
    if (::prctl(option, first, second, 0UL, 0UL) != 0)
        return fail_with_errno(fmt::format("cannot give rights up ({})", what), errno);
    return {};
}

tl::unexpected<Error> refused(const ServiceUser& user, int number) {
    return fail(code_of_errno(number),
                fmt::format("cannot become user {}: {}; start as that user, or stay root with --user root", user.name,
                            errno_text(number)),
                number);
}

/// For a moment this process has the rights of a user, and its own at the end again.
class Disguise {
  public:
    explicit Disguise(const ServiceUser& user) : sets_(current_sets()) {
        const int size = ::getgroups(0, nullptr);
        groups_.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
        MMM_CHECK(::getgroups(size, groups_.data()) == size);
        const bool done = user.uid == 0 || (::setgroups(user.groups.size(), user.groups.data()) == 0 &&
                                            ::setegid(user.gid) == 0 && ::seteuid(user.uid) == 0);
        error_ = done ? 0 : errno;
        // Root's capabilities don't go with its name.
        if (done) MMM_CHECK(set_sets({0, sets_.permitted}).has_value());
    }
    ~Disguise() {
        MMM_CHECK(::seteuid(0) == 0 && ::setegid(::getgid()) == 0);
        MMM_CHECK(set_sets(sets_).has_value());
        // Where we were refused, or stayed root, they are as they were.
        static_cast<void>(::setgroups(groups_.size(), groups_.data()));
    }
    Disguise(const Disguise&) = delete;
    Disguise& operator=(const Disguise&) = delete;

    /// The errno of a kernel that refused; 0.
    [[nodiscard]] int error() const { return error_; }

  private:
    Sets sets_;
    std::vector<gid_t> groups_;
    int error_ = 0;
};

/// Only who has CAP_SETPCAP may shrink these; no_new_privs does for the others.
Result<void> lock_the_door() {
    for (unsigned long number = 0; number < 64; ++number) {
        if (::prctl(PR_CAPBSET_READ, number, 0UL, 0UL, 0UL) != 1) continue;
        if (auto gone = control(PR_CAPBSET_DROP, number, 0, "bounding set"); !gone) return gone;
    }
    constexpr unsigned long kBits = SECBIT_NOROOT | SECBIT_NOROOT_LOCKED | SECBIT_KEEP_CAPS_LOCKED |
                                    SECBIT_NO_CAP_AMBIENT_RAISE | SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED;
    return control(PR_SET_SECUREBITS, kBits, 0, "securebits");
}

}  // namespace

Result<ServiceUser> find_service_user(const std::string& name) {
    std::vector<char> buffer(std::size_t{64} * 1024);
    passwd entry{};
    passwd* found = nullptr;
    const int number = ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
    if (number != 0) return fail_with_errno("cannot look user " + name + " up", number);
    if (found == nullptr) return fail(Code::not_found, "there is no user " + name);
    ServiceUser user{name, entry.pw_uid, entry.pw_gid, {}};
    int count = 1024;
    user.groups.resize(static_cast<std::size_t>(count));
    if (::getgrouplist(name.c_str(), user.gid, user.groups.data(), &count) < 0)
        return fail(Code::io, fmt::format("user {} has {} groups, which is too many", name, count));
    user.groups.resize(static_cast<std::size_t>(count));
    return user;
}

std::string capabilities_text(Capabilities set) {
    std::string text;
    for (int number = 0; number < 64; ++number) {
        if ((set & capability(number)) == 0) continue;
        if (!text.empty()) text += ' ';
        if (number == CAP_NET_ADMIN) {
            text += "CAP_NET_ADMIN";
        } else if (number == CAP_NET_RAW) {
            text += "CAP_NET_RAW";
        } else {
            text += fmt::format("{}", number);
        }
    }
    return text.empty() ? "none" : text;
}

bool may_change_user() {
    constexpr Capabilities kBoth = capability(CAP_SETUID) | capability(CAP_SETGID);
    return (current_sets().effective & kBoth) == kBoth;
}

void forbid_core_dumps() {
    const rlimit none{0, 0};
    static_cast<void>(::setrlimit(RLIMIT_CORE, &none));
    // This is what counts: a pattern that pipes dumps to a program has no regard for the limit.
    MMM_CHECK(::prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL) == 0);
}

Result<std::vector<std::string>> unusable(const ServiceUser& user, const std::vector<std::string>& paths, int mode) {
    std::vector<std::string> found;
    const Disguise disguise(user);
    if (disguise.error() != 0) return refused(user, disguise.error());
    for (const auto& path : paths) {
        if (::faccessat(AT_FDCWD, path.c_str(), mode, AT_EACCESS) != 0) found.push_back(path);
    }
    return found;
}

Result<void> become(const ServiceUser& user, Capabilities kept) {
    // Without this the kernel takes all capabilities with root's name.
    if (auto keeps = control(PR_SET_KEEPCAPS, 1, 0, "keepcaps"); !keeps) return keeps;
    const bool needs_groups = user.uid != 0 || may_change_user();
    const bool done = (!needs_groups || ::setgroups(user.groups.size(), user.groups.data()) == 0) &&
                      ::setresgid(user.gid, user.gid, user.gid) == 0 && ::setresuid(user.uid, user.uid, user.uid) == 0;
    if (!done) return refused(user, errno);
    const Capabilities left = current_sets().permitted & (kept | capability(CAP_SETPCAP));
    if (auto set = set_sets({left, left}); !set) return set;
    if (user.uid != 0 && ::setuid(0) == 0)
        return fail(Code::io, "root's rights could be had again after giving them up");
    forbid_core_dumps();  // a change of user may undo it
    return control(PR_SET_KEEPCAPS, 0, 0, "keepcaps");
}

Result<Capabilities> keep_only(Capabilities kept) {
    const Sets now = current_sets();
    if ((now.effective & capability(CAP_SETPCAP)) != 0) {
        if (auto locked = lock_the_door(); !locked) return tl::make_unexpected(locked.error());
    }
    if (auto cleared = control(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, "ambient set"); !cleared)
        return tl::make_unexpected(cleared.error());
    const Capabilities left = now.permitted & kept;
    if (auto set = set_sets({left, left}); !set) return tl::make_unexpected(set.error());
    if (auto set = control(PR_SET_NO_NEW_PRIVS, 1, 0, "no_new_privs"); !set) return tl::make_unexpected(set.error());
    forbid_core_dumps();
    return current_sets().permitted;
}

bool may_ping_unprivileged() {
    const FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_ICMP));
    return static_cast<bool>(socket);
}

}  // namespace mmm::net
