#pragma once

#include <string>
#include <vector>

namespace mmm {

/// `mmm agent`: runs in the foreground until SIGTERM or SIGINT. `arguments` are those after the word.
/// Exit status: 0 ended as asked, 1 could not start (the reason is on stderr), 2 wrong arguments.
int agent_main(std::vector<std::string> arguments);

/// The same as `mmm_agentd`: in the background, unless the configuration says `debug`. Exit status: 0 it runs.
int mmm_agentd_main(std::vector<std::string> arguments);

}  // namespace mmm
