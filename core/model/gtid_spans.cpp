#include "core/model/gtid_spans.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "core/model/gtid.hpp"

namespace mmm {

namespace {

std::string without_blanks(std::string_view text) {
    std::string result(text);
    std::erase_if(result, [](char letter) { return letter == ' ' || letter == '\n' || letter == '\r'; });
    return result;
}

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value == 0) return std::nullopt;
    return value;
}

/// "7" or "3-7".
std::optional<std::pair<std::uint64_t, std::uint64_t>> span_of(std::string_view text) {
    const auto dash = text.find('-');
    const auto first = number(text.substr(0, dash));
    const auto last = dash == std::string_view::npos ? first : number(text.substr(dash + 1));
    if (!first || !last || *last < *first) return std::nullopt;
    return std::pair(*first, *last);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

}  // namespace

void GtidSpans::put(const std::string& key, const std::string& name, Span span) {
    Origin& origin = origins_[key];
    if (origin.spans.empty() || span.second >= origin.spans.back().second) origin.name = name;
    origin.spans.push_back(span);
    std::sort(origin.spans.begin(), origin.spans.end());
    std::vector<Span> merged;
    for (const Span& each : origin.spans) {
        if (!merged.empty() && each.first <= merged.back().second + 1) {
            merged.back().second = std::max(merged.back().second, each.second);
        } else {
            merged.push_back(each);
        }
    }
    origin.spans = std::move(merged);
}

Result<GtidSpans> GtidSpans::parse(std::string_view text) {
    GtidSpans result;
    const std::string whole = without_blanks(text);
    if (whole.empty()) return result;
    result.mariadb_ = whole.find(':') == std::string::npos;
    if (result.mariadb_) {
        const auto position = GtidPosition::parse(whole);
        if (!position) return tl::make_unexpected(position.error());
        for (const auto& [domain, last] : position->domains()) {
            const std::string key = std::to_string(domain);
            if (last.sequence > 0) result.put(key, key + "-" + std::to_string(last.server) + "-", {1, last.sequence});
        }
        return result;
    }
    for (const auto& origin : split(whole, ',')) {
        auto parts = split(origin, ':');
        std::string name(parts.front());
        std::size_t spans = 0;
        for (auto part = parts.begin() + 1; part != parts.end(); ++part) {
            const bool is_tag = !part->empty() && (part->front() < '0' || part->front() > '9');
            if (is_tag) {
                name = std::string(parts.front()) + ":" + std::string(*part);
                continue;
            }
            const auto span = span_of(*part);
            if (!span) return fail(Code::invalid, "not a GTID: '" + std::string(origin.substr(0, 60)) + "'");
            result.put(name, name + ":", *span);
            ++spans;
        }
        if (spans == 0) return fail(Code::invalid, "not a GTID: '" + std::string(origin.substr(0, 60)) + "'");
    }
    return result;
}

std::uint64_t GtidSpans::count() const {
    std::uint64_t sum = 0;
    for (const auto& [key, origin] : origins_) {
        for (const auto& [first, last] : origin.spans) sum += last - first + 1;
    }
    return sum;
}

void GtidSpans::add(const GtidSpans& other) {
    mariadb_ = mariadb_ || other.mariadb_;
    for (const auto& [key, origin] : other.origins_) {
        for (const Span& span : origin.spans) put(key, origin.name, span);
    }
}

GtidSpans GtidSpans::without(const GtidSpans& other) const {
    GtidSpans result;
    result.mariadb_ = mariadb_;
    for (const auto& [key, origin] : origins_) {
        const auto found = other.origins_.find(key);
        for (Span span : origin.spans) {
            bool over = false;
            for (const Span& hole : found == other.origins_.end() ? std::vector<Span>{} : found->second.spans) {
                if (hole.second < span.first || hole.first > span.second) continue;
                if (hole.first > span.first) result.put(key, origin.name, {span.first, hole.first - 1});
                over = hole.second >= span.second;
                if (over) break;
                span.first = hole.second + 1;
            }
            if (!over) result.put(key, origin.name, span);
        }
    }
    return result;
}

std::string GtidSpans::text() const {
    std::string result;
    for (const auto& [key, origin] : origins_) {
        bool first_span = true;
        for (const auto& [first, last] : origin.spans) {
            const bool named = mariadb_ || std::exchange(first_span, false);
            if (named && !result.empty()) result += ',';
            result += named ? origin.name : ":";
            result += std::to_string(first);
            if (last > first) result += (mariadb_ ? ".." : "-") + std::to_string(last);
        }
    }
    return result;
}

}  // namespace mmm
