#include "cmd/daemon_options.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>

#include "cmd/version.hpp"
#include "net/host/log.hpp"

namespace mmm {
namespace {

using config::Purpose;

std::string description(const DaemonProgram& program) {
    const bool monitor = program.purpose == Purpose::monitor;
    std::string text = monitor ? "Watches the cluster and decides who is the writer and who serves reads.\n"
                               : "Carries out on this database host what the monitor decides.\n";
    if (program.original) {
        text += fmt::format(
            "Called by this name it goes to the background, unless the configuration says \"debug 1\".\nExample: {}{}",
            program.name, monitor ? " @shop" : "");
    } else {
        text += fmt::format("Example: {} --config /etc/mmm/mmm.toml", program.name);
    }
    return text;
}

std::string footer(const DaemonProgram& program) {
    std::string text =
        "@NAME, as in @shop, picks one of several clusters: its configuration has that name.\n"
        "The configuration is the first of these that exists:";
    for (const auto& place : config_places(program.purpose, "")) text += "\n  " + place;
    text += "\nand with @shop:";
    for (const auto& place : config_places(program.purpose, "shop")) text += "\n  " + place;
    return text;
}

ParsedOptions refuse(const DaemonProgram& program, const std::string& why) {
    std::fputs(fmt::format("{}: {}\nSee {} --help.\n", program.name, why, program.name).c_str(), stderr);
    return {std::nullopt, 2};
}

void add_log_options(CLI::App& app, std::string& form, std::string& level) {
    app.add_option("--log-format", form, "auto, text, journal or json (auto: journal when it reads us, else text)")
        ->check(CLI::IsMember({"auto", "text", "journal", "json"}))
        ->capture_default_str();
    app.add_option("--log-level", level, "error, warning, info or debug")
        ->check(CLI::IsMember({"error", "warning", "info", "debug"}))
        ->capture_default_str();
}

}  // namespace

ParsedOptions parse_daemon_options(const DaemonProgram& program, std::vector<std::string> arguments) {
    DaemonOptions options;
    const auto cluster = take_cluster(arguments);
    if (!cluster) return refuse(program, cluster.error().message);
    options.config.cluster = *cluster;
    std::string form = "auto";
    std::string level = "info";
    CLI::App app{description(program), std::string(program.name) + " [@NAME]"};
    app.footer(footer(program));
    app.add_option("-c,--config", options.config.path, "configuration file, instead of one that is found");
    if (program.purpose == Purpose::agent) {
        app.add_option("--this", options.self,
                       "name of this host in the configuration (default: found by its addresses)");
    }
    if (program.original) {
        app.set_version_flag("--version", version_text());
    } else {
        app.add_option("--user", options.user,
                       "user to become when root starts it (default: mmm, if there is one); root stays root");
        add_log_options(app, form, level);
    }
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
