#include "net/mysql/session.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <memory>
#include <utility>

#include "core/base/check.hpp"
#include "net/host/boot_clock.hpp"

namespace mmm::net::mysql {

namespace {

constexpr std::size_t kMaxRows = 100'000;
constexpr std::size_t kMaxBytes = std::size_t{16} << 20;

// A known session: quote() relies on the sql_mode, deadlines inside statements on the time zone; a short global
// wait_timeout must not cut a watched idle connection.
constexpr const char* kFirstStatement = "SET SESSION sql_mode='', time_zone='+00:00', wait_timeout=28800";

// All that send no clear-text password: what isn't here (dialog, mysql_clear_password) is refused to any server. The
// first list is for connections without TLS: the other two would there encrypt the password by a key that the server
// gives, and so may whoever is in between.
constexpr const char* kWithoutKeys = "mysql_native_password,client_ed25519,parsec";
constexpr const char* kAuthentication =
    "mysql_native_password,client_ed25519,parsec,caching_sha2_password,sha256_password";
// No method has this name.
constexpr const char* kNone = "none";

void set_option(MYSQL* mysql, mysql_option option, const void* value) {
    // Fails only for options the library doesn't know; those below exist since 3.1.
    static_cast<void>(mysql_options(mysql, option, value));
}

/// Decides by the server's greeting how to go on. False: nothing may be sent to this server.
bool meet(MYSQL* mysql, const Endpoint& endpoint, Greeting greeting) {
    if (greeting == Greeting::refusal) return true;
    const bool tls = greeting == Greeting::tls && endpoint.tls != TlsMode::off;
    if (!tls && (endpoint.tls == TlsMode::required || endpoint.tls == TlsMode::verify)) return false;
    if (tls || endpoint.get_public_key) {
        set_option(mysql, MARIADB_OPT_RESTRICTED_AUTH, kAuthentication);
        return true;
    }
    set_option(mysql, MARIADB_OPT_RESTRICTED_AUTH, kWithoutKeys);
    // The server's own choice, which may not be our user's, would be refused at once.
    set_option(mysql, MYSQL_DEFAULT_AUTH, "mysql_native_password");
    return true;
}

void set_options(MYSQL* mysql, const Endpoint& endpoint, Time deadline) {
    using std::chrono::ceil;
    using std::chrono::seconds;
    // Only a backstop for what doesn't wait through Operation: whole seconds, per read.
    const auto left = static_cast<unsigned>(std::max<long>(1, ceil<seconds>(deadline - boot_now()).count()));
    const unsigned off = 0;
    const my_bool no = 0;
    const my_bool tls = endpoint.tls != TlsMode::off && endpoint.unix_socket.empty() ? 1 : 0;
    const my_bool verify = tls != 0 && endpoint.tls == TlsMode::verify ? 1 : 0;
    const unsigned long packet = kMaxBytes;

    set_option(mysql, MARIADB_OPT_IO_WAIT, reinterpret_cast<const void*>(&Operation::wait));
    set_option(mysql, MYSQL_OPT_CONNECT_TIMEOUT, &left);
    set_option(mysql, MYSQL_OPT_RECONNECT, &no);
    set_option(mysql, MYSQL_OPT_LOCAL_INFILE, &off);
    set_option(mysql, MYSQL_OPT_MAX_ALLOWED_PACKET, &packet);
    set_option(mysql, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    // By TCP nobody logs in before meet() has seen whom it is with.
    set_option(mysql, MARIADB_OPT_RESTRICTED_AUTH, endpoint.unix_socket.empty() ? kNone : kAuthentication);
    set_option(mysql, MYSQL_INIT_COMMAND, kFirstStatement);
    set_option(mysql, MYSQL_OPT_SSL_ENFORCE, &tls);
    // Version 3.4 verifies by default: always said.
    set_option(mysql, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify);
    // Without a file it would let servers off that it takes for local ones, and those that prove to know the password.
    if (verify != 0) set_option(mysql, MYSQL_OPT_SSL_CA, endpoint.ca_file.c_str());
    static_cast<void>(mysql_options4(mysql, MYSQL_OPT_CONNECT_ATTR_ADD, "program_name", "mmm"));
}

struct ResultDeleter {
    void operator()(MYSQL_RES* result) const { mysql_free_result(result); }
};

/// Copies the answer out of the library, within bounds. False if it stopped before the end.
bool fetch(MYSQL_RES* result, Time deadline, Answer& answer) {
    const unsigned count = mysql_num_fields(result);
    const MYSQL_FIELD* const fields = mysql_fetch_fields(result);
    for (unsigned column = 0; column < count; ++column) answer.rows.columns.emplace_back(fields[column].name);
    std::size_t bytes = 0;
    while (char** const row = mysql_fetch_row(result)) {
        const unsigned long* const lengths = mysql_fetch_lengths(result);
        Rows::Values& values = answer.rows.values.emplace_back(count);
        for (unsigned column = 0; column < count; ++column) {
            if (row[column] == nullptr) continue;
            values[column].emplace(row[column], lengths[column]);
            bytes += lengths[column];
        }
        if (answer.rows.size() > kMaxRows) answer.too_much = fmt::format("an answer of more than {} rows", kMaxRows);
        if (bytes > kMaxBytes) answer.too_much = fmt::format("an answer of more than {} bytes", kMaxBytes);
        // An answer that never pauses never waits: time has to be looked at here too.
        if (!answer.too_much.empty() || boot_now() >= deadline) return false;
    }
    return true;
}

}  // namespace

Session::Session() : mysql(mysql_init(nullptr)) {
    MMM_CHECK(mysql != nullptr);
}

Session::~Session() {
    mysql_close(mysql);
}

int Session::socket() const {
    return static_cast<int>(mysql_get_socket(mysql));
}

Answer log_in(Session& session, const Endpoint& endpoint, Time deadline, const Canceller& canceller) {
    MYSQL* const mysql = session.mysql;
    set_options(mysql, endpoint, deadline);
    const bool local = !endpoint.unix_socket.empty();
    Operation::Meet look;
    if (!local) look = [&](Greeting greeting) { return meet(mysql, endpoint, greeting); };
    Operation operation(deadline, canceller, endpoint.tls != TlsMode::off && !local, std::move(look));
    const bool opened = mysql_real_connect(mysql, local ? nullptr : endpoint.host.c_str(), endpoint.user.c_str(),
                                           endpoint.password.c_str(), nullptr, endpoint.port,
                                           local ? endpoint.unix_socket.c_str() : nullptr, 0) != nullptr;
    Answer answer;
    answer.end = operation.finish();
    answer.number = static_cast<int>(mysql_errno(mysql));
    answer.message = mysql_error(mysql);
    if (!opened) return answer;
    const int flags = fcntl(session.socket(), F_GETFL);
    MMM_CHECK(flags >= 0 && fcntl(session.socket(), F_SETFL, flags | O_NONBLOCK) == 0);
    return answer;
}

Answer ask(Session& session, std::string_view sql, Time deadline, const Canceller& canceller) {
    MYSQL* const mysql = session.mysql;
    Operation operation(deadline, canceller);
    Answer answer;
    std::unique_ptr<MYSQL_RES, ResultDeleter> result;
    if (mysql_real_query(mysql, sql.data(), sql.size()) == 0) result.reset(mysql_use_result(mysql));
    // Freeing reads the rest of the answer, which may be endless.
    if (result && !fetch(result.get(), deadline, answer)) shutdown(session.socket(), SHUT_RDWR);
    answer.number = static_cast<int>(mysql_errno(mysql));
    answer.message = mysql_error(mysql);
    result.reset();
    answer.end = operation.finish();
    return answer;
}

}  // namespace mmm::net::mysql
