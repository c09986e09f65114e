#pragma once

namespace mmm::sim {

/// Plants faults at the edge of the world, outside of the cores, and sees that each is caught; and that a seed gives
/// the same run twice. Prints a line each and "N passed, N failed" at the end. Returns the exit status.
int self_test();

}  // namespace mmm::sim
