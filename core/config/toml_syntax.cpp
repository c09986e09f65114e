#include "core/config/toml_syntax.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/config/field.hpp"

namespace mmm::config {

namespace {

/// Each mended line costs another parse of the whole text.
constexpr int kMostMended = 50;

constexpr std::string_view kKeyLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
constexpr std::string_view kBlanks = " \t\r";

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(kBlanks) - begin + 1);
}

/// A line `KEY = VALUE` or `KEY VALUE`, taken apart without TOML's rules.
struct Line {
    std::string_view key;
    bool has_equals = false;
    std::string_view value;        ///< without a comment
    std::size_t value_column = 0;  ///< counts from 1
};

std::optional<Line> take_apart(std::string_view line) {
    const auto begin = line.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return std::nullopt;
    const auto end = std::min(line.find_first_not_of(kKeyLetters, begin), line.size());
    Line out;
    out.key = line.substr(begin, end - begin);
    auto value = line.find_first_not_of(kBlanks, end);
    if (out.key.empty() || value == std::string_view::npos) return std::nullopt;
    if (line[value] == '=') {
        out.has_equals = true;
        value = line.find_first_not_of(kBlanks, value + 1);
        if (value == std::string_view::npos) return std::nullopt;
    } else if (value == end) {
        return std::nullopt;
    }
    out.value_column = value + 1;
    out.value = trimmed(line.substr(value, line.find('#', value) - value));
    return out;
}

bool is_plain_word(std::string_view text) {
    const auto is_plain = [](char c) {
        return kKeyLetters.find(c) != std::string_view::npos ||
               std::string_view("./:@%+").find(c) != std::string_view::npos;
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_plain);
}

/// A bare word as the TOML value that was meant: numbers and booleans stay, all else gets quotes.
std::string as_value(std::string_view word) {
    const bool number = word.find_first_not_of("0123456789") == std::string_view::npos && !word.starts_with('0');
    return number || word == "true" || word == "false" ? std::string(word) : quoted(word);
}

/// `db1, db2` as a list; nothing when a part of it isn't a plain word.
std::optional<std::string> meant_list(std::string_view value) {
    std::string list;
    while (true) {
        const auto comma = value.find(',');
        const auto word = trimmed(value.substr(0, comma));
        if (!is_plain_word(word)) return std::nullopt;
        list += (list.empty() ? "[" : ", ") + as_value(word);
        if (comma == std::string_view::npos) return list + "]";
        value.remove_prefix(comma + 1);
    }
}

/// The TOML value that the line was meant to have; nothing when that isn't clear, or when it has it already (and the
/// mistake is in a line before).
std::optional<std::string> meant(const Line& line) {
    const bool is_toml = line.value.find_first_of("\"'[") == 0;
    if (is_toml) return line.has_equals ? std::nullopt : std::optional(std::string(line.value));
    auto value = is_plain_word(line.value) ? as_value(line.value) : meant_list(line.value);
    if (line.has_equals && value == line.value) return std::nullopt;
    return value;
}

std::string_view without_prefix(std::string_view description) {
    constexpr std::string_view kPrefix = "Error while parsing ";
    return description.starts_with(kPrefix) ? description.substr(kPrefix.size()) : description;
}

/// What to do about a fault of the grammar, by the words of the library's description.
std::string remedy_for(std::string_view description) {
    const auto has = [&](std::string_view words) { return description.find(words) != std::string_view::npos; };
    if (has("parsing array")) return "close the list that begins above with \"]\"";
    if (has("table header")) return "write [SECTION] or [SECTION.NAME] on a line of its own";
    if (has("expected value")) return "write a value after \"=\"";
    return {};
}

class Parser {
  public:
    Parser(const std::string& file, std::string_view text) : file_(file), text_(text) {}

    Syntax run() {
        for (int round = 0; round <= kMostMended; ++round) {
            auto result = toml::parse(std::string_view(text_), std::string_view(file_));
            if (result) {
                syntax_.table = std::move(result).table();
                return std::move(syntax_);
            }
            if (!mend(result.error())) break;
        }
        syntax_.complete = false;
        return std::move(syntax_);
    }

  private:
    /// Reports the fault; true when the text has changed so that another parse gets further.
    bool mend(const toml::parse_error& error) {
        const auto place = error.source().begin;
        find_line(place.line);
        const std::string_view line = std::string_view(text_).substr(begin_, length_);
        const auto description = error.description();
        const auto parts = take_apart(line);
        if (trimmed(line).starts_with('<')) {
            add(place.line, place.column, "not TOML: this looks like the classic MMM format",
                "sections are written [host.db1], values ip = \"192.168.10.131\"");
            return false;
        }
        if (description.find("redefine") != std::string_view::npos) {
            const bool is_section = trimmed(line).starts_with('[');
            add(place.line, 1,
                is_section ? fmt::format("{} stands in the file twice", trimmed(line.substr(0, line.find('#'))))
                           : fmt::format("\"{}\" stands in this section twice", parts ? parts->key : trimmed(line)),
                is_section ? "join the two, or rename one" : "remove one of the lines");
            if (!is_section) blank(line);
            return !is_section;
        }
        const auto value = parts ? meant(*parts) : std::nullopt;
        if (value) {
            mend_value(place.line, *parts, *value);
            return true;
        }
        const bool is_text = parts && parts->value.find_first_of("\"'") == 0 && !parts->value.starts_with("\"\"\"") &&
                             !parts->value.starts_with("'''");
        if (is_text && parts->value.find(parts->value.front(), 1) == std::string_view::npos)
            add(place.line, parts->value_column, fmt::format("the text of \"{}\" has no end", parts->key),
                fmt::format("close it with {}", parts->value.front()));
        else
            add(place.line, place.column, "not valid TOML: " + std::string(without_prefix(description)),
                remedy_for(description));
        if (!is_text) return false;
        syntax_.complete = false;
        blank(line);
        return true;
    }

    void mend_value(std::size_t number, const Line& parts, const std::string& value) {
        const bool secret = parts.key.find("pass") != std::string_view::npos;
        const std::string written = fmt::format("{} = {}", parts.key, value);
        add(number, parts.value_column,
            fmt::format("the value of \"{}\" needs {}", parts.key,
                        !parts.has_equals        ? "\"=\" before it"
                        : value.starts_with('[') ? "square brackets and quotes"
                                                 : "quotes"),
            secret ? fmt::format("write {} = \"...\"", parts.key) : "write " + written);
        // Blanks keep the column of the value, which later findings name.
        std::string mended = written;
        if (parts.has_equals) {
            const std::string_view line = std::string_view(text_).substr(begin_, length_);
            mended = std::string(line.substr(0, parts.value_column - 1)) + value;
        }
        text_.replace(begin_, length_, mended);
    }

    void blank(std::string_view line) { text_.erase(begin_, line.size()); }

    void find_line(std::size_t number) {
        begin_ = 0;
        for (std::size_t line = 1; line < number; ++line) {
            const auto end = text_.find('\n', begin_);
            if (end == std::string::npos) break;
            begin_ = end + 1;
        }
        length_ = std::min(text_.find('\n', begin_), text_.size()) - begin_;
    }

    void add(std::size_t line, std::size_t column, std::string message, std::string remedy) {
        syntax_.faults.push_back({Severity::fault,
                                  {file_, static_cast<unsigned>(line), static_cast<unsigned>(column)},
                                  std::move(message),
                                  std::move(remedy)});
    }

    const std::string& file_;
    std::string text_;
    std::size_t begin_ = 0, length_ = 0;  ///< the line being mended
    Syntax syntax_;
};

}  // namespace

Syntax parse_toml(const std::string& file, std::string_view text) {
    return Parser(file, text).run();
}

}  // namespace mmm::config
