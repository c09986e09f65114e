#include "core/config/classic_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "core/config/classic_line.hpp"
#include "core/config/classic_old.hpp"
#include "core/config/loaded.hpp"
#include "core/config/text.hpp"

namespace mmm::config {

namespace {

using Kind = ClassicLine::Kind;

/// So many lines are named where a finding is about many.
constexpr std::size_t kMostLines = 20;

std::string title(const ClassicSection& section) {
    return fmt::format("<{}{}{}>", section.kind, section.name.empty() ? "" : " ", section.name);
}

bool is_kind(std::string_view word) {
    constexpr std::array<std::string_view, 9> kKinds{"monitor", "quorum", "socket",      "security", "host",
                                                     "role",    "check",  "copy_method", "ip"};
    return std::find(kKinds.begin(), kKinds.end(), word) != kKinds.end();
}

class TreeReader {
  public:
    explicit TreeReader(const Include& include) : include_(include) {}

    ClassicTree read(const std::string& file, std::string_view text) {
        read_file(file, text);
        return std::move(tree_);
    }

  private:
    void read_file(const std::string& file, std::string_view text) {
        if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff"))
            return give_up({file, 1, 1}, "the file is UTF-16", "store it as UTF-8");
        bytes_ += text.size();
        if (bytes_ > kMostFileBytes)
            return give_up({file, 0, 0},
                           files_.empty() ? "the file is longer than 1 MiB" : "all files are longer than 1 MiB", "");
        if (const auto old = mmm1_line(text)) {
            tree_.sections.clear();
            return give_up({file, old->number, 1},
                           fmt::format("\"{}\" is how MMM 1.x writes a section; its format isn't read", old->text),
                           "write it anew as MMM 2 does, <host db1> to </host>, or in TOML");
        }
        if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
        files_.push_back(file);
        const std::size_t outer_file = std::exchange(file_, count_++);
        const auto outer_open = std::exchange(open_, std::nullopt);
        begin({.kind = "", .name = "", .at = {file, 0, 0}, .file = file_, .settings = {}});
        for (unsigned number = 1; !text.empty() && !given_up_; ++number) {
            const auto end = std::min(text.find('\n'), text.size());
            one_line({file, number, 1}, text.substr(0, end));
            text.remove_prefix(std::min(end + 1, text.size()));
        }
        tell_comments();
        if (open_ && !given_up_)
            add(Severity::doubt, open_->at,
                fmt::format("{} has no end, so it reaches to the end of the file", title(*open_)),
                fmt::format("write </{}>", open_->kind));
        open_ = outer_open;
        file_ = outer_file;
        files_.pop_back();
    }

    void one_line(const Location& at, std::string_view text) {
        const auto line = take_classic_line(text);
        const auto place = [&](unsigned column) { return Location{at.file, at.line, column}; };
        if (line.comment_column > 0) comments_[file_].push_back(place(line.comment_column));
        if (!line.complaint.empty()) add(Severity::fault, place(line.column), line.complaint, line.remedy);
        switch (line.kind) {
            case Kind::blank:
                return;
            case Kind::close:
                return close(line, place(line.column));
            case Kind::open:
            case Kind::empty:
                return open(line, place(line.column));
            case Kind::setting:
                break;
        }
        if (line.word.starts_with("include") && (line.word == "include" || line.value.empty()))
            return include(line, place(line.column));
        tree_.sections.back().settings.push_back(
            {line.word, line.value, place(line.column), place(line.value_column), line.comment_column});
    }

    void open(const ClassicLine& line, const Location& at) {
        ClassicSection section{.kind = line.word, .name = line.value, .at = at, .file = file_, .settings = {}};
        if (open_)
            add(Severity::fault, at,
                fmt::format("{} stands inside of {}, which begins in line {}", title(section), title(*open_),
                            open_->at.line),
                fmt::format("write </{}> before it", open_->kind));
        begin(section);
        open_ = section;
        if (line.kind == Kind::empty) end_section();
    }

    void close(const ClassicLine& line, const Location& at) {
        if (!open_)
            return add(Severity::fault, at,
                       fmt::format("</{}> ends nothing; the old programs read no further than this", line.word),
                       "remove the line");
        // A misspelt beginning is told about as such; which of the two words is right is known there.
        if (line.word != open_->kind && is_kind(open_->kind))
            add(Severity::doubt, at,
                fmt::format("</{}> is taken as the end of {} in line {}", line.word, title(*open_), open_->at.line),
                fmt::format("write </{}>", open_->kind));
        end_section();
    }

    void end_section() {
        const std::string file = open_->at.file;
        open_.reset();
        begin({.kind = "", .name = "", .at = {file, 0, 0}, .file = file_, .continued = true, .settings = {}});
    }

    void include(const ClassicLine& line, const Location& at) {
        const bool glued = line.word != "include";
        const std::string name = glued ? line.word.substr(std::string_view("include").size()) : line.value;
        if (glued)
            add(Severity::fault, at, fmt::format("{} lacks the blank behind \"include\"", shown(line.word)),
                fmt::format("write \"include {}\"", name));
        if (name.empty())
            return add(Severity::fault, at, "\"include\" names no file", "write \"include mmm_common.conf\"");
        const auto found = include_(name, at.file);
        if (!found) {
            tree_.complete = false;
            return add(Severity::fault, at, found.error().message, "");
        }
        if (std::find(files_.begin(), files_.end(), found->path) != files_.end())
            return add(Severity::fault, at, fmt::format("{} includes itself", found->path), "remove the line");
        if (files_.size() >= kMostIncludeDepth || count_ > kMostIncludes) {
            return give_up(at,
                           files_.size() >= kMostIncludeDepth ? "files include each other too deeply"
                                                              : "too many files are included",
                           fmt::format("{} deep and {} files are the most", kMostIncludeDepth, kMostIncludes));
        }
        read_file(found->path, found->text);
        // Later values override earlier ones, so what follows must come after what was included.
        ClassicSection rest{.kind = "", .name = "", .at = {at.file, 0, 0}, .file = file_, .settings = {}};
        if (open_) rest = *open_;
        rest.continued = true;
        begin(std::move(rest));
    }

    /// One doubt for all of a file: who writes one comment behind a value writes many.
    void tell_comments() {
        const auto found = comments_.find(file_);
        if (found == comments_.end()) return;
        const auto& places = found->second;
        std::string more;
        for (std::size_t i = 1; i < places.size() && i <= kMostLines; ++i)
            more += fmt::format("{}{}", i == 1 ? "" : i + 1 == places.size() ? " and " : ", ", places[i].line);
        if (places.size() > kMostLines + 1) more += fmt::format(" and {} more", places.size() - kMostLines - 1);
        if (!more.empty()) more = fmt::format(", as in line{} {}", places.size() > 2 ? "s" : "", more);
        add(Severity::doubt, places.front(),
            fmt::format(
                "what follows \"#\" is taken as a comment here{}; the old programs take it as part of the value", more),
            "put comments on lines of their own");
        comments_.erase(found);
    }

    void begin(ClassicSection section) { tree_.sections.push_back(std::move(section)); }

    void give_up(const Location& at, std::string message, std::string remedy) {
        tree_.complete = false;
        given_up_ = true;
        add(Severity::fault, at, std::move(message), std::move(remedy));
    }

    void add(Severity severity, Location at, std::string message, std::string remedy) {
        if (tree_.findings.size() <= kMostFindings)
            tree_.findings.push_back({severity, std::move(at), std::move(message), std::move(remedy)});
    }

    const Include& include_;
    ClassicTree tree_;
    std::vector<std::string> files_;                         ///< being read, the innermost last
    std::size_t file_ = 0, count_ = 0;                       ///< the one being read, and how many were met
    std::map<std::size_t, std::vector<Location>> comments_;  ///< behind something, by file
    std::size_t bytes_ = 0;
    std::optional<ClassicSection> open_;  ///< without its settings
    bool given_up_ = false;
};

}  // namespace

ClassicTree read_classic_tree(const std::string& file, std::string_view text, const Include& include) {
    return TreeReader(include).read(file, text);
}

}  // namespace mmm::config
