#include "cmd/ctl_tls.hpp"

namespace mmm {
namespace {

std::string remedy(Code code) {
    if (code == Code::permission) return "\nRun it as a user who may read that file: sudo mmm ctl ...";
    if (code == Code::not_found)
        return "\nThis host needs a certificate of its own, signed by the cluster's authority; or run mmm ctl on a "
               "host "
               "that has one.";
    return "";
}

}  // namespace

Result<std::shared_ptr<const net::TlsContext>> control_tls(const config::Socket& socket,
                                                           const std::string& config_path) {
    if (socket.type == config::SocketType::plain) return std::shared_ptr<const net::TlsContext>();
    auto tls = net::TlsContext::load(socket);
    if (tls) return std::shared_ptr<const net::TlsContext>(std::move(*tls));
    const Error& error = tls.error();
    return fail(error.code, "the monitor wants a certificate (socket type ssl in " + config_path + "); " +
                                error.message + remedy(error.code));
}

}  // namespace mmm
