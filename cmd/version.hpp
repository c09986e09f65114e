#pragma once

#include <string>

namespace mmm {

/// What `mmm --version` prints: a first line "mmm VERSION (COMMIT)", then the compiler and each linked library with its
/// version, one a line, the last without its line end. COMMIT is "unknown" when the sources had no git; it ends in
/// "-dirty" when they had changes.
std::string version_text();

/// Version and commit in one word, `0.1.0+3d43fbf`, for greetings and `show`.
std::string short_version();

}  // namespace mmm
