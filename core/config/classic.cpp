#include "core/config/classic.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "core/config/classic_checks.hpp"
#include "core/config/classic_glued.hpp"
#include "core/config/classic_ignored.hpp"
#include "core/config/classic_sections.hpp"
#include "core/config/classic_value.hpp"
#include "core/config/text.hpp"
#include "core/config/unknown_key.hpp"

namespace mmm::config {

namespace {

/// Puts settings into the sections of a Config, by the key tables.
class Settings {
  public:
    Settings(Loaded& out, ClassicIgnored& ignored) : out_(out), ignored_(ignored) {}

    template <class Section>
    void all(const MeantSection& from, Section& section) {
        if (!from.path.empty()) out_.where.set_first(from.path, from.section->at);
        for (const auto& setting : from.section->settings) one(from, setting, section);
    }

    void add(Severity severity, const Location& at, std::string message, std::string remedy) {
        if (out_.findings.size() < kMostFindings)
            out_.findings.push_back({severity, at, std::move(message), std::move(remedy)});
        else if (out_.findings.size() == kMostFindings)
            out_.findings.push_back(
                {Severity::fault, {at.file, 0, 0}, "there are more findings than are listed here", ""});
    }

  private:
    template <class Section>
    void one(const MeantSection& from, const ClassicSetting& setting, Section& section) {
        for (const auto& key : keys<Section>()) {
            if (key.name == setting.key) return put(from, setting, key, section);
        }
        if (ignored_.take_key(setting.key, from.kind, setting.key_at)) return;
        if (const auto glued = take_glued<Section>(setting.key, setting.value)) {
            for (const auto& key : keys<Section>()) {
                if (key.name == glued->key) return put_glued(from, setting, key, glued->value, section);
            }
        }
        if (out_.findings.size() > kMostFindings) return;
        const auto unknown = unknown_key(Format::classic, without_secret(setting), from.path, false);
        add(Severity::fault, setting.key_at, unknown.message, unknown.remedy);
        if (!unknown.meant.empty()) out_.where.refuse(path(from, unknown.meant));
    }

    template <class Section>
    void put_glued(const MeantSection& from, const ClassicSetting& setting, const Key<Section>& key,
                   const std::string& value, Section& section) {
        const bool secret = key.trait == Trait::secret;
        add(Severity::fault, setting.key_at,
            secret ? fmt::format("\"{}\" and its value stand together", key.name)
                   : fmt::format("{} lacks the blank behind \"{}\"", shown(setting.key), key.name),
            secret ? "write a blank between them" : "write " + setting_text(Format::classic, key.name, value));
        ClassicSetting meant = setting;
        meant.value = value;
        meant.value_at.column = setting.key_at.column + static_cast<unsigned>(key.name.size());
        put(from, meant, key, section);
    }

    template <class Section>
    void put(const MeantSection& from, const ClassicSetting& setting, const Key<Section>& key, Section& section) {
        const std::string where = path(from, key.name);
        doubt_twice(from, setting, key.name);
        out_.where.set(where, setting.value_at);
        if (key.field == nullptr) return note_without_effect(key.name, key.meaning, setting.key_at);
        if (key.trait == Trait::secret && setting.comment_column > 0 && !setting.value.empty())
            add(Severity::doubt, setting.value_at,
                fmt::format(
                    "\"{}\" is taken as the {} characters before \" #\", and the rest as a comment; the old programs "
                    "take it all",
                    key.name, setting.value.size()),
                "write comments on lines of their own; a password with \" #\" in it can only be written in TOML");
        auto value = assign_classic(setting.value, key.name, key.field(section), key.bounds, key.trait);
        if (key.trait == Trait::secret && setting.comment_column > 0 && setting.value.empty())
            value.remedy = "a password that begins with \"#\" can only be written in TOML";
        if (!value.complaint.empty()) {
            add(Severity::fault, setting.value_at, value.complaint, value.remedy);
            out_.where.refuse(where);
        }
        if (!value.doubt.empty()) add(Severity::doubt, setting.value_at, value.doubt, value.doubt_remedy);
        for (std::size_t i = 0; i < value.elements.size(); ++i) {
            Location at = setting.value_at;
            at.column += static_cast<unsigned>(value.elements[i]);
            out_.where.set(fmt::format("{}[{}]", where, i), at);
        }
    }

    /// A misspelt key of a password that touches it mustn't show it.
    static std::string_view without_secret(const ClassicSetting& setting) {
        const std::string_view key = setting.key;
        const auto at = key.find("pass");
        return setting.value.empty() && at != std::string_view::npos ? key.substr(0, at + 4) : key;
    }

    /// Over files the later value is meant to count; within one it is probably a slip.
    void doubt_twice(const MeantSection& from, const ClassicSetting& setting, std::string_view key) {
        const auto [first, is_new] =
            written_.try_emplace({from.section->file, from.path, std::string(key)}, setting.key_at.line);
        if (!is_new)
            add(Severity::doubt, setting.key_at,
                fmt::format("\"{}\" is given twice{}{}, in line {} and here; this one counts", key,
                            from.path.empty() ? "" : " in ",
                            from.path.empty() ? "" : section_text(Format::classic, from.path), first->second),
                "remove one");
    }

    /// Once for all hosts or checks.
    void note_without_effect(std::string_view key, std::string_view why, const Location& at) {
        if (without_effect_.insert(std::string(key)).second)
            add(Severity::doubt, at, fmt::format("\"{}\" has no effect: {}", key, why), "the line may stay");
    }

    static std::string path(const MeantSection& from, std::string_view key) {
        return from.path.empty() ? std::string(key) : fmt::format("{}.{}", from.path, key);
    }

    Loaded& out_;
    ClassicIgnored& ignored_;
    std::map<std::tuple<std::size_t, std::string, std::string>, unsigned> written_;
    std::set<std::string> without_effect_;
};

using Sections = std::vector<MeantSection>;

/// A password of the host's own replaces the template's, whichever way either is written.
void drop_template_passwords(const std::vector<const MeantSection*>& own, Host& host) {
    for (const auto& [kind, account] : {std::pair<std::string_view, Account*>{"agent_password", &host.agent},
                                        {"monitor_password", &host.monitor},
                                        {"replication_password", &host.replication}}) {
        for (const auto* section : own) {
            for (const auto& setting : section->section->settings) {
                if (setting.key.starts_with(kind)) *account = Account{account->user, {}, {}, {}};
            }
        }
    }
}

void read_hosts(const Sections& sections, Settings& settings, Config& config) {
    Host defaults;
    std::map<std::string, std::vector<const MeantSection*>> hosts;
    for (const auto& each : sections) {
        if (each.path == "defaults.host")
            settings.all(each, defaults);
        else if (each.kind == "host")
            hosts[each.name].push_back(&each);
    }
    for (const auto& [name, own] : hosts) {
        Host& host = config.hosts[name] = defaults;
        host.name = name;
        drop_template_passwords(own, host);
        for (const auto* each : own) settings.all(*each, host);
    }
}

void read_checks(const Sections& sections, Settings& settings, Config& config) {
    Check defaults;
    for (const auto& each : sections) {
        if (each.path == "check.default") settings.all(each, defaults);
    }
    for (const auto& [kind, word] : kCheckWords) config.checks[kind] = defaults;
    for (const auto& each : sections) {
        if (const auto kind = check_kind(each.name); each.kind == "check" && kind)
            settings.all(each, config.checks[*kind]);
    }
    for (auto& [kind, check] : config.checks) {
        if (kind == CheckKind::rep_backlog) continue;
        check.max_backlog = Check{}.max_backlog;
        check.heartbeat_table.clear();
    }
}

void read_others(const Sections& sections, Settings& settings, Config& config) {
    for (const auto& each : sections) {
        if (each.path.empty())
            settings.all(each, config);
        else if (each.path == "monitor")
            settings.all(each, config.monitor);
        else if (each.path == "quorum")
            settings.all(each, config.quorum);
        else if (each.path == "socket")
            settings.all(each, config.socket);
        else if (each.path == "security")
            settings.all(each, config.security);
        else if (each.kind == "role") {
            auto& role = config.roles[each.name];
            role.name = each.name;
            settings.all(each, role);
        }
    }
}

/// MMM takes a relative kill_host_bin, and its default, from BIN_PATH/monitor.
void finish_kill_host_bin(Monitor& monitor) {
    if (monitor.bin_path.empty() || monitor.kill_host_bin.starts_with('/')) return;
    std::string folder = monitor.bin_path;
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    monitor.kill_host_bin =
        folder + "/monitor/" + (monitor.kill_host_bin.empty() ? "kill_host" : monitor.kill_host_bin);
}

}  // namespace

Loaded read_classic(const std::string& file, std::string_view text, const Include& include) {
    Loaded out;
    out.where = Where(file, Format::classic);
    ClassicTree tree = read_classic_tree(file, text, include);
    out.findings = std::move(tree.findings);
    out.complete = tree.complete;
    ClassicIgnored ignored;
    const auto sections = meant_sections(tree, ignored, out.findings);
    Settings settings(out, ignored);
    read_others(sections, settings, out.config);
    read_hosts(sections, settings, out.config);
    read_checks(sections, settings, out.config);
    finish_kill_host_bin(out.config.monitor);
    finish_classic_checks(out);
    for (const auto& finding : ignored.findings())
        settings.add(finding.severity, finding.where, finding.message, finding.remedy);
    return out;
}

}  // namespace mmm::config
