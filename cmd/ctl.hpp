#pragma once

#include <string>
#include <vector>

namespace mmm {

/// `mmm ctl`: tells the monitor an operator's command and prints what it says. `arguments` are those after the word.
/// Exit status: 0 done, 1 refused, 2 usage (or no configuration to find the monitor by), 3 no monitor.
int ctl_main(std::vector<std::string> arguments);

}  // namespace mmm
