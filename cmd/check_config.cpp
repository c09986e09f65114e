#include "cmd/check_config.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "cmd/check_report.hpp"
#include "cmd/config_file.hpp"
#include "cmd/config_places.hpp"
#include "cmd/convert_config.hpp"
#include "core/config/render.hpp"

namespace mmm {
namespace {

constexpr int kExitClean = 0;
constexpr int kExitFaults = 1;
constexpr int kExitUnreadable = 2;

struct Options {
    ConfigChoice config;
    bool strict = false;
    bool json = false;
    bool print = false;
    bool convert = false;
    config::Purpose purpose = config::Purpose::any;
    bool keys = false;
};

const std::map<std::string, config::Purpose> kPurposes{
    {"monitor", config::Purpose::monitor}, {"agent", config::Purpose::agent}, {"ctl", config::Purpose::control}};

void put(std::FILE* to, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), to);
}

int unreadable(const Options& options, const std::string& path, const Error& error) {
    if (options.json) {
        const nlohmann::ordered_json json{{"file", path}, {"ok", false}, {"error", error.message}};
        put(stdout, json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    } else {
        put(stderr, "mmm check-config: " + error.message + "\n");
    }
    return kExitUnreadable;
}

int check(const Options& options) {
    const auto found = find_config(options.config, options.purpose);
    if (!found) return unreadable(options, "", found.error());
    const std::string& path = found->path;
    auto file = read_config(path, options.purpose);
    if (!file) return unreadable(options, path, file.error());
    if (found->doubt) file->findings.push_back(*found->doubt);
    const bool faults = config::has_fault(file->findings);
    const bool ok = !faults && !(options.strict && !file->findings.empty());
    if (options.json) {
        put(stdout, report_json(path, *file, ok));
    } else if (options.convert) {
        put(stderr, findings_text(*file) + summary_text(path, *file));
        if (!faults) put(stderr, convert_note(*file));
        if (!faults) put(stdout, converted_text(*file));
    } else if (options.print) {
        // Only the configuration goes to standard output, so that it can be stored.
        put(stderr, findings_text(*file) + summary_text(path, *file));
        if (!faults) put(stdout, config::render(file->config, config::Secrets::hidden));
    } else {
        put(stdout, findings_text(*file) + format_text(*file));
        if (!faults) put(stdout, facts_text(*file));
        put(stdout, summary_text(path, *file));
    }
    return ok ? kExitClean : kExitFaults;
}

}  // namespace

int check_config_main(std::vector<std::string> arguments) {
    Options options;
    CLI::App app{
        "Checks a configuration file and prints every fault and doubt with its place and what to write instead.\n"
        "Exit status: 0 no faults, 1 faults, 2 the file can't be read.\n"
        "Example: mmm check-config --config mmm.toml --strict",
        "mmm check-config [@NAME]"};
    app.add_option("-c,--config", options.config.path,
                   "configuration file (default: the first that `mmm monitor --help` or `mmm agent --help` lists)");
    app.add_flag("--strict", options.strict, "doubts count as faults");
    app.add_flag("--json", options.json, "print one JSON object instead of text");
    app.add_flag("--print", options.print,
                 "print the configuration in force as TOML, defaults filled in, no passwords");
    app.add_flag("--convert", options.convert,
                 "print a classic file as the equivalent TOML, with its passwords; findings go to standard error");
    app.add_option("--for", options.purpose,
                   "whose classic file it is: monitor, agent or ctl (default: by its content)")
        ->transform(CLI::CheckedTransformer(kPurposes));
    app.add_flag("--keys", options.keys, "explain all keys: type, default and meaning");
    app.get_option("--print")->excludes("--json");
    app.get_option("--convert")->excludes("--json")->excludes("--print");
    const auto cluster = take_cluster(arguments);
    if (!cluster) {
        put(stderr, "mmm check-config: " + cluster.error().message + "\n");
        return kExitUnreadable;
    }
    options.config.cluster = *cluster;
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes vectors from their end
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? kExitClean : kExitUnreadable;
    }
    if (options.keys) {
        put(stdout, options.json ? keys_json() : keys_text());
        return kExitClean;
    }
    return check(options);
}

}  // namespace mmm
