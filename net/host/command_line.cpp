#include "net/host/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/host/read_file.hpp"

namespace mmm::net {

std::string printable(std::string_view text) {
    std::string shown(text);
    std::replace_if(
        shown.begin(), shown.end(), [](char byte) { return byte < ' ' || byte > '~'; }, '?');
    return shown;
}

std::string describe_process(pid_t pid) {
    constexpr std::size_t kMostShown = 200;
    const std::string folder = fmt::format("/proc/{}/", pid);
    auto command = read_file(folder + "cmdline", std::size_t{2} * 1024 * 1024);
    // Kernel threads and zombies have no command line, but a name.
    if (!command || command->empty()) command = read_file(folder + "comm", 4096);
    if (!command) return fmt::format("pid {}", pid);
    while (!command->empty() && (command->back() == '\0' || command->back() == '\n')) command->pop_back();
    std::replace(command->begin(), command->end(), '\0', ' ');
    const bool cut = command->size() > kMostShown;
    return fmt::format("pid {} ({}{})", pid, printable(command->substr(0, kMostShown)), cut ? "..." : "");
}

}  // namespace mmm::net
