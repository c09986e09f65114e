#include "core/model/gtid.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace mmm {
namespace {

constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();

/// Merges what overlaps or touches, in order of `first`.
GtidSet::Intervals merged(GtidSet::Intervals all) {
    std::sort(all.begin(), all.end(), [](const auto& one, const auto& other) { return one.first < other.first; });
    GtidSet::Intervals result;
    for (const auto& next : all) {
        const bool joins = !result.empty() && (result.back().last == kMost || next.first <= result.back().last + 1);
        if (joins) {
            result.back().last = std::max(result.back().last, next.last);
        } else {
            result.push_back(next);
        }
    }
    return result;
}

/// What of `all` isn't in `taken`.
GtidSet::Intervals subtracted(const GtidSet::Intervals& all, const GtidSet::Intervals& taken) {
    GtidSet::Intervals result;
    auto hole = taken.begin();
    for (GtidSet::Interval rest : all) {
        while (hole != taken.end() && hole->last < rest.first) ++hole;
        bool left = true;
        for (auto next = hole; next != taken.end() && next->first <= rest.last; ++next) {
            if (next->first > rest.first) result.push_back({rest.first, next->first - 1});
            left = next->last < rest.last;
            if (!left) break;
            rest.first = next->last + 1;
        }
        if (left) result.push_back(rest);
    }
    return result;
}

/// The last transaction of each domain: its number and who wrote it.
std::map<std::uint32_t, std::pair<std::uint64_t, std::uint32_t>> heads(const GtidSet& set) {
    std::map<std::uint32_t, std::pair<std::uint64_t, std::uint32_t>> last;
    for (const auto& [origin, intervals] : set.intervals()) {
        if (!origin.uuid.empty()) continue;
        auto& head = last[origin.domain];
        head = std::max(head, {intervals.back().last, origin.server});
    }
    return last;
}

}  // namespace

void GtidSet::tidy() {
    for (auto& [origin, intervals] : intervals_) intervals = merged(std::move(intervals));
}

std::uint64_t GtidSet::count() const {
    std::uint64_t total = 0;
    for (const auto& [origin, intervals] : intervals_) {
        for (const auto& [first, last] : intervals) {
            const std::uint64_t length = last - first + 1;
            if (length > kMost - total) return kMost;
            total += length;
        }
    }
    return total;
}

bool GtidSet::contains(const GtidSet& other) const {
    return other.without(*this).empty();
}

GtidSet GtidSet::united(const GtidSet& other) const {
    GtidSet result = *this;
    for (const auto& [origin, intervals] : other.intervals_) {
        auto& all = result.intervals_[origin];
        all.insert(all.end(), intervals.begin(), intervals.end());
    }
    result.tidy();
    return result;
}

GtidSet GtidSet::without(const GtidSet& other) const {
    GtidSet result;
    for (const auto& [origin, intervals] : intervals_) {
        const auto found = other.intervals_.find(origin);
        auto left = found == other.intervals_.end() ? intervals : subtracted(intervals, found->second);
        if (!left.empty()) result.intervals_[origin] = std::move(left);
    }
    return result;
}

bool GtidSet::knows(const GtidOrigin& origin) const {
    return std::any_of(intervals_.begin(), intervals_.end(), [&](const auto& entry) {
        return entry.first.uuid == origin.uuid && entry.first.domain == origin.domain;
    });
}

GtidSet GtidSet::without_server(std::uint32_t server, std::string_view uuid) const {
    return of_origins([&](const GtidOrigin& origin) {
        return origin.uuid.empty() ? server == 0 || origin.server != server : origin.uuid != uuid;
    });
}

bool covers(const GtidSet& have, const GtidSet& wanted) {
    return rest(have, wanted).empty();
}

GtidSet rest(const GtidSet& have, const GtidSet& wanted) {
    const auto reached = heads(have);
    const auto to_reach = heads(wanted);
    if (to_reach.empty()) return wanted.without(have);
    GtidSet result;
    for (const auto& [domain, head] : to_reach) {
        const auto found = reached.find(domain);
        const std::uint64_t last = found == reached.end() ? 0 : found->second.first;
        if (last < head.first) result.intervals_[{domain, head.second}] = {{last + 1, head.first}};
    }
    return result;
}

std::string missing(const GtidSet& have, const GtidSet& wanted) {
    const auto reached = heads(have);
    const auto to_reach = heads(wanted);
    if (to_reach.empty()) return wanted.without(have).text();
    std::string result;
    for (const auto& [domain, head] : to_reach) {
        const auto found = reached.find(domain);
        if (found != reached.end() && found->second.first >= head.first) continue;
        result += (result.empty() ? "" : ",") + std::to_string(domain) + "-" + std::to_string(head.second) + "-" +
                  std::to_string(head.first);
    }
    return result;
}

}  // namespace mmm
