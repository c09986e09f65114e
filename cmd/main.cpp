#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/agent.hpp"
#include "cmd/check_config.hpp"
#include "cmd/ctl.hpp"
#include "cmd/install_links.hpp"
#include "cmd/keygen.hpp"
#include "cmd/monitor.hpp"
#include "cmd/original_control.hpp"
#include "cmd/original_names.hpp"
#include "cmd/static_safety.hpp"
#include "cmd/version.hpp"
#include "net/host/privileges.hpp"

namespace {

constexpr std::string_view kUsage =
    "mmm keeps exactly one of two MariaDB or MySQL masters writable behind a writer address, and reader addresses on\n"
    "hosts whose replication is healthy.\n"
    "\n"
    "Usage: mmm COMMAND [OPTIONS]\n"
    "\n"
    "  monitor        watch the cluster and decide; one process a cluster\n"
    "  agent          carry out what the monitor decides; one process on each database host\n"
    "  ctl            look and command: show, checks, set_online, set_offline, move_role, ...\n"
    "  check-config   check a configuration file and say what is wrong\n"
    "  keygen         print a new cluster key, for [security] key_file\n"
    "  install-links  make links by which this program is called mmm_mond, mmm_agentd and mmm_control, and then "
    "behaves\n"
    "                 as those programs of MMM 2.2\n"
    "\n"
    "  --version      version, commit and linked libraries\n"
    "  --help         this text; `mmm COMMAND --help` tells more\n"
    "\n"
    "Example: mmm check-config --config /etc/mmm/mmm.toml && mmm ctl show\n";

struct Command {
    std::string_view name;
    int (*run)(std::vector<std::string> arguments);
};

constexpr std::array<Command, 6> kCommands{{{"monitor", mmm::monitor_main},
                                            {"agent", mmm::agent_main},
                                            {"ctl", mmm::ctl_main},
                                            {"check-config", mmm::check_config_main},
                                            {"keygen", mmm::keygen_main},
                                            {"install-links", mmm::install_links_main}}};

/// By the name that the program is called by, instead of a word behind it.
constexpr std::array<Command, 3> kOriginals{{{mmm::kNameOfMonitor, mmm::mmm_mond_main},
                                             {mmm::kNameOfAgent, mmm::mmm_agentd_main},
                                             {mmm::kNameOfControl, mmm::mmm_control_main}}};

void print(std::FILE* to, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace

int main(int argc, char** argv) {
    mmm::harden_static_process();
    mmm::net::forbid_core_dumps();
    if (argc < 1) return 2;
    std::vector<std::string> words(argv + 1, argv + argc);
    const std::string_view called = argv[0];
    const std::string_view name = called.substr(called.rfind('/') + 1);
    for (const auto& original : kOriginals) {
        if (original.name == name) return original.run(std::move(words));
    }
    if (words.empty()) {
        print(stderr, kUsage);
        return 2;
    }
    const std::string first = words.front();
    words.erase(words.begin());
    for (const auto& command : kCommands) {
        if (command.name == first) return command.run(std::move(words));
    }
    if (first == "--version" || first == "version") {
        print(stdout, mmm::version_text() + "\n");
        return 0;
    }
    if (first == "--help" || first == "-h" || first == "help") {
        print(stdout, kUsage);
        return 0;
    }
    print(stderr, "mmm: unknown command '" + first + "'. See mmm --help.\n");
    return 2;
}
