#include "net/mysql/errors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <utility>

namespace mmm::net::mysql {

namespace {

/// Sorted by number. What isn't here: the server understood and said no.
constexpr auto kCodes = std::to_array<std::pair<int, Code>>({
    {1037, Code::busy},         // out of memory
    {1038, Code::busy},         // out of sort memory
    {1040, Code::busy},         // too many connections
    {1041, Code::busy},         // out of resources
    {1044, Code::permission},   // access denied to a database
    {1045, Code::permission},   // access denied; also: an authentication plugin couldn't be loaded
    {1053, Code::unreachable},  // shutdown in progress
    {1064, Code::invalid},      // syntax
    {1079, Code::unreachable},  // shutdown complete
    {1094, Code::not_found},    // unknown thread id
    {1095, Code::permission},   // not owner of that thread
    {1129, Code::permission},   // host blocked after too many connection errors
    {1130, Code::permission},   // this host may not connect
    {1135, Code::busy},         // can't create a thread
    {1142, Code::permission},   // command denied
    {1143, Code::permission},   // column denied
    {1193, Code::unsupported},  // unknown system variable
    {1203, Code::busy},         // this user has too many connections
    {1205, Code::timeout},      // lock wait timeout
    {1213, Code::busy},         // deadlock
    {1226, Code::busy},         // a limit of this user is exceeded
    {1227, Code::permission},   // a privilege is missing
    {1235, Code::unsupported},  // this version doesn't yet support it
    {1251, Code::permission},   // authentication protocol
    {1275, Code::permission},   // old authentication
    {1370, Code::permission},   // routine denied
    {1449, Code::permission},   // definer doesn't exist
    {1524, Code::permission},   // authentication plugin isn't loaded on the server
    {1698, Code::permission},   // access denied, no password asked
    {1820, Code::permission},   // the password must be changed first
    {1862, Code::permission},   // the password has expired
    {1873, Code::permission},   // access denied while changing user
    {1927, Code::unreachable},  // connection was killed
    {1969, Code::timeout},      // max_statement_time
    {2004, Code::io},           // can't create a socket
    {2005, Code::invalid},      // unknown host
    {2007, Code::unsupported},  // protocol
    {2012, Code::unreachable},  // error in the handshake
    {2026, Code::permission},   // TLS
    {2049, Code::permission},   // old authentication
    {2058, Code::permission},   // authentication plugin
    {2059, Code::permission},   // authentication plugin couldn't be loaded
    {2061, Code::permission},   // authentication plugin failed
    {3024, Code::timeout},      // max_execution_time
    {3118, Code::permission},   // account is locked
    {3159, Code::permission},   // the server insists on TLS
    {4031, Code::unreachable},  // disconnected for inactivity
    {4151, Code::permission},   // account is locked (MariaDB)
    {5010, Code::permission},   // a login method that we don't take part in
});

static_assert(std::is_sorted(kCodes.begin(), kCodes.end()));

Code of_system_error(int number, Code otherwise) {
    switch (number) {
        case ECONNREFUSED:
        case ECONNRESET:
        case ECONNABORTED:
        case EPIPE:
        case ENOENT:  // the unix socket's path isn't there: nobody listens
            return Code::unreachable;
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EHOSTDOWN:
        case ENETDOWN:
        case ETIMEDOUT:
            return Code::timeout;
        case EACCES:
        case EPERM:
            return Code::permission;
        default:
            return otherwise;
    }
}

}  // namespace

int system_error_in(std::string_view message) {
    for (const std::string_view mark : {std::string_view("system error: "), std::string_view("(")}) {
        const auto at = message.rfind(mark);
        if (at == std::string_view::npos) continue;
        int number = 0;
        const char* const first = message.data() + at + mark.size();
        if (std::from_chars(first, message.data() + message.size(), number).ec == std::errc()) return number;
    }
    return 0;
}

Code code_of(int number, std::string_view message) {
    switch (number) {
        case 2002:  // can't connect
        case 2003:
            return of_system_error(system_error_in(message), Code::io);
        case 2006:  // the server has gone away
        case 2013:  // the connection was lost
        case 2055:
            return of_system_error(system_error_in(message), Code::unreachable);
        case 2026: {
            // A file of ours that isn't there says nothing about the server.
            const int system_error = system_error_in(message);
            return system_error == ENOENT ? Code::permission : of_system_error(system_error, Code::permission);
        }
        default:
            break;
    }
    const auto* const found = std::lower_bound(kCodes.begin(), kCodes.end(), number,
                                               [](const auto& entry, int wanted) { return entry.first < wanted; });
    if (found != kCodes.end() && found->first == number) return found->second;
    return breaks_connection(number) ? Code::io : Code::refused;
}

bool breaks_connection(int number) {
    return (number >= 2000 && number < 3000) || (number >= 5000 && number < 6000);
}

std::string printable(std::string_view text) {
    constexpr std::size_t kMaxLength = 300;
    std::string result(text.substr(0, kMaxLength));
    for (char& letter : result) {
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) letter = ' ';
    }
    if (text.size() > kMaxLength) result += "...";
    return result;
}

}  // namespace mmm::net::mysql
