#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/format.hpp"

namespace mmm::config {

/// A place in a configuration file. Lines and columns count from 1; 0 means the file as a whole.
struct Location {
    std::string file;
    unsigned line = 0;
    unsigned column = 0;
    auto operator<=>(const Location&) const = default;
};

/// A fault keeps the programs from starting; a doubt is worth a look.
enum class Severity { fault, doubt };

/// One thing that is wrong with a configuration: what, where, and what to write instead.
struct Finding {
    Severity severity = Severity::fault;
    Location where;
    std::string message;
    std::string remedy;  ///< empty where the message says it all
    bool operator==(const Finding&) const = default;
};

/// `FILE:LINE:COLUMN: fault: MESSAGE; REMEDY`, the form that editors jump to. Never holds a secret or a control
/// character.
std::string text(const Finding& finding);

/// `2 faults, 1 doubt`; empty when there are none.
std::string count_text(const std::vector<Finding>& findings);

/// In the order of the file; findings at one place keep theirs.
void sort_by_place(std::vector<Finding>& findings);

bool has_fault(const std::vector<Finding>& findings);

/// Where each key was written: the key's path, like `host.db1.ip`, `role.reader.ips[1]` or (a section) `host.db1`.
/// A path is listed only where the file has it: a value that `[defaults.host]` filled in stands under
/// `defaults.host.ip` alone.
class Where {
  public:
    /// The file is what findings name that have no better place; its format is what remedies are written in.
    explicit Where(std::string file = {}, Format format = Format::toml) : file_(std::move(file)), format_(format) {}

    [[nodiscard]] Format format() const { return format_; }

    void set(const std::string& path, Location location) { places_[path] = std::move(location); }
    /// The same, unless the path has a place already.
    void set_first(const std::string& path, Location location) { places_.try_emplace(path, std::move(location)); }
    /// Notes that the value written for `path` couldn't be taken: a fault that needn't be told again.
    void refuse(const std::string& path) { refused_.insert(path); }
    /// The exact path is in the file.
    [[nodiscard]] bool wrote(const std::string& path) const { return places_.contains(path); }
    /// The value came from the file, here or through the defaults of its kind of section.
    [[nodiscard]] bool has(const std::string& path) const;
    /// The value, or the default that would have filled it in, was refused.
    [[nodiscard]] bool refused(const std::string& path) const;
    /// The best known place: the path itself, the default that filled it in, its section, else the file.
    [[nodiscard]] Location at(const std::string& path) const;

  private:
    [[nodiscard]] const Location* find(const std::string& path) const;

    std::string file_;
    Format format_ = Format::toml;
    std::map<std::string, Location> places_;
    std::set<std::string> refused_;
};

}  // namespace mmm::config
