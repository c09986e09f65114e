#include "net/host/service_manager.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "net/host/file_descriptor.hpp"
#include "net/host/secret_file.hpp"

namespace mmm::net {

namespace {

constexpr std::size_t kMostStatusBytes = 512;

std::string environment(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
}

std::optional<std::uint64_t> number(const std::string& text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

}  // namespace

ServiceManager ServiceManager::from_environment() {
    ServiceManager manager;
    manager.socket_path_ = environment("NOTIFY_SOCKET");
    const auto tolerated_us = number(environment("WATCHDOG_USEC"));
    const std::string pid = environment("WATCHDOG_PID");
    // WATCHDOG_PID names whom it is meant for: not a child that inherited the environment.
    const bool for_us = pid.empty() || number(pid) == static_cast<std::uint64_t>(::getpid());
    if (for_us && tolerated_us && *tolerated_us > 0 && *tolerated_us < UINT64_MAX / 2) {
        const auto tolerated = std::chrono::microseconds(static_cast<std::int64_t>(*tolerated_us));
        manager.watchdog_interval_ = std::max(Duration(1), std::chrono::duration_cast<Duration>(tolerated / 2));
    }
    return manager;
}

void ServiceManager::ready() const {
    send("READY=1");
}

void ServiceManager::status(std::string_view text) const {
    // A line break would begin another assignment.
    std::string line = "STATUS=" + std::string(text.substr(0, kMostStatusBytes));
    std::replace_if(
        line.begin(), line.end(), [](char byte) { return static_cast<unsigned char>(byte) < ' '; }, ' ');
    send(line);
}

void ServiceManager::stopping() const {
    send("STOPPING=1");
}

void ServiceManager::watchdog() const {
    send("WATCHDOG=1");
}

void ServiceManager::send(std::string_view message) const {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket_path_.empty() || socket_path_.size() >= sizeof address.sun_path) return;
    std::memcpy(address.sun_path, socket_path_.data(), socket_path_.size());
    if (address.sun_path[0] == '@') address.sun_path[0] = '\0';  // an abstract socket: no file
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_path_.size());
    if (socket)
        ::sendto(socket.get(), message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL,
                 reinterpret_cast<const sockaddr*>(&address), size);
}

Result<std::string> read_credential(const std::string& name) {
    if (name.empty() || name.find('/') != std::string::npos || name == "." || name == "..")
        return fail(Code::invalid, fmt::format("'{}' is not the name of a credential", name));
    const std::string folder = environment("CREDENTIALS_DIRECTORY");
    const std::string remedy = fmt::format("add 'LoadCredential={}:/etc/mmm/{}' to [Service] of the unit", name, name);
    if (folder.empty())
        return fail(Code::not_found,
                    fmt::format("no credential '{}': the service manager passed no credentials; {}", name, remedy));
    auto secret = read_secret(folder + "/" + name);
    if (!secret && secret.error().code == Code::not_found)
        return fail(Code::not_found, fmt::format("the service manager passed no credential '{}'; {}", name, remedy));
    return secret;
}

}  // namespace mmm::net
