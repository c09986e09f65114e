#include "net/host/port_owner.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <optional>
#include <set>
#include <sstream>

#include "net/host/boot_clock.hpp"
#include "net/host/lock_holder.hpp"
#include "net/host/read_file.hpp"

namespace mmm::net {

namespace {

constexpr Duration kDeadline{500};
constexpr std::size_t kMostTableBytes = std::size_t{64} * 1024 * 1024;
constexpr std::string_view kListen = "0A";

/// The address that /proc/net/tcp writes as 32-bit words in the host's byte order, in hexadecimal.
std::optional<Address> address_from_hex(std::string_view hex) {
    std::array<std::uint8_t, 16> bytes{};
    if (hex.size() != 8 && hex.size() != 32) return std::nullopt;
    for (std::size_t i = 0; i < hex.size() / 8; ++i) {
        std::uint32_t word = 0;
        const auto part = hex.substr(i * 8, 8);
        if (std::from_chars(part.begin(), part.end(), word, 16).ec != std::errc()) return std::nullopt;
        std::memcpy(bytes.data() + i * 4, &word, 4);
    }
    return hex.size() == 8 ? Address::v4({bytes[0], bytes[1], bytes[2], bytes[3]}) : Address::v6(bytes);
}

/// The inode in a line of /proc/net/tcp, if it's a socket that listens on `port` at `address` or at all addresses.
std::optional<std::string> listener_inode(const std::string& line, const Address& address, std::uint16_t port) {
    std::istringstream fields(line);
    std::string slot, local, remote, state, queues, timer, retransmits, uid, timeout, inode;
    if (!(fields >> slot >> local >> remote >> state >> queues >> timer >> retransmits >> uid >> timeout >> inode) ||
        state != kListen)
        return std::nullopt;
    const auto colon = local.find(':');
    if (colon == std::string::npos || local.substr(colon + 1) != fmt::format("{:04X}", port)) return std::nullopt;
    const auto bound = address_from_hex(std::string_view(local).substr(0, colon));
    if (!bound || (*bound != address && !bound->is_unspecified() && !address.is_unspecified())) return std::nullopt;
    return inode;
}

/// What the /proc/PID/fd links of the listening sockets read like: "socket:[12345]".
std::set<std::string> listeners(const Address& address, std::uint16_t port, Time end) {
    std::set<std::string> links;
    for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
        const auto content = read_file(table, kMostTableBytes);
        if (!content) continue;  // no IPv6 here
        std::istringstream lines(*content);
        for (std::string line; boot_now() < end && std::getline(lines, line);)
            if (const auto inode = listener_inode(line, address, port)) links.insert("socket:[" + *inode + "]");
    }
    return links;
}

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

bool holds_one_of(const std::set<std::string>& links, const std::string& fd_path) {
    const Folder folder(::opendir(fd_path.c_str()));
    if (!folder) return false;
    while (const dirent* entry = ::readdir(folder.get())) {
        std::array<char, 64> target{};
        const auto length = ::readlinkat(::dirfd(folder.get()), entry->d_name, target.data(), target.size());
        if (length > 0 && links.contains(std::string(target.data(), static_cast<std::size_t>(length)))) return true;
    }
    return false;
}

}  // namespace

Result<std::string> port_owner(const Address& address, std::uint16_t port) {
    const Time end = boot_now() + kDeadline;
    const auto links = listeners(address, port, end);
    if (links.empty()) return fail(Code::not_found, fmt::format("nobody listens on TCP port {}", port));
    const Folder processes(::opendir("/proc"));
    while (const dirent* entry = processes ? ::readdir(processes.get()) : nullptr) {
        pid_t pid = 0;
        const char* name = entry->d_name;
        if (std::from_chars(name, name + std::strlen(name), pid).ec != std::errc() || pid <= 0) continue;
        if (boot_now() > end)
            return fail(Code::timeout,
                        fmt::format("who listens on TCP port {} was not found within {} ms", port, kDeadline.count()));
        if (holds_one_of(links, fmt::format("/proc/{}/fd", pid))) return describe_holder(pid);
    }
    return fail(Code::permission,
                fmt::format("some process listens on TCP port {}, but only root may see which: ss -ltnp 'sport = {}'",
                            port, port));
}

}  // namespace mmm::net
