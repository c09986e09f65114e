// The command tests/sim/worlds.

#include "tests/sim/explorer/liveness.hpp"

int main(int argc, char** argv) {
    const auto parsed = mmm::sim::parse({argv + 1, argv + argc});
    if (!parsed.go) return parsed.exit;
    mmm::sim::Search search(parsed.options);
    if (search.run()) return 1;
    return parsed.options.live && mmm::sim::check_liveness(search, parsed.options) ? 1 : 0;
}
