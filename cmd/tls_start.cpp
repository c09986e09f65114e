#include "cmd/tls_start.hpp"

namespace mmm {

Result<std::shared_ptr<const net::TlsContext>> start_tls(const config::Socket& socket, net::Logger& log) {
    if (socket.type == config::SocketType::plain) return std::shared_ptr<const net::TlsContext>();
    auto tls = net::TlsContext::load(socket);
    if (!tls) return tl::make_unexpected(tls.error());
    const net::CertificateFacts& own = (*tls)->own();
    log.info("links are encrypted",
             {{"certificate", own.subject}, {"issuer", own.issuer}, {"ends", net::utc_text(own.ends)}});
    return std::shared_ptr<const net::TlsContext>(std::move(*tls));
}

}  // namespace mmm
