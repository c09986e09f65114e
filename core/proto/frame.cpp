#include "core/proto/frame.hpp"

#include <utility>

#include "core/proto/utf8.hpp"

namespace mmm::proto {

Result<void> check_line(std::string_view line) {
    for (std::size_t at = 0; at < line.size();) {
        const std::size_t length = utf8_length(line.substr(at));
        if (length == 0 || is_control(line.substr(at, length))) {
            const std::string what = length == 0        ? "not UTF-8 text"
                                     : line[at] == '\0' ? "a NUL byte"
                                                        : "a control character";
            return fail(Code::invalid, what + " at byte " + std::to_string(at + 1));
        }
        at += length;
    }
    return {};
}

Result<void> LineSplitter::feed(std::string_view bytes, std::vector<std::string>& lines) {
    if (!broken_.message.empty()) return tl::make_unexpected(broken_);
    while (!bytes.empty()) {
        const std::size_t end = bytes.find('\n');
        const std::string_view part = bytes.substr(0, end);
        // The terminator counts, so that an unfinished line of max_line bytes is too long already.
        if (partial_.size() + part.size() >= max_line_) {
            return give_up({Code::invalid, "line longer than " + std::to_string(max_line_) + " bytes", 0});
        }
        partial_ += part;
        if (end == std::string_view::npos) return {};
        if (auto done = finish_line(lines); !done) return give_up(done.error());
        bytes.remove_prefix(end + 1);
    }
    return {};
}

Result<void> LineSplitter::finish_line(std::vector<std::string>& lines) {
    if (partial_.ends_with('\r')) partial_.pop_back();
    if (auto text = check_line(partial_); !text) return text;
    lines.push_back(std::exchange(partial_, {}));
    return {};
}

Result<void> LineSplitter::give_up(Error error) {
    std::string().swap(partial_);
    broken_ = std::move(error);
    return tl::make_unexpected(broken_);
}

}  // namespace mmm::proto
