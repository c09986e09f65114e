#include "core/config/classic_ignored.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/text.hpp"

namespace mmm::config {

namespace {

/// What the names of a kind have in common, as the end of a sentence.
constexpr std::array<std::string_view, 4> kWhy{
    "of MMM's backup tools, which have no successor here",
    "of a fork that shuts clients out by packet filter: a leaving writer's clients are always ended",
    "of a fork with replication channels: only the channel that a host's replication_channel names is controlled",
    "of a fork: addresses come from <role NAME>"};
constexpr std::size_t kTools = 0, kFilter = 1, kChannels = 2, kIp = 3;

struct Known {
    std::string_view name;  ///< with a `*` at its end: all that begins so
    std::string_view kind;  ///< of the section; `*`: any
    std::size_t group;
};

constexpr std::array<Known, 14> kKeys{{{"ssh_*", "host", kTools},
                                       {"tools_*", "host", kTools},
                                       {"lvm_*", "host", kTools},
                                       {"backup_dir", "host", kTools},
                                       {"restore_dir", "host", kTools},
                                       {"mysql_pidfile", "host", kTools},
                                       {"mysql_rcscript", "host", kTools},
                                       {"mysql_cnf", "host", kTools},
                                       {"default_copy_method", "", kTools},
                                       {"clone_dirs", "", kTools},
                                       {"iptables_*", "*", kFilter},
                                       {"replication_channel", "*", kChannels},
                                       {"mmm_channel", "*", kChannels},
                                       {"mmm_channels", "*", kChannels}}};

bool is(const Known& known, std::string_view key, std::string_view kind) {
    if (known.kind != "*" && known.kind != kind) return false;
    if (!known.name.ends_with('*')) return known.name == key;
    const auto begin = known.name.substr(0, known.name.size() - 1);
    return key.size() > begin.size() && key.starts_with(begin);
}

/// The most names that one doubt lists.
constexpr std::size_t kMostNames = 20;

}  // namespace

bool ClassicIgnored::take_key(std::string_view key, std::string_view kind, const Location& at) {
    const auto* found =
        std::find_if(kKeys.begin(), kKeys.end(), [&](const Known& known) { return is(known, key, kind); });
    if (found == kKeys.end()) return false;
    note(found->group, std::string(key), at);
    return true;
}

bool ClassicIgnored::take_section(std::string_view kind, std::string_view name, const Location& at) {
    if (kind != "copy_method" && kind != "ip") return false;
    note(kind == "ip" ? kIp : kTools, fmt::format("<{}{}{}>", kind, name.empty() ? "" : " ", name), at);
    return true;
}

void ClassicIgnored::note(std::size_t group, std::string name, const Location& at) {
    auto& seen = seen_.try_emplace(group, Seen{at, {}}).first->second;
    // Sections are met before keys, whatever their order in the file.
    if (at.file == seen.first.file && at < seen.first) seen.first = at;
    if (std::find(seen.names.begin(), seen.names.end(), name) == seen.names.end() && seen.names.size() <= kMostNames)
        seen.names.push_back(std::move(name));
}

std::vector<Finding> ClassicIgnored::findings() const {
    std::vector<Finding> out;
    for (const auto& [group, seen] : seen_) {
        std::string names;
        for (std::size_t i = 0; i < std::min(seen.names.size(), kMostNames); ++i)
            names += (i == 0 ? "" : i + 1 == seen.names.size() ? " and " : ", ") + seen.names[i];
        const bool more = seen.names.size() > kMostNames;
        const bool many = seen.names.size() > 1;
        out.push_back({Severity::doubt, seen.first,
                       fmt::format("{}{} {} no effect, being {}", names, more ? " and more" : "", many ? "have" : "has",
                                   kWhy.at(group)),
                       many ? "the lines may stay" : "the line may stay"});
    }
    return out;
}

std::vector<std::string> ignored_keys(std::string_view kind) {
    std::vector<std::string> out;
    for (const auto& known : kKeys) {
        const bool here = known.kind == "*" || known.kind == kind;
        if (here && !known.name.ends_with('*')) out.emplace_back(known.name);
    }
    return out;
}

}  // namespace mmm::config
