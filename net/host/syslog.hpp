#pragma once

#include <string>
#include <string_view>

#include "core/base/result.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net {

/// Where the machine's own system log listens.
inline constexpr const char* kSyslogPath = "/dev/log";

/// Sends lines to the system log of this machine: one datagram a line, as syslog(3) does (RFC 3164's form, facility
/// daemon). Never waits: when the log doesn't keep up, or is being restarted, a line is lost.
class Syslog {
  public:
    /// `tag` stands before each line, with our process id: "mmm_mond[1234]: ".
    /// Errors: Code::not_found (no system log runs here), Code::permission, Code::unreachable, Code::io.
    static Result<Syslog> open(std::string tag, std::string path = kSyslogPath);

    /// `line` begins with its priority, as in LogForm::journal: "<6>writer moved\n". False: it is lost.
    [[nodiscard]] bool write(std::string_view line);

  private:
    Syslog(std::string tag, std::string path) : tag_(std::move(tag)), path_(std::move(path)) {}
    Result<void> connect();

    std::string tag_;
    std::string path_;
    FileDescriptor socket_;
};

/// The datagram for a line of LogForm::journal; `time` is local and in syslog's form: "Nov  3 12:43:16".
std::string syslog_datagram(std::string_view line, std::string_view time, std::string_view tag, long pid);

}  // namespace mmm::net
