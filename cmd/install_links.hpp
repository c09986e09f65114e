#pragma once

#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace mmm {

/// Makes the links mmm_mond, mmm_agentd and mmm_control to `target` in `folder`. A link that leads to a program called
/// like `target` is one of ours and is renewed; anything else stays as it is, and then no link is made at all.
/// Returns a line about each. Errors: Code::refused naming what is in the way; Code::not_found, Code::permission,
/// Code::io.
Result<std::vector<std::string>> install_links(const std::string& folder, const std::string& target);

/// `mmm install-links DIR`. Exit status: 0 the links are there, 1 they aren't (the reason is on stderr), 2 usage.
int install_links_main(std::vector<std::string> arguments);

}  // namespace mmm
