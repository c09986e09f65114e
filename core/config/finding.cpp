#include "core/config/finding.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace mmm::config {

namespace {

/// `host.db1.ip` was perhaps filled in from `defaults.host.ip`, `check.ping.timeout` from `check.default.timeout`.
std::string default_path(const std::string& path) {
    const auto last = path.rfind('.');
    if (last == std::string::npos) return {};
    if (path.starts_with("host.")) return "defaults.host" + path.substr(last);
    if (path.starts_with("check.")) return "check.default" + path.substr(last);
    return {};
}

std::string counted(std::ptrdiff_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

}  // namespace

std::string text(const Finding& finding) {
    std::string out = finding.where.file;
    if (finding.where.line != 0) out += fmt::format(":{}:{}", finding.where.line, finding.where.column);
    out += finding.severity == Severity::fault ? ": fault: " : ": doubt: ";
    out += finding.message;
    if (!finding.remedy.empty()) out += "; " + finding.remedy;
    // Names in a file may hold anything, and this goes to terminals.
    std::replace_if(
        out.begin(), out.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '\x7f'; }, '?');
    return out;
}

std::string count_text(const std::vector<Finding>& findings) {
    const auto faults = std::count_if(findings.begin(), findings.end(),
                                      [](const Finding& finding) { return finding.severity == Severity::fault; });
    const auto doubts = std::ssize(findings) - faults;
    std::string out;
    if (faults > 0) out = counted(faults, "fault");
    if (doubts > 0) out += (out.empty() ? "" : ", ") + counted(doubts, "doubt");
    return out;
}

void sort_by_place(std::vector<Finding>& findings) {
    std::stable_sort(findings.begin(), findings.end(),
                     [](const Finding& a, const Finding& b) { return a.where < b.where; });
}

bool has_fault(const std::vector<Finding>& findings) {
    return std::any_of(findings.begin(), findings.end(),
                       [](const Finding& finding) { return finding.severity == Severity::fault; });
}

const Location* Where::find(const std::string& path) const {
    const auto found = places_.find(path);
    return found == places_.end() ? nullptr : &found->second;
}

bool Where::has(const std::string& path) const {
    return find(path) != nullptr || find(default_path(path)) != nullptr;
}

bool Where::refused(const std::string& path) const {
    return refused_.contains(path) || (!wrote(path) && refused_.contains(default_path(path)));
}

Location Where::at(const std::string& path) const {
    for (std::string part = path; !part.empty();) {
        if (const auto* place = find(part)) return *place;
        if (const auto* place = find(default_path(part))) return *place;
        const auto cut = part.find_last_of(".[");
        if (cut == std::string::npos) break;
        part.resize(cut);
    }
    return Location{file_, 0, 0};
}

}  // namespace mmm::config
