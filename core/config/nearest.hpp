#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace mmm::config {

/// How many letters must be added, removed, replaced or swapped with their neighbour to turn one word into the other
/// (optimal string alignment).
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that `word` was probably meant to be: at most a third of its letters differ, upper and lower case
/// count as equal. Empty when none is that near. Of equally near ones the first.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace mmm::config
