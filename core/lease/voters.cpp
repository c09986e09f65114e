#include "core/lease/voters.hpp"

#include <algorithm>

namespace mmm::lease {

namespace {

/// FNV-1a, 64 bits: for telling lists apart, not against forgery (messages are authenticated).
struct Fnv {
    VotersHash value = 14695981039346656037ULL;
    void add(char c) { value = (value ^ static_cast<unsigned char>(c)) * 1099511628211ULL; }
    void add(std::uint64_t number) {
        for (int shift = 0; shift < 64; shift += 8) add(static_cast<char>((number >> shift) & 0xff));
    }
    void add(const std::set<HostName>& names) {
        for (const auto& name : names) {
            for (const char c : name) add(c);
            add('\n');
        }
    }
};

bool more_than_half(const std::set<HostName>& names, const std::set<HostName>& yes) {
    const auto count = std::count_if(names.begin(), names.end(), [&](const auto& name) { return yes.contains(name); });
    return 2 * static_cast<std::size_t>(count) > names.size();
}

}  // namespace

bool Voters::majority(const std::set<HostName>& yes) const {
    return more_than_half(names, yes) && (joint.empty() || more_than_half(joint, yes));
}

VotersHash Voters::hash() const {
    Fnv fnv;
    if (settings != 0) fnv.add(settings);
    fnv.add(names);
    if (!joint.empty()) {
        fnv.add('|');
        fnv.add(joint);
    }
    return fnv.value;
}

bool Voters::accepts(VotersHash other) const {
    if (other == hash()) return true;
    return !joint.empty() &&
           (other == Voters{names, {}, settings}.hash() || other == Voters{joint, {}, settings}.hash());
}

std::set<HostName> Voters::all() const {
    std::set<HostName> both = names;
    both.insert(joint.begin(), joint.end());
    return both;
}

}  // namespace mmm::lease
