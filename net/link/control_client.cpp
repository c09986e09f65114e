#include "net/link/control_client.hpp"

#include <algorithm>
#include <charconv>

#include "net/host/boot_clock.hpp"
#include "net/link/blocking_stream.hpp"
#include "net/link/resolve.hpp"

namespace mmm::net {
namespace {

Result<BlockingStream> connect_to_any(const ControlEndpoint& endpoint, const ControlLimits& limits) {
    const auto addresses = resolve_host(endpoint.host, limits.resolve_timeout);
    if (!addresses) return tl::make_unexpected(addresses.error());
    Error last{Code::not_found, "'" + endpoint.host + "' has no address", 0};
    for (const Address& address : *addresses) {
        auto stream = BlockingStream::connect(address, endpoint.port, limits.connect_timeout, limits.cancel_fd);
        if (stream || stream.error().code == Code::cancelled) return stream;
        last = stream.error();
    }
    return tl::make_unexpected(last);
}

Result<std::string> receive_all(BlockingStream& stream, std::size_t most, Time deadline) {
    std::string answer;
    while (true) {
        const auto more = stream.receive(answer, deadline);
        if (!more) return tl::make_unexpected(more.error());
        if (answer.size() > most)
            return fail(Code::invalid, "the answer is longer than " + std::to_string(most) + " bytes");
        if (!*more) return answer;
    }
}

/// The same error; when it is Code::timeout, with what didn't happen in time.
tl::unexpected<Error> explain_late(Error error, const std::string& what, Duration limit) {
    if (error.code == Code::timeout) error.message = what + " within " + std::to_string(limit.count()) + " ms";
    return tl::make_unexpected(std::move(error));
}

Result<void> secure(BlockingStream& stream, const std::shared_ptr<const TlsContext>& tls, Duration limit) {
    const auto secured = stream.secure(tls, boot_now() + limit);
    if (secured) return {};
    auto error = explain_late(secured.error(), "no end of the TLS handshake", limit);
    if (error.value().code == Code::timeout) error.value().message += " (is socket type plain there?)";
    return error;
}

Result<std::string> converse(BlockingStream& stream, std::string_view command, const ControlLimits& limits) {
    const Time deadline = boot_now() + limits.answer_timeout;
    const auto sent = stream.send(std::string(command) + "\nquit\n", deadline);
    auto answer = receive_all(stream, limits.max_answer, deadline);
    // Whoever refuses us may close without listening: then its reason is worth more.
    const bool told = answer ? !answer->empty() : answer.error().code == Code::refused;
    if (!sent && !told) return explain_late(sent.error(), "no answer", limits.answer_timeout);
    if (!answer) return explain_late(answer.error(), "no answer", limits.answer_timeout);
    return answer;
}

}  // namespace

std::string ControlEndpoint::text() const {
    const bool v6 = host.find(':') != std::string::npos;
    return (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Result<ControlEndpoint> parse_control_endpoint(std::string_view text, std::uint16_t default_port) {
    const auto refuse = [&](const std::string& why) {
        return fail(Code::invalid, "'" + std::string(text) + "' isn't HOST:PORT or [IPV6]:PORT: " + why);
    };
    std::string_view host = text;
    std::string_view port;
    bool has_port = false;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos) return refuse("']' is missing");
        host = text.substr(1, end - 1);
        const std::string_view rest = text.substr(end + 1);
        if (!rest.empty() && !rest.starts_with(':')) return refuse("after ']' only ':PORT' may stand");
        has_port = !rest.empty();
        port = has_port ? rest.substr(1) : rest;
        const auto address = Address::parse(host);
        if (!address || !address->is_v6()) return refuse("between the brackets is no IPv6 address");
    } else if (std::count(text.begin(), text.end(), ':') == 1) {
        has_port = true;
        host = text.substr(0, text.find(':'));
        port = text.substr(text.find(':') + 1);
    } else if (text.find(':') != std::string_view::npos && !Address::parse(text)) {
        return refuse("too many colons");
    }
    if (host.empty()) return refuse("the host is missing");
    ControlEndpoint endpoint{std::string(host), default_port};
    if (has_port) {
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), endpoint.port);
        if (error != std::errc() || end != port.data() + port.size() || endpoint.port == 0) {
            return refuse("a port is a number from 1 to 65535");
        }
    }
    return endpoint;
}

Result<std::string> ask_monitor(const ControlEndpoint& endpoint, std::string_view command, const ControlLimits& limits,
                                const std::shared_ptr<const TlsContext>& tls) {
    auto stream = connect_to_any(endpoint, limits);
    if (!stream) return tl::make_unexpected(stream.error());
    const auto secured = tls ? secure(*stream, tls, limits.handshake_timeout) : Result<void>();
    auto answer = secured ? converse(*stream, command, limits) : tl::make_unexpected(secured.error());
    if (answer || answer.error().code == Code::cancelled) return answer;
    Error& error = answer.error();
    error.message = "connected to " + endpoint.text() + ", but " + error.message;
    return answer;
}

Result<std::string> ask_local_monitor(const std::string& path, std::string_view command, const ControlLimits& limits) {
    auto stream = BlockingStream::connect_local(path, limits.connect_timeout, limits.cancel_fd);
    if (!stream) return tl::make_unexpected(stream.error());
    auto answer = converse(*stream, command, limits);
    if (answer || answer.error().code == Code::cancelled) return answer;
    answer.error().message = "connected to " + path + ", but " + answer.error().message;
    return answer;
}

}  // namespace mmm::net
