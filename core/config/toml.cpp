#include "core/config/toml.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/toml_syntax.hpp"
#include "core/config/toml_value.hpp"
#include "core/config/unknown_key.hpp"

namespace mmm::config {

namespace {

class Reader {
  public:
    explicit Reader(const std::string& file) : file_(file) { out_.where = Where(file); }

    Loaded read(std::string_view text) {
        if (text.size() > kMostFileBytes) {
            out_.findings.push_back({Severity::fault, {file_, 0, 0}, "the file is longer than 1 MiB", ""});
            out_.complete = false;
            return std::move(out_);
        }
        auto syntax = parse_toml(file_, text);
        out_.findings = std::move(syntax.faults);
        out_.complete = syntax.complete;
        top(syntax.table);
        return std::move(out_);
    }

  private:
    using Names = std::map<std::string, const toml::table*>;

    void top(const toml::table& table) {
        Names hosts, roles, checks;
        for (const auto& [key, value] : table) {
            const std::string name = section_name(key, value);
            if (name == "host")
                named_sections(key, value, hosts);
            else if (name == "role")
                named_sections(key, value, roles);
            else if (name == "check")
                named_sections(key, value, checks);
            else if (name == "defaults")
                defaults(value);
            else if (name == "monitor")
                single(name, value, out_.config.monitor);
            else if (name == "quorum")
                single(name, value, out_.config.quorum);
            else if (name == "socket")
                single(name, value, out_.config.socket);
            else if (name == "security")
                single(name, value, out_.config.security);
            else if (!name.empty())
                one_key(key, value, "", out_.config);
        }
        for (const auto& [name, section] : hosts) host(name, *section);
        for (const auto& [name, section] : roles) {
            auto& role = out_.config.roles[name];
            role.name = name;
            keys_of(*section, "role." + name, role);
        }
        check_sections(checks);
        auto& monitor = out_.config.monitor;
        if (monitor.kill_host_bin.empty() && !monitor.bin_path.empty())
            monitor.kill_host_bin = monitor.bin_path + "/monitor/kill_host";
    }

    /// The name itself, or what a misspelt section was meant to be, so that its contents are looked at as well.
    std::string section_name(const toml::key& key, const toml::node& value) {
        std::string name(key.str());
        const auto top_keys = keys<Config>();
        const bool is_key =
            std::any_of(top_keys.begin(), top_keys.end(), [&](const Key<Config>& each) { return each.name == name; });
        if (is_key || !value.is_table() || is_section(name)) return name;
        const auto unknown = unknown_key(Format::toml, name, "", true);
        fault(value.source().begin, unknown.message, unknown.remedy);
        return unknown.meant;
    }

    /// Adds the sections `[KIND.NAME]` of one kind.
    void named_sections(const toml::key& kind, const toml::node& value, Names& sections) {
        const auto* table = value.as_table();
        if (table == nullptr)
            return fault(value.source().begin, fmt::format("\"{}\" must be sections with names", kind.str()),
                         fmt::format("write [{}.NAME]", kind.str()));
        for (const auto& [key, section] : *table) {
            const std::string name(key.str());
            if (!section.is_table()) {
                fault(key.source().begin, fmt::format("\"{}\" stands in [{}], which has no name", name, kind.str()),
                      fmt::format("write [{}.NAME] above it", kind.str()));
            } else if (name == "default" && kind != "check") {
                fault(section.source().begin, fmt::format("[{}.default] isn't a template here", kind.str()),
                      kind == "host" ? "write [defaults.host]" : "only hosts and checks have defaults");
                if (kind == "host") host_defaults(*section.as_table());
            } else {
                out_.where.set(fmt::format("{}.{}", kind.str(), name), place(section.source().begin));
                sections[name] = section.as_table();
            }
        }
    }

    void defaults(const toml::node& value) {
        const auto* table = value.as_table();
        if (table == nullptr)
            return fault(value.source().begin, "\"defaults\" must be a section", "write [defaults.host]");
        for (const auto& [key, section] : *table) {
            if (key == "host" && section.is_table())
                host_defaults(*section.as_table());
            else
                fault(
                    section.is_table() ? section.source().begin : key.source().begin,
                    fmt::format("there is no {}", section.is_table() ? fmt::format("[defaults.{}]", key.str())
                                                                     : fmt::format("\"{}\" in [defaults]", key.str())),
                    key == "check" ? "write [check.default]" : "host values that all share go into [defaults.host]");
        }
    }

    void host_defaults(const toml::table& section) {
        out_.where.set("defaults.host", place(section.source().begin));
        keys_of(section, "defaults.host", host_defaults_);
    }

    void host(const std::string& name, const toml::table& section) {
        Host& host = out_.config.hosts[name] = host_defaults_;
        host.name = name;
        // A password of the host's own replaces the default, whichever way either is written.
        const auto own = [&](std::string_view kind, Account& account) {
            for (const auto* suffix : {"_password", "_password_file", "_password_credential"}) {
                if (!section.contains(fmt::format("{}{}", kind, suffix))) continue;
                account = Account{account.user, {}, {}, {}};
            }
        };
        own("agent", host.agent);
        own("monitor", host.monitor);
        own("replication", host.replication);
        keys_of(section, "host." + name, host);
    }

    void check_sections(const Names& sections) {
        Check untouched;
        if (const auto found = sections.find("default"); found != sections.end())
            keys_of(*found->second, "check.default", untouched);
        for (const auto& [kind, word] : kCheckWords) out_.config.checks[kind] = untouched;
        for (const auto& [name, section] : sections) {
            if (name == "default") continue;
            if (const auto kind = check_kind(name))
                keys_of(*section, "check." + name, out_.config.checks[*kind]);
            else
                fault(section->source().begin, fmt::format("there is no check \"{}\"", name),
                      check_remedy(Format::toml, name));
        }
        for (auto& [kind, check] : out_.config.checks) {
            if (kind == CheckKind::rep_backlog) continue;
            check.max_backlog = Check{}.max_backlog;
            check.heartbeat_table.clear();
        }
    }

    template <class Section>
    void single(const std::string& name, const toml::node& value, Section& section) {
        const auto* table = value.as_table();
        if (table == nullptr)
            return fault(value.source().begin, fmt::format("\"{}\" must be a section", name),
                         fmt::format("write [{}] on a line of its own", name));
        out_.where.set(name, place(table->source().begin));
        keys_of(*table, name, section);
    }

    template <class Section>
    void keys_of(const toml::table& table, const std::string& path, Section& section) {
        for (const auto& [key, value] : table) one_key(key, value, path, section);
    }

    template <class Section>
    void one_key(const toml::key& name, const toml::node& value, const std::string& section_path, Section& section) {
        const std::string prefix = section_path.empty() ? "" : section_path + ".";
        for (const auto& key : keys<Section>()) {
            if (key.name != name.str()) continue;
            const std::string path = prefix + std::string(key.name);
            out_.where.set(path, place(value.source().begin));
            if (key.field == nullptr)
                return add(Severity::doubt, name.source().begin,
                           fmt::format("\"{}\" has no effect: {}", key.name, key.meaning), "remove the line");
            Elements elements;
            for (auto& complaint : assign(value, key.name, key.field(section), key.bounds, key.trait, elements)) {
                fault(complaint.at, std::move(complaint.message), std::move(complaint.remedy));
                out_.where.refuse(path);
            }
            for (std::size_t i = 0; i < elements.size(); ++i)
                out_.where.set(fmt::format("{}[{}]", path, i), place(elements[i]));
            return;
        }
        if (out_.findings.size() > kMostFindings) return;
        const auto unknown = unknown_key(Format::toml, name.str(), section_path, value.is_table());
        fault(value.is_table() ? value.source().begin : name.source().begin, unknown.message, unknown.remedy);
        if (!unknown.meant.empty()) out_.where.refuse(prefix + unknown.meant);
    }

    void fault(toml::source_position at, std::string message, std::string remedy) {
        add(Severity::fault, at, std::move(message), std::move(remedy));
    }

    void add(Severity severity, toml::source_position at, std::string message, std::string remedy) {
        if (out_.findings.size() < kMostFindings)
            out_.findings.push_back({severity, place(at), std::move(message), std::move(remedy)});
        else if (out_.findings.size() == kMostFindings)
            out_.findings.push_back(
                {Severity::fault, {file_, 0, 0}, "there are more findings than are listed here", ""});
    }

    [[nodiscard]] Location place(toml::source_position at) const { return {file_, at.line, at.column}; }

    const std::string& file_;
    Host host_defaults_;
    Loaded out_;
};

}  // namespace

Loaded read_toml(const std::string& file, std::string_view text) {
    return Reader(file).read(text);
}

}  // namespace mmm::config
