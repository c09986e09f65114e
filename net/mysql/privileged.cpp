#include "net/mysql/privileged.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mmm::net::mysql {

namespace {

constexpr int kUnknownThread = 1094;

char lower(char each) {
    return each >= 'A' && each <= 'Z' ? static_cast<char>(each + ('a' - 'A')) : each;
}

/// LIKE, without an escape character. The last `%` is where it goes on after a mismatch.
bool like(std::string_view text, std::string_view pattern) {
    std::size_t at = 0;
    std::size_t in_pattern = 0;
    std::size_t after_percent = std::string_view::npos;
    std::size_t tried_from = 0;
    while (at < text.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '%') {
            after_percent = ++in_pattern;
            tried_from = at;
        } else if (in_pattern < pattern.size() &&
                   (pattern[in_pattern] == '_' || lower(pattern[in_pattern]) == lower(text[at]))) {
            ++in_pattern;
            ++at;
        } else if (after_percent != std::string_view::npos) {
            in_pattern = after_percent;
            at = ++tried_from;
        } else {
            return false;
        }
    }
    return std::all_of(pattern.begin() + static_cast<std::ptrdiff_t>(in_pattern), pattern.end(),
                       [](char each) { return each == '%'; });
}

}  // namespace

bool matches_account(std::string_view host, std::string_view pattern) {
    if (pattern.empty()) return true;
    // The port; an IPv6 address has colons of its own, so only the last part is cut off, and both are tried.
    return like(host, pattern) || like(host.substr(0, host.rfind(':')), pattern);
}

Result<std::vector<Client>> privileged_sessions(Connection& connection, const std::set<std::string>& spare_users,
                                                Time deadline) {
    std::vector<Client> found;
    const auto question = select_privileged_accounts(connection.server());
    if (!question) return found;
    const auto accounts = connection.query(*question, deadline);
    if (!accounts && accounts.error().code == Code::permission)
        return fail(Code::permission, "our user needs the right SELECT on mysql.global_priv");
    if (!accounts) return tl::make_unexpected(accounts.error());
    const auto clients = list_all_clients(connection, deadline);
    if (!clients) return tl::make_unexpected(clients.error());
    for (const Client& client : *clients) {
        if (client.id == connection.thread_id() || kind_of(client, spare_users) == ClientKind::spared) continue;
        for (std::size_t index = 0; index < accounts->size(); ++index) {
            const Row account(*accounts, index);
            if (account.text("user") != client.user || !matches_account(client.host, account.text("host"))) continue;
            found.push_back(client);
            break;
        }
    }
    return found;
}

Result<void> end_sessions(Connection& connection, const std::vector<Client>& sessions, Time deadline) {
    for (const Client& session : sessions) {
        const auto killed = connection.query(kill_connection(session.id), deadline);
        if (!killed && killed.error().detail != kUnknownThread) return tl::make_unexpected(killed.error());
    }
    return {};
}

}  // namespace mmm::net::mysql
