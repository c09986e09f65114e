#include "net/host/syslog.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

/// LOG_DAEMON of syslog(3).
constexpr int kFacility = 3 << 3;

std::string local_time() {
    // Not strftime: months have their English names whatever the locale.
    constexpr std::array<const char*, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::time_t moment = std::time(nullptr);
    std::tm parts{};
    localtime_r(&moment, &parts);
    return fmt::format("{} {:2} {:02}:{:02}:{:02}", kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_mday,
                       parts.tm_hour, parts.tm_min, parts.tm_sec);
}

}  // namespace

std::string syslog_datagram(std::string_view line, std::string_view time, std::string_view tag, long pid) {
    int level = 6;
    if (line.size() >= 3 && line[0] == '<' && line[1] >= '0' && line[1] <= '7' && line[2] == '>') {
        level = line[1] - '0';
        line.remove_prefix(3);
    }
    if (line.ends_with('\n')) line.remove_suffix(1);
    return fmt::format("<{}>{} {}[{}]: {}", kFacility + level, time, tag, pid, line);
}

Result<Syslog> Syslog::open(std::string tag, std::string path) {
    Syslog log(std::move(tag), std::move(path));
    if (auto connected = log.connect(); !connected) return tl::make_unexpected(connected.error());
    return log;
}

Result<void> Syslog::connect() {
    const std::string what = "cannot log to " + path_;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path_.size() >= sizeof address.sun_path) return fail(Code::invalid, what + ": the path is too long");
    std::memcpy(address.sun_path, path_.data(), path_.size());
    socket_ = FileDescriptor(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (!socket_) return fail_with_errno(what, errno);
    if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        const int number = errno;
        socket_.close();
        return fail_with_errno(what, number);
    }
    return {};
}

bool Syslog::write(std::string_view line) {
    const std::string datagram = syslog_datagram(line, local_time(), tag_, ::getpid());
    // A second try on a new connection: the log may have been restarted since the last line.
    for (int tries = 0; tries < 2; ++tries) {
        if (!socket_ && !connect()) return false;
        if (::send(socket_.get(), datagram.data(), datagram.size(), MSG_NOSIGNAL) >= 0) return true;
        if (errno == EAGAIN || errno == ENOBUFS) return false;
        socket_.close();
    }
    return false;
}

}  // namespace mmm::net
