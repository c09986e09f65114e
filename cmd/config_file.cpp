#include "cmd/config_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <set>

#include "cmd/config_certificates.hpp"
#include "cmd/config_include.hpp"
#include "cmd/config_key.hpp"
#include "cmd/config_mysql_ca.hpp"
#include "cmd/config_secrets.hpp"
#include "core/config/classic.hpp"
#include "core/config/toml.hpp"
#include "core/config/validate.hpp"
#include "net/host/read_file.hpp"
#include "net/host/secret_file.hpp"

namespace mmm {
namespace {

using config::Finding;
using config::Severity;

/// Why the file can't be read, and what to do.
tl::unexpected<Error> unreadable(Error error, const std::string& path) {
    struct stat status {};
    if (error.code == Code::not_found) {
        error.message += "; write it, or name another file with --config";
    } else if (error.code == Code::permission && ::stat(path.c_str(), &status) == 0) {
        error.message += fmt::format("; it belongs to user {}, group {}, mode {:03o}: run as one of them or with sudo",
                                     status.st_uid, status.st_gid, status.st_mode & 0777U);
    }
    return tl::make_unexpected(std::move(error));
}

/// Whoever may change the file may choose the program that kills hosts.
void refuse_writable(const net::FileDescriptor& file, const std::string& path, std::vector<Finding>& findings) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0 || (status.st_mode & 0002U) == 0) return;
    findings.push_back({Severity::fault,
                        {path, 0, 0},
                        fmt::format("everybody on this host may change it (mode {:03o})", status.st_mode & 0777U),
                        fmt::format("run: chmod o-w {}", path)});
}

/// A refusal that ends in `; run: chmod ...`, taken apart into what is wrong and the remedy.
Finding finding_of(const Error& error, config::Location where) {
    const auto cut = error.message.find("; run: ");
    if (cut == std::string::npos) return {Severity::fault, std::move(where), error.message, ""};
    return {Severity::fault, std::move(where), error.message.substr(0, cut), error.message.substr(cut + 2)};
}

/// Where the passwords of `out` were written.
std::map<std::string, config::Location> files_with_passwords(const ConfigFile& out) {
    std::map<std::string, config::Location> files;
    for (const auto& [name, host] : out.config.hosts) {
        for (const auto& [kind, account] : accounts_of(host)) {
            const auto place = out.where.at(fmt::format("host.{}.{}_password", name, kind));
            if (!account->password.empty()) files.try_emplace(place.file, place);
        }
    }
    return files;
}

/// MMM 2.2 refused files that everybody may read or change, and started with those that their group may change.
Severity severity_of_shared(const net::FileDescriptor& file, bool classic) {
    struct stat status {};
    const bool everybody = ::fstat(file.get(), &status) != 0 || (status.st_mode & 0007U) != 0;
    return classic && !everybody ? Severity::doubt : Severity::fault;
}

/// The files themselves, if they hold passwords.
void check_files(const ConfigFiles& files, bool classic, ConfigFile& out) {
    const auto secret = files_with_passwords(out);
    std::set<std::string> seen;
    for (const auto& [path, file] : files.opened()) {
        if (!seen.insert(path).second) continue;
        out.paths.push_back(path);
        refuse_writable(file, path, out.findings);
        const auto place = secret.find(path);
        const auto refused = place == secret.end() ? Result<void>{} : net::refuse_shared(file, path);
        if (refused) continue;
        out.findings.push_back(finding_of(refused.error(), place->second));
        out.findings.back().severity = severity_of_shared(file, classic);
    }
}

/// The password files that are here.
void check_password_files(const std::string& path, ConfigFile& out) {
    std::set<std::string> seen;
    for (const auto& [name, host] : out.config.hosts) {
        for (const auto& [kind, account] : accounts_of(host)) {
            const std::string key = fmt::format("host.{}.{}_password", name, kind);
            const std::string secret_path = beside(path, account->password_file);
            if (account->password_file.empty() || !seen.insert(secret_path).second) continue;
            const auto secret = net::open_regular_file(secret_path);
            const auto refused = secret ? net::refuse_shared(*secret, secret_path) : Result<void>{};
            if (!refused) out.findings.push_back(finding_of(refused.error(), out.where.at(key + "_file")));
        }
    }
}

/// The key file, if it is here.
void check_key_file(const std::string& path, ConfigFile& out) {
    const std::string& key_file = out.config.security.key_file;
    if (key_file.empty()) return;
    const auto keys = read_key_file(beside(path, key_file));
    if (keys || is_for_others(keys.error())) return;
    out.findings.push_back(finding_of(keys.error(), out.where.at("security.key_file")));
}

}  // namespace

Result<ConfigFile> read_config(const std::string& path, config::Purpose purpose) {
    ConfigFiles files;
    const auto text = files.read(path);
    if (!text) return unreadable(text.error(), path);
    const bool classic = config::format_of(*text) == config::Format::classic;
    const auto include = [&files](const std::string& name, const std::string& from) {
        return files.include(name, from);
    };
    auto loaded = classic ? config::read_classic(path, *text, include) : config::read_toml(path, *text);
    if (!classic || purpose == config::Purpose::any) purpose = config::purpose_of(loaded);
    auto findings = config::all_findings(loaded, purpose);
    ConfigFile out{std::move(loaded.config), std::move(loaded.where), std::move(findings), purpose, {}};
    check_files(files, classic, out);
    check_password_files(path, out);
    check_key_file(path, out);
    for (auto& found : certificate_findings(out.config, path, out.where)) out.findings.push_back(std::move(found));
    for (auto& found : mysql_ca_findings(out.config, out.where, path)) out.findings.push_back(std::move(found));
    config::sort_by_place(out.findings);
    return out;
}

Result<LoadedConfig> load_config(const std::string& path, config::Purpose purpose) {
    auto file = read_config(path, purpose);
    if (!file) return tl::make_unexpected(file.error());
    if (!config::has_fault(file->findings)) return LoadedConfig{std::move(file->config), std::move(file->findings)};
    std::string message;
    for (const auto& finding : file->findings) message += config::text(finding) + "\n";
    return fail(Code::invalid, message + config::count_text(file->findings));
}

}  // namespace mmm
