#include "core/model/gtid_history.hpp"

#include <algorithm>

#include "core/model/gtid.hpp"

namespace mmm {

Result<GtidHistory> GtidHistory::parse(std::string_view text) {
    GtidHistory history;
    while (!text.empty()) {
        const auto comma = text.find(',');
        const auto one = GtidPosition::parse(text.substr(0, comma));
        if (!one) return tl::make_unexpected(one.error());
        for (const auto& [domain, last] : one->domains()) {
            auto& known = history.last_[{domain, last.server}];
            known = std::max(known, last.sequence);
        }
        if (comma == std::string_view::npos) break;
        text.remove_prefix(comma + 1);
    }
    return history;
}

std::string GtidHistory::beyond(const GtidHistory& other, std::uint32_t except) const {
    std::string list;
    for (const auto& [who, sequence] : last_) {
        const auto& [domain, server] = who;
        const auto found = other.last_.find(who);
        if (server == except || (found != other.last_.end() && found->second >= sequence)) continue;
        list += (list.empty() ? "" : ",") + std::to_string(domain) + "-" + std::to_string(server) + "-" +
                std::to_string(sequence);
    }
    return list;
}

GtidHistory GtidHistory::of(std::uint32_t server) const {
    GtidHistory own = *this;
    std::erase_if(own.last_, [&](const auto& entry) { return entry.first.second != server; });
    return own;
}

}  // namespace mmm
