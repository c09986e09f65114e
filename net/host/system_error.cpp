#include "net/host/system_error.hpp"

#include <cerrno>
#include <system_error>

namespace mmm::net {

Code code_of_errno(int number) {
    switch (number) {
        case EPERM:
        case EACCES:
            return Code::permission;
        case ENOENT:
        case ENODEV:
        case ENXIO:
            return Code::not_found;
        case EHOSTUNREACH:
        case ENETUNREACH:
        case EHOSTDOWN:
        case ENETDOWN:
        case ECONNREFUSED:
        case ECONNRESET:
            return Code::unreachable;
        case ETIMEDOUT:
            return Code::timeout;
        case EBUSY:
        case EADDRINUSE:
        case EAGAIN:
        case ENOBUFS:
            return Code::busy;
        case EOPNOTSUPP:
        case ENOSYS:
        case EPROTONOSUPPORT:
        case EAFNOSUPPORT:
            return Code::unsupported;
        case EINVAL:
            return Code::invalid;
        default:
            return Code::io;
    }
}

std::string errno_text(int number) {
    return std::generic_category().message(number);
}

tl::unexpected<Error> fail_with_errno(const std::string& what, int number) {
    return fail(code_of_errno(number), what + ": " + errno_text(number), number);
}

}  // namespace mmm::net
