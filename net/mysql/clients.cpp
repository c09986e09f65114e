#include "net/mysql/clients.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mmm::net::mysql {

namespace {

std::string first_word(std::string_view statement) {
    const auto letter = [](char each) { return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z'); };
    const auto begin = statement.find_first_not_of(" \t\r\n(");
    if (begin == std::string_view::npos) return {};
    statement.remove_prefix(begin);
    const auto* const end = std::find_if_not(statement.begin(), statement.end(), letter);
    return std::string(statement.begin(),
                       std::min(end, statement.begin() + std::min<std::size_t>(20, statement.size())));
}

}  // namespace

std::string shape_of(std::string_view statement) {
    std::string shape;
    const auto is_word = [](char each) {
        return (each >= 'a' && each <= 'z') || (each >= 'A' && each <= 'Z') || (each >= '0' && each <= '9') ||
               each == '_' || each == '$';
    };
    std::size_t at = 0;
    const auto skip_to = [&](std::string_view mark) {
        const auto found = statement.find(mark, at);
        at = found == std::string_view::npos ? statement.size() : found + mark.size();
    };
    const auto skip_literal = [&](char quote) {
        for (++at; at < statement.size(); ++at) {
            if (statement[at] == '\\') {
                ++at;
            } else if (statement[at] == quote) {
                ++at;
                return;
            }
        }
        at = statement.size();
    };
    while (at < statement.size()) {
        const char each = statement[at];
        const std::string_view rest = statement.substr(at);
        if (rest.starts_with("/*")) {
            at += 2;
            skip_to("*/");
        } else if (each == '#' || rest.starts_with("--")) {
            skip_to("\n");
        } else if (each == '\'' || each == '"') {
            skip_literal(each);
            if (shape.empty() || shape.back() != '?') shape += '?';
        } else if (each == '`') {
            const std::size_t begin = at++;
            skip_to("`");
            shape += statement.substr(begin, at - begin);
        } else if (is_word(each)) {
            const std::size_t begin = at;
            while (at < statement.size() && is_word(statement[at])) ++at;
            const bool number = each >= '0' && each <= '9';
            shape += number ? std::string_view("?") : statement.substr(begin, at - begin);
        } else {
            const bool blank = each == ' ' || each == '\t' || each == '\r' || each == '\n';
            const bool plain = each > ' ' && each < '\x7f';
            if (!blank) {
                shape += plain ? each : '?';
            } else if (!shape.empty() && shape.back() != ' ') {
                shape += ' ';
            }
            ++at;
        }
    }
    while (!shape.empty() && shape.back() == ' ') shape.pop_back();
    return shape;
}

std::string Client::long_text() const {
    const std::string& what = shape.empty() ? command : shape;
    return fmt::format("{} {}@{}, for {} s{}{}: {}", id, user, host, seconds, state.empty() ? "" : ", ", state, what);
}

std::string Client::text() const {
    return fmt::format("{} {}@{} {} {} s", id, user, host, statement.empty() ? command : statement, seconds);
}

ClientKind kind_of(const Client& client, const std::set<std::string>& spare_users) {
    constexpr std::string_view kServerUsers[] = {"system user", "event_scheduler"};
    constexpr std::string_view kServerCommands[] = {"Daemon",   "Binlog Dump", "Binlog Dump GTID",
                                                    "Slave_IO", "Slave_SQL",   "Slave_worker"};
    const auto is = [](std::string_view text) {
        return [text](std::string_view each) { return same_word(text, each); };
    };
    if (std::any_of(std::begin(kServerUsers), std::end(kServerUsers), is(client.user)) ||
        std::any_of(std::begin(kServerCommands), std::end(kServerCommands), is(client.command)) ||
        spare_users.contains(client.user))
        return ClientKind::spared;
    // MariaDB: "Waiting for semi-sync ACK from slave"; MySQL: "... from replica".
    if (client.state.find("semi-sync ACK") != std::string::npos) return ClientKind::waits_for_ack;
    if (same_word(client.command, "Sleep") || client.user == "unauthenticated user") return ClientKind::idle;
    return ClientKind::running;
}

Result<std::vector<Client>> list_clients(Connection& connection, Time deadline) {
    const auto rows = connection.query(select_sessions(connection.server()), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    std::vector<Client> clients;
    bool own = false;
    for (std::size_t index = 0; index < rows->size(); ++index) {
        const Row row(*rows, index);
        Client client;
        client.id = static_cast<std::uint64_t>(row.number("id").value_or(0));
        client.user = row.text("user");
        client.host = row.text("host");
        client.command = row.text("command");
        client.seconds = row.number("time").value_or(0);
        client.state = row.text("state");
        client.statement = first_word(row.text("info"));
        client.shape = shape_of(row.text("info"));
        own = own || client.id == connection.thread_id();
        clients.push_back(std::move(client));
    }
    if (!own) return fail(Code::unsupported, "the server's process list is empty (performance_schema is off?)");
    return clients;
}

Result<std::vector<Client>> list_all_clients(Connection& connection, Time deadline) {
    using namespace std::chrono_literals;
    // Without PROCESS the server answers as if the others weren't there. Sessions come and go between the two
    // questions, so only a lasting difference tells.
    constexpr int kTries = 5;
    for (int left = kTries; left > 0; --left) {
        const auto count = connection.query(select_session_count(connection.server()), deadline);
        if (!count) return tl::make_unexpected(count.error());
        auto clients = list_clients(connection, deadline);
        if (!clients) return clients;
        const std::int64_t connected = count->empty() ? 0 : Row(*count, 0).number("connected").value_or(0);
        if (static_cast<std::int64_t>(clients->size()) >= connected) return clients;
        if (auto paused = connection.pause(5ms, deadline); !paused) return tl::make_unexpected(paused.error());
    }
    return fail(Code::permission, "the server has sessions that we can't see: our user needs the right PROCESS");
}

}  // namespace mmm::net::mysql
