#pragma once

#include <string>
#include <vector>

namespace mmm {

/// `mmm monitor`: runs in the foreground until SIGTERM or SIGINT. `arguments` are those after the word.
/// Exit status: 0 ended as asked, 1 could not start (the reason is on stderr), 2 wrong arguments.
int monitor_main(std::vector<std::string> arguments);

/// The same as `mmm_mond`: in the background, unless the configuration says `debug`. Exit status: 0 it runs.
int mmm_mond_main(std::vector<std::string> arguments);

}  // namespace mmm
