#pragma once

#include <string_view>

namespace mmm::net {

/// Writes lines to a descriptor without ever waiting for who reads it. (Setting O_NONBLOCK would do it too, but for
/// everybody who shares a terminal or pipe with us.)
class LogOutput {
  public:
    /// The descriptor isn't closed.
    explicit LogOutput(int descriptor);

    /// Writes a line of at most kMostLineBytes whole, or says false and writes nothing (or, on a full disk, a part).
    [[nodiscard]] bool write(std::string_view line) const;

  private:
    int descriptor_;
    bool socket_;
};

}  // namespace mmm::net
