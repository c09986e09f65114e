#include "tests/sim/trace.hpp"

#include <cstdio>

namespace mmm::sim {

std::string Trace::last(Span span, Moment end) const {
    std::string text;
    for (const auto& line : lines_) {
        if (line.when < end - span) continue;
        char head[64];
        const double seconds = std::chrono::duration<double>(line.when.time_since_epoch()).count();
        (void)std::snprintf(head, sizeof head, "%10.4f  %-8s ", seconds, line.who.c_str());
        text += head + line.text + "\n";
    }
    return text;
}

}  // namespace mmm::sim
