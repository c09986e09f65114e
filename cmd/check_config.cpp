#include "cmd/check_config.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "cmd/check_report.hpp"
#include "cmd/config_file.hpp"
#include "core/config/render.hpp"

namespace mmm {
namespace {

constexpr int kExitClean = 0;
constexpr int kExitFaults = 1;
constexpr int kExitUnreadable = 2;

struct Options {
    std::string path = kDefaultConfigPath;
    bool strict = false;
    bool json = false;
    bool print = false;
    bool keys = false;
};

void put(std::FILE* to, const std::string& text) {
    std::fwrite(text.data(), 1, text.size(), to);
}

int unreadable(const Options& options, const Error& error) {
    if (options.json) {
        const nlohmann::ordered_json json{{"file", options.path}, {"ok", false}, {"error", error.message}};
        put(stdout, json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    } else {
        put(stderr, "mmm check-config: " + error.message + "\n");
    }
    return kExitUnreadable;
}

int check(const Options& options) {
    const auto file = read_config(options.path);
    if (!file) return unreadable(options, file.error());
    const bool faults = config::has_fault(file->findings);
    const bool ok = !faults && !(options.strict && !file->findings.empty());
    if (options.json) {
        put(stdout, report_json(options.path, *file, ok));
    } else if (options.print) {
        // Only the configuration goes to standard output, so that it can be stored.
        put(stderr, findings_text(*file) + summary_text(options.path, *file));
        if (!faults) put(stdout, config::render(file->config, config::Secrets::hidden));
    } else {
        put(stdout, findings_text(*file));
        if (!faults) put(stdout, facts_text(file->config));
        put(stdout, summary_text(options.path, *file));
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
        "mmm check-config"};
    app.add_option("-c,--config", options.path, "configuration file")->capture_default_str();
    app.add_flag("--strict", options.strict, "doubts count as faults");
    app.add_flag("--json", options.json, "print one JSON object instead of text");
    app.add_flag("--print", options.print,
                 "print the configuration in force as TOML, defaults filled in, no passwords");
    app.add_flag("--keys", options.keys, "explain all keys: type, default and meaning");
    app.get_option("--print")->excludes("--json");
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
