#pragma once

#include <functional>
#include <istream>
#include <sstream>
#include <string>

namespace mmm::test {

/// Plays every .txt of tests/golden/`folder` and compares it with what `play` makes of it. With MMM_UPDATE_GOLDEN=1 in
/// the environment the files are rewritten instead; the difference is then reviewed like code.
void check_dialogues(const std::string& folder, const std::function<std::string(std::istream& script)>& play);

// Reading a script's words. Each throws std::runtime_error, which fails the dialogue, on what it doesn't know.

[[noreturn]] void unknown(const std::string& what, const std::string& text);
std::string word_of(std::istringstream& line);
std::string rest_of(std::istringstream& line);

}  // namespace mmm::test
