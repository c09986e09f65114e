#pragma once

#include "tests/sim/explorer/search.hpp"

namespace mmm::sim {

/// From each world of a finished search in which somebody has a live lease: all monitors die for good, the network
/// heals, who is stopped runs on, who crashed starts again, nothing else happens. The slot has to be held again, and
/// for good (rule 20). Prints how many worlds there were and the worst time without a holder; also how many would never
/// recover if hosts didn't grant themselves anew. True if some world never recovers or becomes unsafe.
bool check_liveness(Search& search, const Options& options);

}  // namespace mmm::sim
