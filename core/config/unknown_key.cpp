#include "core/config/unknown_key.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/config/keys.hpp"
#include "core/config/nearest.hpp"
#include "core/model/check.hpp"

namespace mmm::config {

namespace {

constexpr std::string_view kReference = "`mmm check-config --keys` lists all keys";

const std::vector<std::string>& section_names() {
    static const std::vector<std::string> kNames{"monitor", "socket", "defaults", "host", "role", "check"};
    return kNames;
}

/// `[host.db1]` and `[defaults.host]` take the keys of `[host.NAME]`.
std::string kind_of(std::string_view section) {
    if (section == "[defaults.host]") return "[host.NAME]";
    const auto dot = section.find('.');
    return dot == std::string_view::npos ? std::string(section) : std::string(section.substr(0, dot)) + ".NAME]";
}

std::string place_text(const std::string& section) {
    return section.empty() ? "at the top of the file, before the first [section]" : "in " + section;
}

std::string section_text(const std::string& name) {
    if (name == "defaults") return "[defaults.host]";
    return name == "monitor" || name == "socket" ? fmt::format("[{}]", name) : fmt::format("[{}.NAME]", name);
}

}  // namespace

bool is_section(std::string_view name) {
    return std::find(section_names().begin(), section_names().end(), name) != section_names().end();
}

UnknownKey unknown_key(std::string_view name, std::string_view section, bool is_section) {
    const std::string shown(name.substr(0, 64));
    if (is_section) {
        const std::string near = section.empty() ? nearest(name, section_names()) : "";
        return {fmt::format("unknown section \"{}\"{}{}", shown, section.empty() ? "" : " in ", section),
                near.empty() ? std::string(kReference) : fmt::format("did you mean {}?", section_text(near)), near};
    }
    UnknownKey out;
    out.message = fmt::format("unknown key \"{}\" {}", shown,
                              section.empty() ? "at the top of the file" : fmt::format("in {}", section));
    const std::string kind = kind_of(section);
    std::vector<std::string> here, elsewhere;
    const auto rows = key_rows();
    for (const auto& row : rows) (row.section == kind ? here : elsewhere).push_back(row.name);
    const auto place_of = [&](const std::string& key) {
        const auto row = std::find_if(rows.begin(), rows.end(),
                                      [&](const KeyRow& each) { return each.section != kind && each.name == key; });
        return place_text(row->section);
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

std::string check_remedy(std::string_view name) {
    std::vector<std::string> names{"default"};
    for (const auto& [kind, word] : kCheckWords) names.emplace_back(word);
    const std::string near = nearest(name, names);
    return near.empty() ? "there are ping, mysql, rep_backlog, rep_threads and default"
                        : fmt::format("did you mean [check.{}]?", near);
}

}  // namespace mmm::config
