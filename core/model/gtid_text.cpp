#include <algorithm>
#include <charconv>
#include <limits>
#include <optional>

#include "core/model/gtid.hpp"

namespace mmm {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";
constexpr std::size_t kUuidLength = 36;
constexpr std::size_t kMostTag = 32;
/// MySQL's numbers end there.
constexpr std::uint64_t kMostMysql = (std::uint64_t{1} << 63U) - 2;

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kBlanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

/// The text up to `separator`, taken off the front of `text` with it; nothing is left after the last part.
std::string_view next_part(std::optional<std::string_view>& text, char separator) {
    const auto at = text->find(separator);
    const std::string_view part = text->substr(0, at);
    if (at == std::string_view::npos) {
        text.reset();
    } else {
        text->remove_prefix(at + 1);
    }
    return part;
}

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
    Number number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& letter : result) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return result;
}

bool is_hex(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'f');
}

std::optional<std::string> uuid_of(std::string_view text) {
    if (text.size() != kUuidLength) return std::nullopt;
    std::string uuid = lower(text);
    for (std::size_t at = 0; at < kUuidLength; ++at) {
        const bool dash = at == 8 || at == 13 || at == 18 || at == 23;
        if (dash ? uuid[at] != '-' : !is_hex(uuid[at])) return std::nullopt;
    }
    return uuid;
}

std::optional<std::string> tag_of(std::string_view text) {
    if (text.empty() || text.size() > kMostTag) return std::nullopt;
    std::string tag = lower(text);
    const auto is_letter = [](char letter) { return letter == '_' || (letter >= 'a' && letter <= 'z'); };
    const bool fits = is_letter(tag.front()) && std::all_of(tag.begin(), tag.end(), [&](char letter) {
                          return is_letter(letter) || (letter >= '0' && letter <= '9');
                      });
    return fits ? std::optional(tag) : std::nullopt;
}

std::string number_range(const GtidSet::Interval& interval) {
    const std::string first = std::to_string(interval.first);
    return interval.first == interval.last ? first : first + "-" + std::to_string(interval.last);
}

std::string mariadb_name(const GtidOrigin& origin, std::uint64_t number) {
    return std::to_string(origin.domain) + "-" + std::to_string(origin.server) + "-" + std::to_string(number);
}

std::string name_for_people(const GtidOrigin& origin, const GtidSet::Interval& interval) {
    if (!origin.uuid.empty())
        return origin.uuid + ":" + (origin.tag.empty() ? "" : origin.tag + ":") + number_range(interval);
    const std::string first = mariadb_name(origin, interval.first);
    return interval.first == interval.last ? first : first + " to " + mariadb_name(origin, interval.last);
}

}  // namespace

/// Reads one part of a set's text after the other.
class GtidReader {
  public:
    [[nodiscard]] bool read(std::string_view part) {
        const bool mysql = part.find(':') != std::string_view::npos;
        (mysql ? any_mysql_ : any_mariadb_) = true;
        return mysql ? read_mysql(part) : read_mariadb(part);
    }
    [[nodiscard]] bool mixes() const { return any_mysql_ && any_mariadb_; }
    GtidSet finish() {
        set_.tidy();
        return std::move(set_);
    }

  private:
    /// "0-1-64": up to that number; "0-1-60..64": these.
    bool read_mariadb(std::string_view part) {
        std::optional<std::string_view> rest = part;
        const auto domain = whole_number<std::uint32_t>(next_part(rest, '-'));
        const auto server = rest ? whole_number<std::uint32_t>(next_part(rest, '-')) : std::nullopt;
        if (!domain || !server || !rest) return false;
        const auto dots = rest->find("..");
        const auto first = dots == std::string_view::npos ? std::optional<std::uint64_t>(1)
                                                          : whole_number<std::uint64_t>(rest->substr(0, dots));
        const auto last = whole_number<std::uint64_t>(dots == std::string_view::npos ? *rest : rest->substr(dots + 2));
        if (!first || !last || *first == 0) return false;
        if (dots == std::string_view::npos && *last == 0) return true;  // nothing yet in that domain
        if (*first > *last) return false;
        set_.intervals_[GtidOrigin{*domain, *server}].push_back({*first, *last});
        return true;
    }

    /// "UUID:1-5:7:tag:1-3": a tag is that of all that follow it.
    bool read_mysql(std::string_view part) {
        std::optional<std::string_view> rest = part;
        const auto uuid = uuid_of(trimmed(next_part(rest, ':')));
        if (!uuid) return false;
        GtidOrigin origin{0, 0, *uuid};
        bool complete = false;
        while (rest) {
            const std::string_view word = trimmed(next_part(rest, ':'));
            if (auto tag = tag_of(word)) {
                if (!complete && !origin.tag.empty()) return false;
                origin.tag = *std::move(tag);
                complete = false;
                continue;
            }
            const auto dash = word.find('-');
            const auto first = whole_number<std::uint64_t>(trimmed(word.substr(0, dash)));
            const auto last =
                dash == std::string_view::npos ? first : whole_number<std::uint64_t>(trimmed(word.substr(dash + 1)));
            if (!first || !last || *first == 0 || *first > *last || *last > kMostMysql) return false;
            set_.intervals_[origin].push_back({*first, *last});
            complete = true;
        }
        return complete;
    }

    GtidSet set_;
    bool any_mysql_ = false;
    bool any_mariadb_ = false;
};

Result<GtidSet> GtidSet::parse(std::string_view text) {
    if (text.size() > kMaxText)
        return fail(Code::invalid, "a GTID set of " + std::to_string(text.size()) + " bytes is too long");
    GtidReader reader;
    std::optional<std::string_view> rest = trimmed(text);
    if (rest->empty()) return GtidSet();
    while (rest) {
        const std::string_view part = trimmed(next_part(rest, ','));
        if (part.empty() && !rest) return fail(Code::invalid, "a list of GTIDs ends with a comma");
        if (!reader.read(part)) return fail(Code::invalid, "not a GTID: '" + std::string(part.substr(0, 60)) + "'");
        if (reader.mixes()) return fail(Code::invalid, "GTIDs of MariaDB and of MySQL in one list");
    }
    return reader.finish();
}

std::string GtidSet::text() const {
    return written(false);
}

std::string GtidSet::ranges() const {
    return written(true);
}

std::string GtidSet::written(bool both_ends) const {
    std::string result;
    const GtidOrigin* before = nullptr;
    for (const auto& [origin, intervals] : intervals_) {
        if (!origin.uuid.empty()) {
            const bool same = before != nullptr && before->uuid == origin.uuid;
            if (!same) result += (result.empty() ? "" : ",") + origin.uuid;
            if (!origin.tag.empty()) result += ":" + origin.tag;
            for (const auto& interval : intervals) result += ":" + number_range(interval);
        } else {
            for (const auto& [first, last] : intervals) {
                const bool only_last = first == 1 && !both_ends;
                result += (result.empty() ? "" : ",") + mariadb_name(origin, only_last ? last : first);
                if (!only_last) result += ".." + std::to_string(last);
            }
        }
        before = &origin;
    }
    return result;
}

std::string GtidSet::listed(std::size_t most) const {
    std::string result;
    std::size_t parts = 0;
    for (const auto& [origin, intervals] : intervals_) {
        for (const auto& interval : intervals) {
            if (parts++ < most) result += (result.empty() ? "" : ", ") + name_for_people(origin, interval);
        }
    }
    if (parts > most) result += " and " + std::to_string(parts - most) + " more";
    return result;
}

}  // namespace mmm
