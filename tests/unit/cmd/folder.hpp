#pragma once

#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>
#include <string>

#include "tests/unit/cmd/scratch_folder.hpp"

namespace mmm::test {

inline std::string read(const std::string& path) {
    std::ifstream in(path);
    REQUIRE(in.good());
    std::ostringstream out;
    out << in.rdbuf();
    return out.str();
}

inline const std::string kExample = std::string(MMM_SOURCE_DIR) + "/packaging/examples/mmm.toml";

/// The example, spoiled: the first `from` becomes `to`.
inline std::string example(const std::string& from = "", const std::string& to = "") {
    std::string text = read(kExample);
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

}  // namespace mmm::test
