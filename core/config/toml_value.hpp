#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/config/keys.hpp"
#include "core/config/toml_library.hpp"

namespace mmm::config {

/// Why a value can't be taken, and what to write instead.
struct Complaint {
    toml::source_position at;
    std::string message;
    std::string remedy;
};

/// Where each element of a list was written, in the order in which they were taken over.
using Elements = std::vector<toml::source_position>;

/// Puts the value of `key` into its field. What doesn't fit is left out and complained about. Secrets are never
/// repeated in a complaint. `elements` gets the places of a list's elements.
std::vector<Complaint> assign(const toml::node& value, std::string_view key, const Field& field, const Bounds& bounds,
                              Trait trait, Elements& elements);

}  // namespace mmm::config
