// What a hostile database server answers. The input is a table, a row a line, cells between tabs: the names of the
// columns first, `\N` for NULL.

#include "net/mysql/check_rules.hpp"
#include "net/mysql/clients.hpp"
#include "net/mysql/dialect.hpp"
#include "net/mysql/errors.hpp"
#include "net/mysql/lost_events.hpp"
#include "net/mysql/privileged.hpp"
#include "net/mysql/replication_status.hpp"
#include "net/mysql/rows.hpp"
#include "net/mysql/semi_sync.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using namespace mmm::net::mysql;
using fuzz::require;

namespace {

std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    for (std::size_t begin = 0; begin <= line.size();) {
        const auto end = std::min(line.find('\t', begin), line.size());
        cells.emplace_back(line.substr(begin, end - begin));
        begin = end + 1;
    }
    return cells;
}

Rows rows_of(std::string_view text) {
    Rows rows;
    for (const auto line : fuzz::lines_of(text, 50)) {
        const auto cells = cells_of(line);
        if (rows.columns.empty()) {
            rows.columns = cells;
            continue;
        }
        Rows::Values values;
        for (const auto& cell : cells) values.push_back(cell == "\\N" ? std::nullopt : std::optional(cell));
        rows.values.push_back(std::move(values));
    }
    return rows;
}

bool is_for_people(std::string_view text) {
    for (const char letter : text) {
        if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) return false;
    }
    return text.size() <= 310;
}

void check_replication(const Rows& rows, std::string_view channel) {
    const auto status = read_replication_status(rows, channel);
    require(is_for_people(status.last_io_error) && is_for_people(status.last_sql_error), "errors are fit for a log");
    const auto backlog = backlog_of(status);
    require(backlog.behind.has_value() == backlog.unknown.empty(), "a delay is known, or why it isn't");
    (void)rep_backlog_verdict(backlog, std::chrono::seconds{60});
    (void)rep_backlog_verdict(backlog_by_beat(std::chrono::seconds{7}, status), std::chrono::seconds{60});
    const auto verdict = rep_threads_verdict(status);
    require(status.threads_run() || verdict.outcome != Outcome::ok, "threads that don't run are no good");
}

/// Type, info, position.
void check_binlog(const Rows& rows) {
    GtidSet wanted = GtidSet::parse("0-1-3..9,0-2-1").value();
    GtidSet head;
    LostEvents lost(wanted);
    for (const auto& row : rows.values) {
        BinlogEvent event{row[0].value_or(""), row.size() > 1 ? row[1].value_or("") : "", 4};
        (void)read_head(event, head);
        lost.take("bl.000001", event);
    }
    require(lost.found().size() <= proto::kMostLost, "not more is told than can be");
    require(wanted.contains(lost.missing()), "what is missing was wanted");
    for (const auto& transaction : lost.found()) {
        for (const auto& statement : transaction.statements)
            require(statement.size() <= proto::kMaxStatement + 10, "a statement is cut");
    }
}

void check_cell(std::string_view text) {
    require(is_for_people(printable(text)), "what a server says is fit for a log");
    // What stands between backticks is a name, and may hold a quote.
    const bool has_names = text.find('`') != std::string_view::npos;
    require(has_names || shape_of(text).find('\'') == std::string::npos, "a shape has no literals");
    const std::string quoted = quote(text);
    require(quoted.size() >= text.size() + 2 && quoted.front() == '\'' && quoted.back() == '\'', "what is quoted is");
    (void)may_hold_secret(text);
    (void)system_error_in(text);
    (void)code_of(2013, text);
    (void)matches_account("192.168.10.1:4711", text);
    if (const auto server = parse_server(text, "MariaDB Server"))
        require(server->version >= 0 && !server->text().empty(), "a version is a number");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const Rows rows = rows_of(fuzz::text_of(data, size));
    check_replication(rows, "");
    check_replication(rows, "other");
    check_binlog(rows);
    (void)read_semi_sync(rows, rows);
    for (const auto& column : rows.columns) check_cell(column);
    for (const auto& row : rows.values) {
        for (const auto& cell : row) check_cell(cell.value_or(""));
    }
    return 0;
}
