#include "core/config/unknown_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/config/keys.hpp"
#include "core/config/nearest.hpp"
#include "core/config/spelling.hpp"
#include "core/model/check.hpp"

namespace mmm::config {

namespace {

constexpr std::string_view kReference = "`mmm check-config --keys` lists all keys";

const std::vector<std::string>& section_names() {
    static const std::vector<std::string> kNames{"monitor",  "quorum", "socket", "security",
                                                 "defaults", "host",   "role",   "check"};
    return kNames;
}

/// "host.db1" and "defaults.host" take the keys of "host.NAME".
std::string kind_of(std::string_view section) {
    if (section == "defaults.host") return "host.NAME";
    const auto dot = section.find('.');
    return dot == std::string_view::npos ? std::string(section) : std::string(section.substr(0, dot)) + ".NAME";
}

/// The path in a KeyRow's title, `[host.NAME]`.
std::string path_of(const KeyRow& row) {
    return row.section.empty() ? "" : row.section.substr(1, row.section.size() - 2);
}

std::string place_text(Format format, const std::string& section) {
    if (!section.empty()) return "in " + section_text(format, section);
    return format == Format::toml ? "at the top of the file, before the first [section]" : "outside of any section";
}

std::string kind_text(Format format, const std::string& name) {
    if (name == "defaults") return section_text(format, "defaults.host");
    const bool single = name == "monitor" || name == "quorum" || name == "socket" || name == "security";
    return section_text(format, single ? name : name + ".NAME");
}

}  // namespace

bool is_section(std::string_view name) {
    return std::find(section_names().begin(), section_names().end(), name) != section_names().end();
}

UnknownKey unknown_key(Format format, std::string_view name, std::string_view section, bool is_section) {
    const std::string shown(name.substr(0, 64));
    if (is_section) {
        const std::string near = section.empty() ? nearest(name, section_names()) : "";
        return {fmt::format("unknown section \"{}\"{}", shown,
                            section.empty() ? "" : " " + place_text(format, std::string(section))),
                near.empty() ? std::string(kReference) : fmt::format("did you mean {}?", kind_text(format, near)),
                near};
    }
    UnknownKey out;
    const bool at_top = section.empty() && format == Format::toml;
    out.message = fmt::format("unknown key \"{}\" {}", shown,
                              at_top ? "at the top of the file" : place_text(format, std::string(section)));
    const std::string kind = kind_of(section);
    std::vector<std::string> here, elsewhere;
    const auto rows = key_rows();
    for (const auto& row : rows) (path_of(row) == kind ? here : elsewhere).push_back(row.name);
    const auto place_of = [&](const std::string& key) {
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&](const KeyRow& each) { return path_of(each) != kind && each.name == key; });
        return place_text(format, path_of(*row));
    };
    const bool is_elsewhere = std::find(elsewhere.begin(), elsewhere.end(), name) != elsewhere.end();
    if (is_elsewhere) {
        out.remedy = fmt::format("it belongs {}", place_of(shown));
    } else if (const std::string near = nearest(name, here); !near.empty()) {
        out.remedy = fmt::format("did you mean \"{}\"?", near);
        out.meant = near;
    } else if (const std::string far = nearest(name, elsewhere); !far.empty()) {
        out.remedy = fmt::format("did you mean \"{}\" {}?", far, place_of(far));
    } else {
        out.remedy = kReference;
    }
    return out;
}

std::string check_remedy(Format format, std::string_view name) {
    std::vector<std::string> names{"default"};
    for (const auto& [kind, word] : kCheckWords) names.emplace_back(word);
    const std::string near = nearest(name, names);
    return near.empty() ? "there are ping, mysql, rep_backlog, rep_threads and default"
                        : fmt::format("did you mean {}?", section_text(format, "check." + near));
}

}  // namespace mmm::config
