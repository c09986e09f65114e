#include "cmd/daemon_log.hpp"

#include <fcntl.h>
#include <fmt/format.h>

#include <cerrno>
#include <filesystem>

#include "net/host/file_descriptor.hpp"
#include "net/host/syslog.hpp"
#include "net/host/system_error.hpp"

namespace mmm {
namespace {

/// Where the original programs log to.
constexpr const char* kFolder = "/var/log/mysql-mmm";

}  // namespace

std::string log_file_path(const std::string& name) {
    return fmt::format("{}/{}.log", kFolder, name);
}

Result<net::LogOptions> open_background_log(const std::string& name) {
    net::LogOptions options;
    auto syslog = net::Syslog::open(name);
    if (syslog) {
        options.syslog = std::make_shared<net::Syslog>(std::move(*syslog));
        return options;
    }
    const std::string path = log_file_path(name);
    std::error_code failed;
    std::filesystem::create_directories(kFolder, failed);
    net::FileDescriptor file(
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0640));
    if (!file) {
        const int number = errno;
        return fail(net::code_of_errno(number),
                    fmt::format("the log would be lost: {}, and cannot write {}: {}; start a system log, or run in the "
                                "foreground",
                                syslog.error().message, path, net::errno_text(number)));
    }
    options.descriptor = file.release();  // for as long as the process lives
    return options;
}

}  // namespace mmm
