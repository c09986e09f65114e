#include "cmd/service_user.hpp"

#include <fmt/format.h>
#include <linux/capability.h>
#include <pwd.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <set>

#include "cmd/audit.hpp"
#include "cmd/control_port.hpp"
#include "cmd/lease_files.hpp"
#include "cmd/monitor_journal.hpp"
#include "core/config/security_files.hpp"
#include "net/host/hand_over.hpp"
#include "net/host/lock_file.hpp"

namespace mmm {
namespace {

constexpr net::Capabilities kForStarting =
    net::capability(CAP_NET_BIND_SERVICE) | net::capability(CAP_DAC_READ_SEARCH) | net::capability(CAP_SYS_PTRACE);

const net::ServiceUser kRoot{"root", 0, 0, {0}};

std::string useradd(const std::string& name) {
    return "useradd --system --user-group --home-dir /var/lib/mmm --no-create-home --shell /usr/sbin/nologin " + name;
}

/// Which user root is to become.
Result<net::ServiceUser> choose_user(const ServiceRights& rights, net::Logger& log) {
    const std::string name = rights.user.empty() ? kServiceUser : rights.user;
    if (name == kRoot.name) return kRoot;
    if (rights.user.empty() && !net::may_change_user()) {
        log.warning("started as root without CAP_SETUID and CAP_SETGID it can become nobody else, and stays root",
                    {{"user", name}, {"remedy", "start it as that user, or with --user root"}});
        return kRoot;
    }
    auto user = net::find_service_user(name);
    if (user || user.error().code != Code::not_found) return user;
    if (!rights.user.empty()) return fail(Code::not_found, user.error().message + "; run: " + useradd(name));
    log.warning(
        "started as root, and there is no user to become; it stays root, with none of root's capabilities "
        "but its own",
        {{"user", name}, {"remedy", useradd(name)}});
    return kRoot;
}

std::string folder_of(const std::string& path) {
    const auto folder = std::filesystem::path(path).parent_path().string();
    return folder.empty() ? "." : folder;
}

Result<void> hand_over(const DaemonFiles& files, const net::ServiceUser& user) {
    const auto usual = net::find_service_user(kServiceUser);
    const uid_t former = usual ? usual->uid : 0;
    for (const auto* group : {&files.written, &files.wished}) {
        for (const auto& path : *group) {
            if (auto given = net::hand_over_folder_of(path, user, former); !given) return given;
            for (const char* suffix : {"", ".new", ".1", net::kLockSuffix}) {
                if (auto given = net::hand_over_file(path + suffix, user, former); !given) return given;
            }
        }
    }
    if (files.pid.empty()) return {};
    if (auto given = net::hand_over_folder_of(files.pid, user, former); !given) return given;
    return net::hand_over_file(files.pid, user, former);
}

/// The first folder of the daemon's files that the user can't write to; empty: none.
Result<std::string> closed_folder(const DaemonFiles& files, const net::ServiceUser& user) {
    std::vector<std::string> folders;
    for (const auto& path : files.written) folders.push_back(folder_of(path));
    const auto closed = net::unusable(user, folders, W_OK | X_OK);
    if (!closed) return tl::make_unexpected(closed.error());
    return closed->empty() ? std::string() : closed->front();
}

/// Gives the files to the user. Where that isn't enough, MMM 2.2 would have gone on as root.
Result<net::ServiceUser> settle_files(const ServiceRights& rights, net::ServiceUser user, net::Logger& log) {
    if (auto given = hand_over(rights.files, user); !given) return tl::make_unexpected(given.error());
    const auto closed = closed_folder(rights.files, user);
    if (!closed) return tl::make_unexpected(closed.error());
    if (closed->empty()) return user;
    const std::string what =
        fmt::format("user {} can't write to {}, where files of this daemon are", user.name, *closed);
    const std::string remedy =
        user.uid == 0 ? fmt::format("run: chown root {}", *closed)
                      : fmt::format("name files below /var/lib/mmm in the configuration, or run: chown {} {}",
                                    user.name, *closed);
    if (!rights.original || user.uid == 0) return fail(Code::permission, what + "; " + remedy);
    log.warning("it stays root, with none of root's capabilities but its own", {{"reason", what}, {"remedy", remedy}});
    if (auto given = hand_over(rights.files, kRoot); !given) return tl::make_unexpected(given.error());
    return kRoot;
}

/// What keeps the user from reading `path`: a folder above it, or the file itself; with the command that mends it.
Result<std::string> remedy_for(const std::string& path, const net::ServiceUser& user) {
    std::filesystem::path above;
    for (const auto& part : std::filesystem::path(folder_of(path))) {
        above /= part;
        const auto closed = net::unusable(user, {above.string()}, X_OK);
        if (!closed) return tl::make_unexpected(closed.error());
        if (!closed->empty()) return fmt::format("chgrp {0} {1} && chmod g+x {1}", user.name, above.string());
    }
    return fmt::format("chgrp {0} {1} && chmod 640 {1}", user.name, path);
}

Result<void> warn_of_unreadable(const DaemonFiles& files, const net::ServiceUser& user, net::Logger& log) {
    const auto unreadable = net::unusable(user, files.read_again, R_OK);
    if (!unreadable) return tl::make_unexpected(unreadable.error());
    for (const auto& path : *unreadable) {
        const auto remedy = remedy_for(path, user);
        if (!remedy) return tl::make_unexpected(remedy.error());
        log.warning("root could read this file; the user that the daemon becomes can't, so that a reload will fail",
                    {{"file", path}, {"user", user.name}, {"remedy", *remedy}});
    }
    return {};
}

Result<void> refuse_other_user(const std::string& name) {
    if (name.empty()) return {};
    const auto user = net::find_service_user(name);
    if (user && user->uid == ::geteuid()) return {};
    return fail(Code::permission, fmt::format("only root may become user {}; start as root, or as that user without "
                                              "--user",
                                              name));
}

std::string own_name() {
    const passwd* entry = ::getpwuid(::geteuid());
    return entry == nullptr ? fmt::format("{}", ::geteuid()) : entry->pw_name;
}

std::vector<std::string> files_of_security(const config::Security& security) {
    std::vector<std::string> out;
    for (const auto& file : config::kSecurityFiles) {
        if (const std::string& path = security.*file.path; !path.empty()) out.push_back(path);
    }
    return out;
}

}  // namespace

net::Capabilities rights_of_monitor() {
    return net::capability(CAP_NET_RAW);
}

net::Capabilities rights_of_agent() {
    return net::capability(CAP_NET_ADMIN) | net::capability(CAP_NET_RAW);
}

DaemonFiles files_of_monitor(const config::Config& config) {
    return {{config.monitor.status_path, record_path(config.monitor), journal_path(config.monitor)},
            {audit_path(config.monitor), control_socket_path(config)},
            files_of_security(config.security),
            {}};
}

DaemonFiles files_of_agent(const config::Config& config, const HostName& self) {
    const config::Host& host = *config.host(self);
    config::Security security = config.security;
    security.read_key_file.clear();  // the monitor's
    return {{record_path(config, host), note_path(config, host)}, {}, files_of_security(security), {}};
}

Result<void> become_service_user(const ServiceRights& rights, net::Logger& log) {
    if (::geteuid() != 0) return refuse_other_user(rights.user);
    auto user = choose_user(rights, log);
    if (user) user = settle_files(rights, std::move(*user), log);
    if (!user) return tl::make_unexpected(user.error());
    if (auto warned = warn_of_unreadable(rights.files, *user, log); !warned) return warned;
    return net::become(*user, rights.needed | kForStarting);
}

Result<void> give_up_rights(const ServiceRights& rights, net::Logger& log) {
    net::Capabilities needed = rights.needed;
    if ((needed & net::capability(CAP_NET_ADMIN)) == 0 && net::may_ping_unprivileged())
        needed &= ~net::capability(CAP_NET_RAW);
    const auto kept = net::keep_only(needed);
    if (!kept) return tl::make_unexpected(kept.error());
    log.info("rights", {{"user", own_name()}, {"capabilities", net::capabilities_text(*kept)}});
    return {};
}

}  // namespace mmm
