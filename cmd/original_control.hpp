#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cmd/ctl_options.hpp"

namespace mmm {

/// Reads the arguments of `mmm_control`: the command's words are taken as they are, for the monitor to judge. Without
/// any the command is `help`. Prints help or what is wrong.
ParsedCtlOptions parse_original_control(std::vector<std::string> arguments);

/// `mmm_control [@NAME] COMMAND...`, as the program of MMM 2.2 does it: prints what the monitor says and a line end.
/// Exit status: 0 the monitor answered, whatever it said; 1 there is no monitor, or no way to find it; 2 usage.
int mmm_control_main(std::vector<std::string> arguments);

}  // namespace mmm
