#include "cmd/local_rights.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <optional>

namespace mmm {
namespace {

/// What the system's databases need for one entry; a group may have many members.
constexpr std::size_t kEntryBytes = std::size_t{64} * 1024;

std::optional<gid_t> operators() {
    std::string buffer(kEntryBytes, '\0');
    group entry{};
    group* found = nullptr;
    if (::getgrnam_r(kOperators, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr)
        return std::nullopt;
    return entry.gr_gid;
}

std::string user_name(std::uint32_t user) {
    std::string buffer(kEntryBytes, '\0');
    passwd entry{};
    passwd* found = nullptr;
    if (::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) return "";
    return entry.pw_name;
}

}  // namespace

std::string describe(const net::LocalPeer& peer) {
    const std::string name = user_name(peer.user);
    return fmt::format("user {}(uid {}), process {}", name.empty() ? "" : name + " ", peer.user, peer.process);
}

bool may_command(const net::LocalPeer& peer) {
    if (peer.user == 0 || peer.user == ::geteuid()) return true;
    const auto group = operators();
    return group && peer.in_group(*group);
}

}  // namespace mmm
