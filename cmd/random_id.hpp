#pragma once

#include <string>

namespace mmm {

/// 16 random hex digits that tell one process from the next.
std::string random_id();

}  // namespace mmm
