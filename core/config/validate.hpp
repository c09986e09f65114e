#pragma once

#include <vector>

#include "core/config/loaded.hpp"
#include "core/config/purpose.hpp"

namespace mmm::config {

/// Everything that is wrong or doubtful in what a configuration says, whatever format it came from. Touches no file
/// and no network. `where` gives the places; with an empty one the findings name the file alone.
/// A classic file need only say what the program for `purpose` uses (for `any`: what all use); TOML files serve all
/// programs at once, so that theirs need everything.
std::vector<Finding> validate(const Config& config, const Where& where, Purpose purpose = Purpose::any);

/// The reader's findings and, when it could read everything, those of validate(), in the order of the file.
std::vector<Finding> all_findings(const Loaded& loaded, Purpose purpose = Purpose::any);

/// Whose file a classic one is, by what is in it: `this` makes it the agents', `<monitor>` the monitor's. `any` when
/// it has neither, and for TOML.
Purpose purpose_of(const Loaded& loaded);

/// Host and role names stand in lines of the wire and of files: 1 to 64 of A-Z a-z 0-9 . _ -
bool is_name(std::string_view text);

/// At most this many hosts and slots; everything is checked concurrently, by one monitor.
inline constexpr std::size_t kMostHosts = 64;
inline constexpr std::size_t kMostSlots = 256;

}  // namespace mmm::config
