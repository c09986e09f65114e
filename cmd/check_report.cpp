#include "cmd/check_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cmd/config_facts.hpp"
#include "cmd/config_leases.hpp"
#include "core/config/keys.hpp"

namespace mmm {
namespace {

// Ordered, so that the keys come in the order in which they are documented.
using Json = nlohmann::ordered_json;

std::string counted(std::size_t count, std::string_view noun, std::string_view plural_end) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : plural_end);
}

/// The keys of one section in aligned columns.
std::string section_text(const std::vector<config::KeyRow>& rows) {
    std::size_t name = 0, type = 0, value = 1;
    for (const auto& row : rows) {
        name = std::max(name, row.name.size());
        type = std::max(type, row.type.size());
        value = std::max(value, row.default_text.size());
    }
    std::string out;
    for (const auto& row : rows)
        out += fmt::format("  {:<{}}  {:<{}}  {:<{}}  {}\n", row.name, name, row.type, type,
                           row.default_text.empty() ? "-" : row.default_text, value, row.meaning);
    return out;
}

/// Paths come from the command line and may hold any bytes.
std::string dump(const Json& json) {
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

/// The times of checks are in TOML files, and in the monitor's classic one.
bool has_facts(const ConfigFile& file) {
    return file.where.format() == config::Format::toml || file.purpose == config::Purpose::monitor;
}

/// As --for takes it.
std::string_view program_word(config::Purpose purpose) {
    switch (purpose) {
        case config::Purpose::monitor:
            return "monitor";
        case config::Purpose::agent:
            return "agent";
        case config::Purpose::control:
            return "ctl";
        case config::Purpose::any:
            break;
    }
    return "any";
}

}  // namespace

std::string findings_text(const ConfigFile& file) {
    std::string out;
    for (const auto& finding : file.findings) out += config::text(finding) + "\n";
    return out;
}

std::string facts_text(const ConfigFile& file) {
    if (!has_facts(file)) return {};
    const auto facts = facts_of(file.config);
    std::size_t width = 0;
    for (const auto& fact : facts) width = std::max(width, fact.event.size());
    std::string out;
    for (const auto& fact : facts) out += fmt::format("  {:<{}}  {}\n", fact.event, width, fact.effect);
    return out;
}

std::string format_text(const ConfigFile& file) {
    if (file.where.format() == config::Format::toml) return {};
    const std::string links =
        file.config.is_secured() || file.config.security.plain
            ? ""
            : "its links are plain text: whoever comes from a configured host's address is obeyed; "
              "mmm keygen and <security> key_file close them\n";
    if (file.purpose == config::Purpose::any)
        return "MMM's classic format, without \"this\" (the agent's) and <monitor>: checked for what all programs "
               "need; "
               "--for monitor or agent says more\n" +
               links;
    return fmt::format("MMM's classic format, checked for the program {}; --for monitor, agent or ctl says otherwise\n",
                       program_word(file.purpose)) +
           links;
}

std::string summary_text(const std::string& path, const ConfigFile& file) {
    const std::string count = config::count_text(file.findings);
    if (config::has_fault(file.findings)) return count + "\n";
    return fmt::format("{}: no faults{}{}; {}, {}, {}\n", path, count.empty() ? "" : ", ", count,
                       counted(file.config.hosts.size(), "host", "s"), counted(file.config.roles.size(), "role", "s"),
                       counted(file.config.slots().size(), "address", "es"));
}

std::string report_json(const std::string& path, const ConfigFile& file, bool ok) {
    Json findings = Json::array();
    std::size_t faults = 0;
    for (const auto& finding : file.findings) {
        const bool fault = finding.severity == config::Severity::fault;
        faults += fault ? 1 : 0;
        findings.push_back({{"severity", fault ? "fault" : "doubt"},
                            {"file", finding.where.file},
                            {"line", finding.where.line},
                            {"column", finding.where.column},
                            {"message", finding.message},
                            {"remedy", finding.remedy}});
    }
    Json out{{"file", path},
             {"format", file.where.format() == config::Format::toml ? "toml" : "classic"},
             {"for", program_word(file.purpose)},
             {"ok", ok},
             {"faults", faults},
             {"doubts", file.findings.size() - faults},
             {"findings", std::move(findings)}};
    if (faults == 0) {
        out["hosts"] = file.config.hosts.size();
        out["roles"] = file.config.roles.size();
        out["addresses"] = file.config.slots().size();
        if (has_facts(file)) {
            for (const auto& fact : facts_of(file.config)) {
                if (!fact.key.empty()) out["within_ms"][fact.key] = fact.most ? Json(fact.most->count()) : Json();
            }
            const Votes votes = votes_of(file.config);
            out["quorum"] = {{"voters", votes.voters}, {"needed", votes.needed}, {"may_be_away", votes.may_be_away}};
        }
    }
    return dump(out);
}

std::string keys_text() {
    const auto rows = config::key_rows();
    std::string out;
    for (auto begin = rows.begin(); begin != rows.end();) {
        const auto end =
            std::find_if(begin, rows.end(), [&](const auto& row) { return row.section != begin->section; });
        out += out.empty() ? "" : "\n";
        out += (begin->section.empty() ? "At the top of the file, before any section" : begin->section) + "\n";
        out += section_text({begin, end});
        begin = end;
    }
    return out +
           "\nColumns: key, type, default (- is none), meaning. Durations are texts with a unit: ms, s, m, h or d.\n"
           "[defaults.host] takes the keys of [host.NAME] and fills in what these leave out; [check.default] does the\n"
           "same for [check.ping], [check.mysql], [check.rep_threads] and [check.rep_backlog].\n"
           "Each user needs one of its password, password_file and password_credential.\n"
           "MMM's classic files have the same keys: <monitor>, <host NAME> and so on, <host default> and <check "
           "default>,\n"
           "KEY VALUE without \"=\" and quotes, lists with commas alone, durations as seconds.\n";
}

std::string keys_json() {
    Json out = Json::array();
    for (const auto& row : config::key_rows())
        out.push_back({{"section", row.section},
                       {"key", row.name},
                       {"type", row.type},
                       {"default", row.default_text},
                       {"meaning", row.meaning}});
    return dump(out);
}

}  // namespace mmm
