#include "core/config/classic_sections.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "core/config/loaded.hpp"
#include "core/config/nearest.hpp"
#include "core/config/spelling.hpp"
#include "core/config/text.hpp"
#include "core/config/unknown_key.hpp"
#include "core/model/check.hpp"

namespace mmm::config {

namespace {

constexpr std::array<std::string_view, 3> kNamed{"host", "role", "check"};
constexpr std::string_view kDefault = "default";

bool is_named(std::string_view kind) {
    return std::find(kNamed.begin(), kNamed.end(), kind) != kNamed.end();
}

bool is_unique(std::string_view kind) {
    return kind == "monitor" || kind == "quorum" || kind == "socket" || kind == "security";
}

class Meaning {
  public:
    Meaning(ClassicIgnored& ignored, std::vector<Finding>& findings) : ignored_(ignored), findings_(findings) {}

    std::optional<MeantSection> of(const ClassicSection& section) {
        section_ = &section;
        std::string kind = section.kind, name = section.name;
        if (kind.empty()) return MeantSection{"", "", "", &section};
        if (ignored_.take_section(kind, name, section.at)) return std::nullopt;
        if (!is_named(kind) && !is_unique(kind) && !mend_kind(kind, name)) return std::nullopt;
        if (is_unique(kind)) {
            if (!name.empty()) fault(fmt::format("<{}> has no name", kind), fmt::format("write <{}>", kind));
            return MeantSection{kind, kind, "", &section};
        }
        if (name.empty() && !mend_name(kind, name)) return std::nullopt;
        if (kind == "host") mend_template(name);
        if (kind == "role" && name == kDefault) {
            fault("<role default> isn't a template", "only hosts and checks have defaults");
            return std::nullopt;
        }
        if (kind == "check" && name != kDefault && !check_kind(name)) {
            fault(fmt::format("there is no check {}", shown(name)), check_remedy(Format::classic, name));
            return std::nullopt;
        }
        if (name == kDefault)
            doubt_late_template(kind);
        else
            first_.try_emplace({section.file, kind}, &section);
        const bool host_template = kind == "host" && name == kDefault;
        return MeantSection{host_template ? "defaults.host" : kind + "." + name, kind, name, &section};
    }

  private:
    /// `<hostdb1>`, `<hosts db1>`: false when it can't be guessed.
    bool mend_kind(std::string& kind, std::string& name) {
        for (const auto meant : kNamed) {
            if (!kind.starts_with(meant) || !name.empty() || kind == std::string(meant) + "s") continue;
            name = kind.substr(meant.size());
            fault(fmt::format("<{}> lacks the blank behind \"{}\"", kind, meant),
                  fmt::format("write <{} {}>", meant, name));
            kind = meant;
            return true;
        }
        const std::string near =
            nearest(kind, {"monitor", "quorum", "socket", "security", "host", "role", "check", "copy_method"});
        if (near.empty()) {
            fault(fmt::format("unknown section <{}>", kind.substr(0, 64)),
                  unknown_key(Format::classic, kind, "", true).remedy);
            return false;
        }
        fault(fmt::format("unknown section <{}>", kind),
              fmt::format("did you mean <{}{}{}>?", near, name.empty() ? "" : " ", name));
        kind = near;
        return near != "copy_method";
    }

    [[nodiscard]] bool has(std::string_view key) const {
        return std::any_of(section_->settings.begin(), section_->settings.end(),
                           [&](const ClassicSetting& setting) { return setting.key == key; });
    }

    /// `<host>`: without an address of its own it is meant for all of them.
    bool mend_name(const std::string& kind, std::string& name) {
        const bool is_template = (kind == "host" && !has("ip")) || kind == "check";
        const std::string remedy = is_template ? fmt::format("write <{} default> for values that all share", kind)
                                               : fmt::format("write <{} NAME>", kind);
        fault(fmt::format("<{}> has no name", kind), remedy);
        if (is_template) name = kDefault;
        return is_template;
    }

    /// `<host defult>`
    void mend_template(std::string& name) {
        if (name == kDefault || edit_distance(name, kDefault) > 2 || has("ip")) return;
        fault(fmt::format("<host {}> is neither the template nor a host with an ip", name), "write <host default>");
        name = kDefault;
    }

    void doubt_late_template(const std::string& kind) {
        const auto found = first_.find({section_->file, kind});
        if (found == first_.end() || section_->continued) return;
        add(Severity::doubt,
            fmt::format("<{} default> stands behind <{} {}> in line {}, which it fills in all the same", kind, kind,
                        found->second->name, found->second->at.line),
            "write it before them");
    }

    void fault(std::string message, std::string remedy) { add(Severity::fault, std::move(message), std::move(remedy)); }

    void add(Severity severity, std::string message, std::string remedy) {
        if (!section_->continued && findings_.size() <= kMostFindings)
            findings_.push_back({severity, section_->at, std::move(message), std::move(remedy)});
    }

    ClassicIgnored& ignored_;
    std::vector<Finding>& findings_;
    const ClassicSection* section_ = nullptr;
    std::map<std::pair<std::size_t, std::string>, const ClassicSection*>
        first_;  ///< of a kind in a file, but templates
};

}  // namespace

std::vector<MeantSection> meant_sections(const ClassicTree& tree, ClassicIgnored& ignored,
                                         std::vector<Finding>& findings) {
    Meaning meaning(ignored, findings);
    std::vector<MeantSection> out;
    for (const auto& section : tree.sections) {
        if (auto meant = meaning.of(section)) out.push_back(std::move(*meant));
    }
    return out;
}

}  // namespace mmm::config
