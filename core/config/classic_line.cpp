#include "core/config/classic_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "core/config/text.hpp"

namespace mmm::config {

namespace {

using Kind = ClassicLine::Kind;

struct OddBlank {
    std::string_view bytes, name;
};

/// Blanks that come along when text is copied from web pages, and that no parser takes for one.
constexpr std::array<OddBlank, 7> kOddBlanks{{{"\xc2\xa0", "no-break space (U+00A0)"},
                                              {"\xe3\x80\x80", "full-width space (U+3000)"},
                                              {"\xe2\x80\x82", "en space (U+2002)"},
                                              {"\xe2\x80\x83", "em space (U+2003)"},
                                              {"\xe2\x80\x89", "thin space (U+2009)"},
                                              {"\xe2\x80\xaf", "narrow no-break space (U+202F)"},
                                              {"\xe2\x80\x8b", "zero-width space (U+200B)"}}};

unsigned column_of(std::size_t offset) {
    return static_cast<unsigned>(offset) + 1;
}

/// Where the comment begins; npos without one.
std::size_t comment_begin(std::string_view line) {
    const bool tag = trimmed(line).starts_with('<');
    for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
        if (at == 0 || kBlanks.find(line[at - 1]) != std::string_view::npos) return at;
        if (tag && line[at - 1] == '>') return at;
    }
    return std::string_view::npos;
}

void complain(ClassicLine& line, std::string complaint, std::string remedy) {
    if (!line.complaint.empty()) return;
    line.complaint = std::move(complaint);
    line.remedy = std::move(remedy);
}

std::string tag_text(const ClassicLine& line) {
    const char* slash = line.kind == Kind::empty ? "/" : "";
    if (line.kind == Kind::close) return fmt::format("</{}>", line.word);
    return fmt::format("<{}{}{}{}>", line.word, line.value.empty() ? "" : " ", line.value, slash);
}

void take_tag(std::string_view body, ClassicLine& line) {
    const auto end = body.find('>');
    std::string_view inner = trimmed(body.substr(1, end == std::string_view::npos ? end : end - 1));
    line.kind = Kind::open;
    if (inner.starts_with('/')) {
        line.kind = Kind::close;
        inner.remove_prefix(1);
    } else if (inner.ends_with('/')) {
        line.kind = Kind::empty;
        inner.remove_suffix(1);
    }
    const auto words = words_of(inner);
    if (words.empty()) {
        line.kind = Kind::blank;
        return complain(line, "a tag without a word", "write a section like <host db1>");
    }
    line.word = words[0];
    if (words.size() > 1 && line.kind != Kind::close) line.value = words[1];
    if (end == std::string_view::npos)
        complain(line, "the tag has no \">\"", "write " + tag_text(line));
    else if (!trimmed(body.substr(end + 1)).empty())
        complain(line, "something stands behind the tag", "write it on a line of its own");
    else if (line.kind == Kind::close && words.size() > 1)
        complain(line, "an end tag has no name", "write " + tag_text(line));
    else if (words.size() > 2)
        complain(line, "a section has one name", "write " + tag_text(line));
}

void take_setting(std::string_view body, ClassicLine& line) {
    line.kind = Kind::setting;
    auto end = std::min(body.find_first_of(kBlanks), body.size());
    const auto letters = std::min(body.find_first_not_of(kKeyLetters), body.size());
    const auto next = std::min(body.find_first_not_of(kBlanks, end), body.size());
    std::string_view value = body.substr(next);
    // `ip = ...`, `ip=...`: habits from other formats. A password may begin with "=", so a lone one is looked for.
    const bool in_key = letters < end && letters > 0 && body[letters] == '=';
    const bool lone = value == "=" || (value.starts_with('=') && kBlanks.find(value[1]) != std::string_view::npos);
    if (in_key || lone) {
        if (in_key) end = letters;
        value = trimmed(body.substr(in_key ? letters + 1 : next + 1));
        complain(line,
                 fmt::format("there is no \"=\" between {} and its value in this format", shown(body.substr(0, end))),
                 "write a blank instead");
    }
    line.word = body.substr(0, end);
    line.value = value;
    if (!value.empty()) line.value_column = line.column + static_cast<unsigned>(value.data() - body.data());
}

}  // namespace

ClassicLine take_classic_line(std::string_view text) {
    ClassicLine line;
    const auto begin = text.find_first_not_of(kBlanks);
    if (begin == std::string_view::npos) return line;
    line.column = line.value_column = column_of(begin);
    const auto comment = comment_begin(text);
    std::string body(trimmed(text.substr(0, comment)));
    // What is in comments harms nobody: they may be in any encoding.
    if (body.empty()) return line;
    if (comment != std::string_view::npos) line.comment_column = column_of(comment);
    if (has_control(body) || body.find('\r') != std::string::npos) {
        complain(line, "the line has control characters", "write it anew");
        return line;
    }
    if (!is_utf8(body)) {
        complain(line, "the line isn't UTF-8", "store the file as UTF-8");
        return line;
    }
    for (const auto& blank : kOddBlanks) {
        if (body.find(blank.bytes) == std::string::npos) continue;
        complain(line, fmt::format("the line has a {}, which doesn't count as a blank", blank.name),
                 "write a normal blank");
        body = trimmed(replaced(body, blank.bytes, " "));
    }
    if (body.empty()) return line;
    body.front() == '<' ? take_tag(body, line) : take_setting(body, line);
    return line;
}

}  // namespace mmm::config
