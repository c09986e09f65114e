#pragma once

#include <random>
#include <string>

#include "core/config/config.hpp"

namespace mmm::config::test {

/// A random configuration that a file can say, made by one seed; not one that makes sense. What classic files can't
/// say (a `#` behind a blank, blanks at an end, empty texts) is left out, and so is what the reader derives.
class Generated {
  public:
    explicit Generated(unsigned seed) : random_(seed) {}

    Config config();

  private:
    std::size_t below(std::size_t bound) { return std::uniform_int_distribution<std::size_t>(0, bound - 1)(random_); }
    bool coin() { return below(2) == 0; }
    Duration time(std::int64_t least, std::int64_t most);
    Address address();
    std::vector<Address> addresses(std::size_t most);
    std::string name();
    std::vector<std::string> names(std::size_t most);
    std::string text();
    std::string path() { return "/" + name(); }
    Account account();
    Host host(const std::string& name);
    Role role(const std::string& name);
    Check check();
    Monitor monitor();

    std::mt19937 random_;
};

/// The configuration as a classic file; `random` decides on order, blanks, comments and templates, which mean nothing.
std::string classic_text(const Config& config, std::mt19937& random);

}  // namespace mmm::config::test
