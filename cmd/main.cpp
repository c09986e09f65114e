#include <array>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cmd/agent.hpp"
#include "cmd/check_config.hpp"
#include "cmd/ctl.hpp"
#include "cmd/monitor.hpp"
#include "cmd/static_safety.hpp"
#include "cmd/version.hpp"

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
    "\n"
    "  --version      version, commit and linked libraries\n"
    "  --help         this text; `mmm COMMAND --help` tells more\n"
    "\n"
    "Example: mmm check-config --config /etc/mmm/mmm.toml && mmm ctl show\n";

struct Command {
    std::string_view name;
    int (*run)(std::vector<std::string> arguments);
};

constexpr std::array<Command, 4> kCommands{{{"monitor", mmm::monitor_main},
                                            {"agent", mmm::agent_main},
                                            {"ctl", mmm::ctl_main},
                                            {"check-config", mmm::check_config_main}}};

void print(std::FILE* to, std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), to);
}

}  // namespace

int main(int argc, char** argv) {
    mmm::harden_static_process();
    std::vector<std::string> words(argv + 1, argv + argc);
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
        print(stdout, mmm::version_text());
        return 0;
    }
    if (first == "--help" || first == "-h" || first == "help") {
        print(stdout, kUsage);
        return 0;
    }
    print(stderr, "mmm: unknown command '" + first + "'. See mmm --help.\n");
    return 2;
}
