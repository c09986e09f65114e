#include "cmd/ctl_options.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "core/config/duration_text.hpp"
#include "core/config/nearest.hpp"
#include "core/proto/control.hpp"
#include "core/proto/utf8.hpp"

namespace mmm {
namespace {

constexpr Duration kShortestInterval{100};
constexpr Duration kLongestInterval{60 * 60 * 1000};

struct Argument {
    const char* name;
    const char* meaning;
    bool required = true;
};

struct Command {
    const char* name;
    const char* meaning;
    std::vector<Argument> arguments;
};

const std::vector<Command>& commands() {
    static const std::vector<Command> table{
        {"show", "hosts, their states and roles, and what needs attention", {}},
        {"checks",
         "results of the checks",
         {{"HOST", "a host's name, or all", false}, {"CHECK", "ping, mysql, rep_backlog, rep_threads, or all", false}}},
        {"explain",
         "say why each role is where it is, what blocks a move, and what would unblock it",
         {{"HOST|ROLE", "a host's or a role's name", false}}},
        {"history", "the last changes of the writer: when, why and how, step by step, and what was lost", {}},
        {"losses",
         "what hosts that came back have and the writer lacks: each transaction, as far as it can be read",
         {{"HOST", "a host's name", false}}},
        {"accept_loss", "give up what a host has and the writer lacks", {{"HOST", "the host's name"}}},
        {"take_late", "let the writer take what a host has and it lacks", {{"HOST", "the host's name"}}},
        {"ping", "see whether the monitor lives", {}},
        {"mode", "print the monitor's mode", {}},
        {"set_online", "put a host into service", {{"HOST", "the host's name"}}},
        {"set_offline", "take a host out of service; its replication stops", {{"HOST", "the host's name"}}},
        {"set_active", "mode ACTIVE: act on failures", {}},
        {"set_manual", "mode MANUAL: leave roles on hosts that fail", {}},
        {"set_passive", "mode PASSIVE: watch, change nothing", {}},
        {"move_role", "move a role to a host", {{"ROLE", "the role's name"}, {"HOST", "the host that shall have it"}}},
        {"set_ip",
         "in mode PASSIVE: say which host has an address",
         {{"IP", "one of a role's addresses"}, {"HOST", "the host that has it"}}},
        {"confirm_dead", "say that a host is switched off and holds nothing", {{"HOST", "the host's name"}}},
        {"reload", "have the monitor and all agents read their keys and certificates again", {}},
        {"help", "what the monitor understands", {}},
    };
    return table;
}

constexpr const char* kWatch = "watch";

constexpr const char* kFooter =
    "Words with '_' may be written with '-': set-online is set_online. With --json the data of show, checks and\n"
    "history is printed, for other commands {\"ok\":true,\"exit\":0,\"text\":\"...\"}; colours are off when NO_COLOR "
    "is set.\n"
    "@NAME, as in @shop, picks one of several clusters by its configuration's name; without --config the "
    "configuration\n"
    "is looked for where `mmm monitor --help` says.\n"
    "Exit status: 0 done, 1 refused, 2 wrong usage, 3 no monitor.\n"
    "Examples:\n"
    "  mmm ctl show\n"
    "  mmm ctl @shop show\n"
    "  mmm ctl move_role writer db2\n"
    "  mmm ctl --monitor 192.168.10.135:9988 checks db1 --json";

std::string hyphenated(std::string name) {
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

/// Reads one command line. CLI11 keeps pointers to what it fills, so this object stays where it is.
class Parser {
  public:
    Parser() : app_("Talks to the monitor: look at the cluster, and command it.", "mmm ctl [@NAME]") {
        app_.add_option("-c,--config", options_.config.path, "configuration file, for the monitor's ip and port");
        app_.add_option("-m,--monitor", options_.monitor, "HOST:PORT of the monitor, instead of the configuration's");
        app_.add_flag("--json", options_.json, "print JSON for programs");
        app_.footer(kFooter);
        app_.require_subcommand(0, 1);
        for (const Command& command : commands()) add(command);
        add_watch();
    }
    Parser(const Parser&) = delete;
    Parser& operator=(const Parser&) = delete;

    ParsedCtlOptions parse(std::vector<std::string> arguments);

  private:
    void add(const Command& command);
    void add_watch();
    CLI::App* subcommand(const std::string& name, const std::string& meaning);
    std::string unknown_command(const std::vector<std::string>& arguments) const;

    CLI::App app_;
    CtlOptions options_;
    bool force_ = false;
    int last_ = 0;  ///< records of history; 0: as the monitor likes
    std::string interval_ = "1s";
    /// The arguments of all commands, of which one is chosen.
    std::vector<std::unique_ptr<std::string>> values_;
};

CLI::App* Parser::subcommand(const std::string& name, const std::string& meaning) {
    CLI::App* sub = app_.add_subcommand(name, meaning);
    if (hyphenated(name) != name) sub->alias(hyphenated(name));
    sub->fallthrough();  // --json may stand behind the command as well
    return sub;
}

void Parser::add(const Command& command) {
    CLI::App* sub = subcommand(command.name, command.meaning);
    if (std::string_view(command.name) == "move_role") {
        sub->add_flag("--force", force_, "also to a host in REPLICATION_FAIL or REPLICATION_DELAY");
    }
    if (std::string_view(command.name) == "history") {
        sub->add_option("--last", last_, "how many records, 1 to 100; without it 10")->check(CLI::Range(1, 100));
    }
    std::vector<std::string*> values;
    for (const Argument& argument : command.arguments) {
        values.push_back(values_.emplace_back(std::make_unique<std::string>()).get());
        auto* option = sub->add_option(argument.name, *values.back(), argument.meaning);
        option->option_text(argument.required ? " " : "(optional)");
        if (argument.required) option->required();
    }
    sub->callback([this, name = std::string(command.name), values] {
        options_.words = {name};
        if (force_) options_.words.emplace_back("--force");
        if (last_ > 0) options_.words.insert(options_.words.end(), {"--last", std::to_string(last_)});
        for (const std::string* value : values) {
            if (!value->empty()) options_.words.push_back(*value);
        }
    });
}

void Parser::add_watch() {
    CLI::App* sub = subcommand(kWatch, "show again and again, in place; goes on while the monitor is away");
    sub->add_option("--interval", interval_, "time between two looks, 100ms to 1h")->capture_default_str();
    sub->callback([this] { options_.watch = true; });
}

std::string Parser::unknown_command(const std::vector<std::string>& arguments) const {
    std::vector<std::string> names{kWatch};
    for (const Command& command : commands()) names.emplace_back(command.name);
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        if (word == "-c" || word == "--config" || word == "-m" || word == "--monitor") {
            ++i;
            continue;
        }
        if (word.starts_with('-')) continue;
        std::string name = word;
        std::replace(name.begin(), name.end(), '-', '_');
        if (std::find(names.begin(), names.end(), name) != names.end()) return {};
        const std::string near = config::nearest(name, names);
        return "unknown command '" + proto::printable(word) + "'" +
               (near.empty() ? "" : "; did you mean '" + near + "'?");
    }
    return {};
}

ParsedCtlOptions refuse(const std::string& why) {
    std::fputs(("mmm ctl: " + why + "\nSee mmm ctl --help.\n").c_str(), stderr);
    return {std::nullopt, proto::kExitUsage};
}

ParsedCtlOptions Parser::parse(std::vector<std::string> arguments) {
    const auto cluster = take_cluster(arguments);
    if (!cluster) return refuse(cluster.error().message);
    options_.config.cluster = *cluster;
    const std::string unknown = unknown_command(arguments);
    if (!unknown.empty()) return refuse(unknown);
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes vectors from their end
    try {
        app_.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        if (error.get_exit_code() == 0) return {std::nullopt, app_.exit(error)};
        return refuse(error.what());
    }
    if (options_.words.empty() && !options_.watch) return refuse("no command given; try mmm ctl show");
    const auto interval = config::parse_duration(interval_);
    if (!interval) return refuse("--interval: " + interval.error().message);
    if (*interval < kShortestInterval || *interval > kLongestInterval) return refuse("--interval: from 100ms to 1h");
    options_.interval = *interval;
    for (const std::string& word : options_.words) {
        if (word.find_first_of(" \t\r\n") != std::string::npos)
            return refuse("blanks in '" + proto::printable(word) + "'");
    }
    return {std::move(options_), 0};
}

}  // namespace

ParsedCtlOptions parse_ctl_options(std::vector<std::string> arguments) {
    return Parser().parse(std::move(arguments));
}

}  // namespace mmm
