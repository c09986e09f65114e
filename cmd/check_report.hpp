#pragma once

#include <string>

#include "cmd/config_file.hpp"

namespace mmm {

/// One line for each finding, as editors and CI understand them; empty when there are none.
std::string findings_text(const ConfigFile& file);

/// What the configuration means in seconds, a line each; for a configuration without faults. Nothing when it is a
/// classic file of another program than the monitor, as the times stand in the monitor's.
std::string facts_text(const ConfigFile& file);

/// Whose classic file it was taken for, and why; empty for TOML.
std::string format_text(const ConfigFile& file);

/// `2 faults, 1 doubt`, or `mmm.toml: no faults; 4 hosts, 2 roles, 3 addresses`.
std::string summary_text(const std::string& path, const ConfigFile& file);

/// All of it as one JSON object; README documents it. `ok` tells whether the exit status is 0.
std::string report_json(const std::string& path, const ConfigFile& file, bool ok);

/// The reference of all keys, aligned for reading.
std::string keys_text();

/// The same as a JSON array.
std::string keys_json();

}  // namespace mmm
