#include "cmd/ctl_terminal.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string_view>

namespace mmm {
namespace {

// Alternate screen, cursor hidden, long lines cut at the edge; and back. Source: xterm's control sequences.
constexpr const char* kEnter = "\x1b[?1049h\x1b[?25l\x1b[?7l";
constexpr const char* kLeave = "\x1b[?7h\x1b[?25h\x1b[?1049l";

void put(std::string_view text) {
    std::fwrite(text.data(), 1, text.size(), stdout);
    std::fflush(stdout);
}

std::size_t rows() {
    winsize size{};
    return ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 ? size.ws_row : 0;
}

}  // namespace

bool output_is_terminal() {
    return ::isatty(STDOUT_FILENO) == 1;
}

bool output_takes_colour() {
    const char* refused = std::getenv("NO_COLOR");
    const char* terminal = std::getenv("TERM");
    const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb" || *terminal == '\0';
    return output_is_terminal() && !dumb && (refused == nullptr || *refused == '\0');
}

void Screen::enter() {
    if (!entered_) put(kEnter);
    entered_ = true;
}

void Screen::leave() {
    if (entered_) put(kLeave);
    entered_ = false;
}

void Screen::draw(const std::string& text) {
    put(screen_frame(text, rows()));
}

std::string screen_frame(const std::string& text, std::size_t rows) {
    const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
    const std::size_t shown = rows == 0 || lines <= rows ? lines : rows - 1;
    std::string frame = "\x1b[H";
    std::string_view rest = text;
    for (std::size_t i = 0; i < shown; ++i) {
        const std::size_t end = rest.find('\n');
        frame += (i == 0 ? "" : "\n") + std::string(rest.substr(0, end)) + "\x1b[K";
        rest.remove_prefix(end + 1);
    }
    if (shown < lines) frame += "\n... and " + std::to_string(lines - shown) + " lines more\x1b[K";
    return frame + "\x1b[J";
}

}  // namespace mmm
