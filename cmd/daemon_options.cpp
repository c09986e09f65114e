#include "cmd/daemon_options.hpp"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "net/host/log.hpp"

namespace mmm {
namespace {

const char* description(const std::string& program) {
    if (program == "monitor") {
        return "Watches the cluster and decides who is the writer and who serves reads.\n"
               "Example: mmm monitor --config /etc/mmm/mmm.toml";
    }
    return "Carries out on this database host what the monitor decides.\nExample: mmm agent --config /etc/mmm/mmm.toml";
}

}  // namespace

ParsedOptions parse_daemon_options(const std::string& program, std::vector<std::string> arguments) {
    DaemonOptions options;
    options.config_path = "/etc/mmm/mmm.toml";
    std::string form = "auto";
    std::string level = "info";
    CLI::App app{description(program), "mmm " + program};
    app.add_option("-c,--config", options.config_path, "configuration file, the same on all hosts")
        ->capture_default_str();
    if (program == "agent") {
        app.add_option("--this", options.self,
                       "name of this host in the configuration (default: found by its addresses)");
    }
    app.add_option("--log-format", form, "auto, text, journal or json (auto: journal when it reads us, else text)")
        ->check(CLI::IsMember({"auto", "text", "journal", "json"}))
        ->capture_default_str();
    app.add_option("--log-level", level, "error, warning, info or debug")
        ->check(CLI::IsMember({"error", "warning", "info", "debug"}))
        ->capture_default_str();
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes vectors from their end
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        return {std::nullopt, app.exit(error) == 0 ? 0 : 2};
    }
    if (form == "auto") options.log_form = net::detect_log_form(STDERR_FILENO);
    if (form == "text") options.log_form = net::LogForm::text;
    if (form == "journal") options.log_form = net::LogForm::journal;
    if (form == "json") options.log_form = net::LogForm::json;
    options.log_level = net::log_level_from(level).value_or(LogLevel::info);
    return {options, 0};
}

}  // namespace mmm
