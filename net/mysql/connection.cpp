#include "net/mysql/connection.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/model/address.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/system_error.hpp"
#include "net/mysql/errors.hpp"
#include "net/mysql/poll_until.hpp"
#include "net/mysql/session.hpp"
#include "net/mysql/tls_reason.hpp"
#include "net/mysql/unix_probe.hpp"

namespace mmm::net::mysql {

namespace {

constexpr int kServerGone = 2006;

/// What the library said, or why we made it give up.
Error error_of(const Endpoint& endpoint, const Answer& answer) {
    const std::string server = endpoint.text();
    const int number = answer.number;
    if (auto reason = tls_reason(endpoint, answer); !reason.empty())
        return Error{Code::permission, server + ": " + reason, kTlsError};
    if (answer.end == Operation::End::cancelled) return Error{Code::cancelled, server + ": cancelled", number};
    if (answer.end == Operation::End::deadline) return Error{Code::timeout, server + ": no answer in time", number};
    std::string text = fmt::format("{}: {} (error {}", server, printable(answer.message), number);
    if (const int system_error = system_error_in(answer.message); breaks_connection(number) && system_error > 0)
        text += ", " + errno_text(system_error);
    return Error{code_of(number, answer.message), text + ")", number};
}

}  // namespace

Connection::Connection(std::shared_ptr<const Canceller> canceller) : canceller_(std::move(canceller)) {
    static const int library = mysql_library_init(0, nullptr, nullptr);
    static_cast<void>(library);
}

Connection::~Connection() = default;

void Connection::close() {
    session_.reset();
}

void Connection::abandon() {
    constexpr std::size_t kMost = 64;
    abandoned_.push_back(thread_id());
    if (abandoned_.size() > kMost) abandoned_.pop_front();
    close();
}

Result<void> Connection::open(const Endpoint& endpoint, Time deadline) {
    close();
    endpoint_ = endpoint;
    const bool local = !endpoint.unix_socket.empty();
    if (local) {
        if (auto accepts = probe_unix_socket(endpoint.unix_socket, deadline, *canceller_); !accepts) return accepts;
    } else if (auto address = Address::parse(endpoint.host); !address) {
        return fail(Code::invalid, "the server's address: " + address.error().message);
    } else if (endpoint.tls == TlsMode::verify && endpoint.ca_file.empty()) {
        return fail(Code::invalid, endpoint.text() + ": there is no authority to check its certificate against");
    }

    auto session = std::make_unique<Session>();
    const Answer answer = log_in(*session, endpoint, deadline, *canceller_);
    if (answer.number != 0 || answer.end != Operation::End::none)
        return tl::make_unexpected(error_of(endpoint, answer));
    // The greeting was looked at before; should the library have gone on without TLS all the same, that ends here.
    const bool tls_needed = endpoint.tls == TlsMode::required || endpoint.tls == TlsMode::verify;
    if (tls_needed && !local && mysql_get_ssl_cipher(session->mysql) == nullptr)
        return fail(Code::permission, endpoint.text() + ": " + no_tls(endpoint), kTlsError);
    const char* const version = mysql_get_server_info(session->mysql);
    const auto server = parse_server(version, mariadb_connection(session->mysql) != 0 ? "MariaDB" : "");
    if (!server) return fail(Code::unsupported, endpoint.text() + ": unknown server version " + printable(version));
    server_ = *server;
    session_ = std::move(session);
    return {};
}

Result<Rows> Connection::query(std::string_view sql, Time deadline) {
    if (!session_) return fail(Code::io, endpoint_.text() + ": not connected", kServerGone);
    Answer answer = ask(*session_, sql, deadline, *canceller_);
    if (answer.end != Operation::End::none || !answer.too_much.empty() || breaks_connection(answer.number)) abandon();
    if (!answer.too_much.empty()) return fail(Code::refused, endpoint_.text() + ": " + answer.too_much);
    if (answer.number != 0 || answer.end != Operation::End::none)
        return tl::make_unexpected(error_of(endpoint_, answer));
    return std::move(answer.rows);
}

Result<Rows> Connection::query_with_secret(std::string_view sql, std::string_view secret, Time deadline) {
    auto rows = query(sql, deadline);
    if (rows) return rows;
    Error error = rows.error();
    // A syntax error quotes the statement from anywhere on.
    const bool quotes_statement = error.code == Code::invalid || error.message.find(" near ") != std::string::npos;
    if (quotes_statement || (!secret.empty() && error.message.find(secret) != std::string::npos)) {
        error.message =
            fmt::format("{}: the statement was refused (error {}; its text holds a password and isn't shown)",
                        endpoint_.text(), error.detail);
    }
    return tl::make_unexpected(std::move(error));
}

int Connection::socket_fd() const {
    return session_ ? session_->socket() : -1;
}

unsigned long Connection::thread_id() const {
    return session_ ? mysql_thread_id(session_->mysql) : 0;
}

Idle Connection::wait_closed_or(Time until, const Wake* wake) {
    // An idle server says nothing: whatever arrives is its end (a close, a reset, or "shutting down").
    std::array<pollfd, 3> entries{{{socket_fd(), POLLIN | POLLRDHUP, 0},
                                   {canceller_->descriptor(), POLLIN, 0},
                                   {wake != nullptr ? wake->descriptor() : -1, POLLIN, 0}}};
    if (!poll_until(entries, until)) return Idle::until;
    if (entries[1].revents != 0) return Idle::cancelled;
    if (entries[0].revents != 0) {
        close();
        return Idle::closed;
    }
    return Idle::woken;
}

Result<void> Connection::pause(Duration span, Time deadline) {
    const Time now = boot_now();
    std::array<pollfd, 1> entries{{{canceller_->descriptor(), POLLIN, 0}}};
    if (poll_until(entries, std::min(deadline, now + span)))
        return fail(Code::cancelled, endpoint_.text() + ": cancelled");
    if (now + span >= deadline) return fail(Code::timeout, endpoint_.text() + ": not done in time");
    return {};
}

}  // namespace mmm::net::mysql
