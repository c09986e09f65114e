#pragma once

#include <string>
#include <vector>

namespace mmm {

/// `mmm check-config`: says all that is wrong with a configuration, what to write instead, and what it means in
/// seconds. `arguments` are those after the word. Needs no other file, no network and no rights but to read.
/// Exit status: 0 no faults, 1 faults (with --strict also doubts), 2 the file can't be read or wrong arguments.
int check_config_main(std::vector<std::string> arguments);

}  // namespace mmm
