#include "net/mysql/lost_events.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "net/mysql/errors.hpp"

namespace mmm::net::mysql {
namespace {

/// Of one transaction so many statements and tables are told.
constexpr std::size_t kMostStatements = 10;
constexpr std::size_t kMostTables = 50;
/// A statement is looked at for secrets as far as this; behind it nothing is shown either.
constexpr std::size_t kLookedAt = 64 * 1024;

/// "BEGIN GTID 0-1-3 ..." of MariaDB, "SET @@SESSION.GTID_NEXT= 'UUID:3'" of MySQL; empty: it has none.
std::string gtid_in(const std::string& info) {
    const std::string word = "GTID ";
    if (const auto at = info.find(word); at != std::string::npos) {
        const auto begin = at + word.size();
        return info.substr(begin, info.find(' ', begin) - begin);
    }
    const auto open = info.find('\'');
    const auto close = info.rfind('\'');
    return open < close ? info.substr(open + 1, close - open - 1) : "";
}

bool is_gtid(const std::string& type) {
    return type == "Gtid" || type == "Gtid_tagged_log_event" || type == "Anonymous_Gtid";
}

/// One transaction is in the set: its own number, whatever the text of a MariaDB position stands for.
bool is_in(const GtidSet& set, const GtidSet& one) {
    if (one.intervals().size() != 1) return false;
    const auto& [origin, intervals] = *one.intervals().begin();
    const auto found = set.intervals().find(origin);
    if (found == set.intervals().end()) return false;
    const std::uint64_t number = intervals.back().last;
    return std::any_of(found->second.begin(), found->second.end(), [number](const GtidSet::Interval& interval) {
        return interval.first <= number && number <= interval.last;
    });
}

/// "table_id: 18 (app.t)", "table_id: 18 flags: STMT_END_F"
std::uint64_t table_id(const std::string& info) {
    const std::string word = "table_id: ";
    const auto at = info.find(word);
    std::uint64_t number = 0;
    if (at == std::string::npos) return number;
    std::from_chars(info.data() + at + word.size(), info.data() + info.size(), number);
    return number;
}

std::string table_name(const std::string& info) {
    const auto open = info.find('(');
    const auto close = info.rfind(')');
    return open < close ? info.substr(open + 1, close - open - 1) : "";
}

std::string_view row_kind(const std::string& type) {
    if (type.starts_with("Write_rows")) return "insert";
    if (type.starts_with("Update_rows")) return "update";
    return type.starts_with("Delete_rows") ? "delete" : "";
}

/// MySQL ends what commits by itself with a comment: "create table t (i int) /* xid=4 */".
std::string_view without_xid(std::string_view text) {
    const auto comment = text.rfind(" /* xid=");
    return comment != std::string_view::npos && text.ends_with("*/") ? text.substr(0, comment) : text;
}

bool is_frame(std::string_view statement) {
    return statement == "BEGIN" || statement == "COMMIT" || statement == "ROLLBACK" || statement.empty();
}

/// Lower case, blanks for what divides words, comments' marks among it: what stands in /*! ... */ is carried out.
std::string plain(std::string_view statement) {
    std::string text = " ";
    for (const char letter : statement) {
        const bool divides = letter == '/' || letter == '*' || letter == '!' || letter == '`' || letter == '\'' ||
                             letter == '"' || letter == '(' || letter == ';' || (letter >= 0 && letter <= ' ');
        const bool digit = letter >= '0' && letter <= '9';
        const bool capital = letter >= 'A' && letter <= 'Z';
        if (divides) {
            if (text.back() != ' ') text += ' ';
        } else if (!digit) {
            text += capital ? static_cast<char>(letter + ('a' - 'A')) : letter;
        }
    }
    return text + " ";
}

/// Without comments, but for those that are carried out: /*!50017 ... */, /*M! ... */. What only looks like a comment,
/// in a text, is left out too.
std::string without_comments(std::string_view statement) {
    std::string text;
    while (!statement.empty()) {
        std::string_view end;
        if (statement.starts_with("/*") && !statement.starts_with("/*!") && !statement.starts_with("/*M!")) end = "*/";
        if (statement.starts_with("#") || statement.starts_with("--")) end = "\n";
        if (end.empty()) {
            text += statement.front();
            statement.remove_prefix(1);
            continue;
        }
        const auto at = statement.find(end);
        statement.remove_prefix(at == std::string_view::npos ? statement.size() : at + end.size());
        text += ' ';
    }
    return text;
}

}  // namespace

void LostEvents::take(const std::string& file, const BinlogEvent& event) {
    if (is_gtid(event.type)) return begin(file, event);
    if (!inside_) return;
    if (event.type == "Table_map") {
        tables_[table_id(event.info)] = table_name(event.info);
    } else if (const auto kind = row_kind(event.type); !kind.empty()) {
        add_rows(kind, event.info);
    } else if (event.type.starts_with("Query") || event.type == "Execute_load_query") {
        add_statement(without_xid(event.info));
    } else if (event.type == "Annotate_rows") {
        add_statement(event.info);
    } else if (event.type == "Rows_query") {
        add_statement(std::string_view(event.info).substr(event.info.starts_with("# ") ? 2 : 0));
    } else if (event.type == "Rotate" || event.type == "Stop") {
        inside_ = false;
    }
}

void LostEvents::begin(const std::string& file, const BinlogEvent& event) {
    inside_ = false;
    tables_.clear();
    left_out_ = 0;
    const std::string gtid = gtid_in(event.info);
    const auto one = GtidSet::parse(gtid);
    if (!one || !is_in(wanted_, *one)) return;
    seen_ = seen_.united(*one);
    inside_ = true;
    found_.push_back({gtid, fmt::format("{}:{}", file, event.position), {}, {}, 0});
}

void LostEvents::add_rows(std::string_view kind, const std::string& info) {
    auto& rows = found_.back().rows;
    const auto table = tables_.find(table_id(info));
    const std::string name = table == tables_.end() || table->second.empty() ? "an unknown table" : table->second;
    const auto known = std::find_if(rows.begin(), rows.end(), [&](const proto::RowChange& change) {
        return change.kind == kind && change.table == name;
    });
    if (known != rows.end()) {
        ++known->events;
    } else if (rows.size() < kMostTables) {
        rows.push_back({std::string(kind), name, 1});
    }
}

void LostEvents::add_statement(std::string_view text) {
    if (is_frame(text)) return;
    proto::LostTransaction& lost = found_.back();
    if (may_hold_secret(text)) {
        ++lost.hidden;
    } else if (left_out_ == 0 && lost.statements.size() < kMostStatements) {
        lost.statements.push_back(printable(text));
    } else {
        ++left_out_;
        lost.statements.back() = fmt::format("({} more statements)", left_out_ + 1);
    }
}

bool read_head(const BinlogEvent& event, GtidSet& set) {
    if (event.type != "Gtid_list" && event.type != "Previous_gtids") return false;
    std::string text = event.info;
    std::erase_if(text, [](char letter) { return letter == '[' || letter == ']'; });
    set = GtidSet::parse(text).value_or(GtidSet{});
    return true;
}

bool may_hold_secret(std::string_view statement) {
    static constexpr std::array kWords{"password",   "passwd", "identified", "secret", "encrypt",    "decrypt",
                                       "credential", "token",  "api_key",    "apikey", "private_key"};
    static constexpr std::array kVerbs{" grant ",
                                       " revoke ",
                                       " create user ",
                                       " alter user ",
                                       " create server ",
                                       " alter server ",
                                       " change master ",
                                       " change replication ",
                                       " create role ",
                                       " set default role ",
                                       " create or replace user ",
                                       " create or replace server "};
    if (statement.size() > kLookedAt) return true;
    // As it is too: a secret may stand behind what only looks like a comment.
    const std::string text = plain(statement) + plain(without_comments(statement));
    const auto has = [&text](const char* word) { return text.find(word) != std::string::npos; };
    return std::any_of(kWords.begin(), kWords.end(), has) || std::any_of(kVerbs.begin(), kVerbs.end(), has);
}

}  // namespace mmm::net::mysql
