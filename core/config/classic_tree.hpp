#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"
#include "core/config/finding.hpp"

namespace mmm::config {

/// A file that another one includes.
struct IncludedFile {
    std::string path;  ///< for findings, and to notice a file that includes itself
    std::string text;
};

/// Finds and reads the file that `from_file` includes as `name`. The core reads no files itself.
using Include = std::function<Result<IncludedFile>(const std::string& name, const std::string& from_file)>;

/// `key value`, not yet understood.
struct ClassicSetting {
    std::string key, value;
    Location key_at, value_at;
    unsigned comment_column = 0;  ///< see ClassicLine
};

/// What stands between two tags, in the order of the files; `kind` is empty outside of all sections.
struct ClassicSection {
    std::string kind, name;
    Location at;             ///< of the tag
    std::size_t file = 0;    ///< counts the files as they are met, a file included twice twice
    bool continued = false;  ///< the rest of a section that an include interrupted
    std::vector<ClassicSetting> settings;
};

struct ClassicTree {
    std::vector<ClassicSection> sections;
    std::vector<Finding> findings;
    bool complete = true;  ///< false: a part couldn't be read
};

/// Files may include each other this deeply, so many of them, and kMostFileBytes altogether.
inline constexpr std::size_t kMostIncludeDepth = 8;
inline constexpr std::size_t kMostIncludes = 64;

/// Lines, sections and includes; what keys and values mean comes afterwards. A file of MMM 1 is refused as such.
ClassicTree read_classic_tree(const std::string& file, std::string_view text, const Include& include);

}  // namespace mmm::config
