#include "core/proto/read_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/proto/escape.hpp"
#include "core/proto/field_reader.hpp"
#include "core/proto/utf8.hpp"

namespace mmm::proto {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

/// A transaction's own key comes first; what follows it, up to the next one, is about it.
Fields fields_of(const LostTransaction& lost) {
    Fields fields{{"transaction", lost.gtid + " " + lost.place}};
    for (const RowChange& change : lost.rows)
        fields.emplace_back("rows", fmt::format("{} {} {}", change.events, change.kind, change.table));
    for (const std::string& statement : lost.statements)
        fields.emplace_back("statement", std::string(cut_text(statement, kMaxStatement)));
    if (lost.hidden > 0) fields.emplace_back("hidden", std::to_string(lost.hidden));
    return fields;
}

std::size_t bytes_of(const Fields& fields) {
    std::size_t bytes = 0;
    for (const auto& [key, value] : fields) bytes += key.size() + escape(value).size() + 2;
    return bytes;
}

/// The part of `text` before the first blank, which is taken off with it.
std::string first_word(std::string& text) {
    const auto blank = text.find(' ');
    std::string word = text.substr(0, blank);
    text = blank == std::string::npos ? "" : text.substr(blank + 1);
    return word;
}

bool read_rows(std::string text, LostTransaction& lost) {
    const auto events = parse_number(first_word(text));
    RowChange change{first_word(text), text, events.value_or(0)};
    const bool known = change.kind == "insert" || change.kind == "update" || change.kind == "delete";
    if (!events || !known || change.table.empty()) return false;
    lost.rows.push_back(std::move(change));
    return true;
}

bool read_field(const std::string& key, std::string value, ReadLosses& losses) {
    if (key == "transaction") {
        LostTransaction lost{first_word(value), value};
        if (lost.gtid.empty() || lost.place.empty() || losses.transactions.size() >= kMostLost) return false;
        losses.transactions.push_back(std::move(lost));
        return true;
    }
    if (key != "rows" && key != "statement" && key != "hidden") return true;
    if (losses.transactions.empty()) return false;
    LostTransaction& last = losses.transactions.back();
    if (key == "rows") return read_rows(std::move(value), last);
    if (key == "statement") {
        last.statements.push_back(std::move(value));
        return true;
    }
    const auto hidden = parse_number(value);
    last.hidden = hidden.value_or(0);
    return hidden.has_value();
}

}  // namespace

std::string encode_losses(const HostName& host, ReadLosses losses) {
    Message message{std::string(kLosses), host, {{"of", losses.of}}};
    std::size_t bytes = 0;
    std::size_t told = 0;
    for (const LostTransaction& lost : losses.transactions) {
        Fields fields = fields_of(lost);
        bytes += bytes_of(fields);
        // One for the problem.
        if (told == kMostLost || bytes > kMostLostBytes || message.fields.size() + fields.size() >= kMaxFields) break;
        message.fields.insert(message.fields.end(), fields.begin(), fields.end());
        ++told;
    }
    if (told < losses.transactions.size()) {
        const std::string left =
            fmt::format("{} more of them don't fit into an answer", losses.transactions.size() - told);
        losses.problem += (losses.problem.empty() ? "" : "; ") + left;
    }
    constexpr std::size_t kMaxText = 1000;
    if (!losses.problem.empty())
        message.fields.emplace_back("problem", std::string(cut_text(losses.problem, kMaxText)));
    return encode(message);
}

Result<ReadLosses> decode_losses(const Message& message) {
    FieldReader reader(message, kLosses);
    ReadLosses losses;
    losses.of = reader.text("of");
    if (reader.has("problem")) losses.problem = reader.text("problem");
    for (const auto& [key, value] : message.fields) {
        if (!read_field(key, value, losses)) reader.refuse_value(key, value);
    }
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return losses;
}

}  // namespace mmm::proto
