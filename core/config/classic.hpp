#pragma once

#include <string>
#include <string_view>

#include "core/config/classic_tree.hpp"
#include "core/config/loaded.hpp"

namespace mmm::config {

/// Reads the classic form of a configuration, MMM 2's own: `<host db1>`, `key value`, times in seconds, lists with
/// commas, `include FILE`. The templates `<host default>` and `<check default>` fill in what the others leave out,
/// wherever they stand. Never stops at the first fault; what can be guessed is a fault with what to write, and is read
/// as guessed only to find what else is wrong. `file` only names the text in findings; `include` reads other files.
Loaded read_classic(const std::string& file, std::string_view text, const Include& include);

}  // namespace mmm::config
