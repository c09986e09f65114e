#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace mmm::proto {

/// The longest line that anybody may send, in bytes, its terminator included.
inline constexpr std::size_t kMaxLine = 64 * 1024;

/// Is `line` (without its terminator) well-formed UTF-8 without control characters?
/// Errors: Code::invalid, with what is wrong and at which byte (counted from 1).
Result<void> check_line(std::string_view line);

/// Cuts a byte stream into lines. A line ends with `\n`; one `\r` before it is dropped. Holds at most one unfinished
/// line, hence never more than `max_line` bytes.
class LineSplitter {
  public:
    explicit LineSplitter(std::size_t max_line = kMaxLine) : max_line_(max_line) {}

    /// Takes the next bytes and appends the lines they complete to `lines`.
    /// Errors: Code::invalid when a line is too long or not text. The lines before it are in `lines` all the same;
    /// whoever sends such a thing isn't one of us, so the stream is over: every further call repeats the error.
    Result<void> feed(std::string_view bytes, std::vector<std::string>& lines);

    /// Changes the limit for what comes next (a peer that has greeted may send longer lines).
    void set_max_line(std::size_t max_line) { max_line_ = max_line; }

    /// Bytes of the unfinished line.
    [[nodiscard]] std::size_t pending() const { return partial_.size(); }

  private:
    Result<void> finish_line(std::vector<std::string>& lines);
    Result<void> give_up(Error error);

    std::size_t max_line_;
    std::string partial_;
    Error broken_{Code::invalid, "", 0};
};

}  // namespace mmm::proto
