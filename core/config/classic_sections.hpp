#pragma once

#include <string>
#include <vector>

#include "core/config/classic_ignored.hpp"
#include "core/config/classic_tree.hpp"

namespace mmm::config {

/// A section whose meaning is known.
struct MeantSection {
    std::string path;  ///< "host.db1", "defaults.host", "check.default", "monitor"; empty outside of all sections
    std::string kind;  ///< "host", "check", "monitor", ...; empty outside of all sections
    std::string name;  ///< "db1"
    const ClassicSection* section = nullptr;
};

/// What each section of the tree is meant to be, in their order; mistakes in tags are reported and mended. Left out is
/// what can't be mended, or has no effect.
std::vector<MeantSection> meant_sections(const ClassicTree& tree, ClassicIgnored& ignored,
                                         std::vector<Finding>& findings);

}  // namespace mmm::config
