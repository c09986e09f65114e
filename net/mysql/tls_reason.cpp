#include "net/mysql/tls_reason.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "net/mysql/errors.hpp"

namespace mmm::net::mysql {

namespace {

/// A login method that we didn't agree to.
constexpr int kMethodRefused = 5010;

/// What the library says, in each of the versions that we are built with (3.3 and 3.4).
constexpr std::array<std::string_view, 2> kOutOfTime{"expired", "not yet valid"};
constexpr std::array<std::string_view, 2> kOtherName{"Hostname verification", "Validation of SSL server certificate"};
constexpr std::array<std::string_view, 4> kForeign{"unable to get local issuer", "self-signed", "trusted",
                                                   "unable to verify the first certificate"};
constexpr std::array<std::string_view, 1> kNoAuthority{"no certificate or crl found"};

bool holds_any(std::string_view text, const auto& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view each) { return text.find(each) != std::string_view::npos; });
}

std::string not_verified(const Endpoint& endpoint, std::string_view said) {
    if (access(endpoint.ca_file.c_str(), R_OK) != 0)
        return fmt::format(
            "its certificate can't be checked: {} isn't there, or not for us to read; put the "
            "authority's certificate there again",
            endpoint.ca_file);
    if (holds_any(said, kNoAuthority))
        return fmt::format("its certificate can't be checked: {} holds none in PEM form", endpoint.ca_file);
    if (holds_any(said, kOutOfTime))
        return "its certificate has expired, or isn't valid yet; have a new one signed, or correct the clocks";
    if (holds_any(said, kForeign))
        return fmt::format(
            "its certificate isn't signed by an authority in {}; have it signed there, or add its "
            "authority to mysql_ca",
            endpoint.ca_file);
    if (holds_any(said, kOtherName))
        return fmt::format("its certificate is for somebody else; have one signed with subjectAltName=IP:{}",
                           endpoint.host);
    return {};
}

}  // namespace

std::string no_tls(const Endpoint& endpoint) {
    return fmt::format(
        "the server offers no TLS, and mysql_tls is {}; switch TLS on there; if it is on, somebody in "
        "between hides that",
        endpoint.tls == TlsMode::verify ? "verify" : "required");
}

std::string tls_reason(const Endpoint& endpoint, const Answer& answer) {
    if (answer.end == Operation::End::refused) return no_tls(endpoint);
    if (answer.end != Operation::End::none) return {};
    // Which one it was the library doesn't tell reliably; with the consent only clear text is left.
    if (answer.number == kMethodRefused)
        return endpoint.get_public_key || !endpoint.unix_socket.empty()
                   ? "the server asks for the password in clear text; give this user another login method"
                   : "the server asks for a login that isn't safe as it is: for caching_sha2_password switch TLS on "
                     "(or "
                     "write mysql_get_public_key = true, if nobody can be in between), for clear text give this user "
                     "another method";
    if (answer.number != kTlsError || endpoint.tls != TlsMode::verify) return {};
    return not_verified(endpoint, answer.message);
}

}  // namespace mmm::net::mysql
