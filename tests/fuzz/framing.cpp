// Bytes of a stranger, in pieces of any size: lines come out as if all had come at once, and nothing is hoarded.

#include <string>

#include "core/proto/escape.hpp"
#include "core/proto/frame.hpp"
#include "core/proto/utf8.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using fuzz::require;

namespace {

struct Cut {
    std::vector<std::string> lines;
    std::string error;  ///< empty: none

    bool operator==(const Cut&) const = default;
};

/// The first bytes give the sizes of the pieces, again and again; none: all at once.
Cut cut(std::string_view bytes, std::string_view sizes, std::size_t max_line) {
    proto::LineSplitter splitter(max_line);
    Cut result;
    for (std::size_t number = 0; !bytes.empty(); ++number) {
        const std::size_t size =
            sizes.empty() ? bytes.size() : std::size_t{static_cast<unsigned char>(sizes[number % sizes.size()])} + 1;
        const auto fed = splitter.feed(bytes.substr(0, size), result.lines);
        require(splitter.pending() <= max_line, "at most one line is held");
        bytes.remove_prefix(std::min(size, bytes.size()));
        if (fed) continue;
        result.error = fed.error().message;
        std::vector<std::string> more;
        require(!splitter.feed("PING\n", more) && more.empty(), "a stream that is over stays so");
        break;
    }
    return result;
}

void check_text(std::string_view text) {
    const std::string escaped = proto::escape(text);
    require(proto::check_line(escaped).has_value(), "what is escaped is a line");
    require(escaped.find('|') == std::string::npos, "what is escaped is one field");
    require(proto::unescape(escaped) == std::string(text), "escaping restores any bytes");
    if (const auto plain = proto::unescape(text)) {
        require(proto::unescape(proto::escape(*plain)) == *plain, "what was restored can be sent again");
    }
    const std::string shown = proto::printable(text, 40);
    require(shown.size() <= 43 && proto::check_line(shown).has_value(), "what is shown is text, and short");
    const auto shorter = proto::cut_text(text, 20);
    require(shorter.size() <= 20 && text.starts_with(shorter), "what is cut is a beginning");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t kSizes = 3;
    if (size < kSizes + 1) return 0;
    const std::string_view text = fuzz::text_of(data, size);
    const std::size_t max_line = data[0] < 128 ? proto::kMaxLine : std::size_t{data[0]} - 126;
    const std::string_view bytes = text.substr(kSizes + 1);
    const Cut whole = cut(bytes, {}, max_line);
    require(cut(bytes, text.substr(1, kSizes), max_line) == whole, "how it is cut up makes no difference");
    for (const auto& line : whole.lines) {
        require(line.size() < max_line && proto::check_line(line).has_value(), "a line is text, and not too long");
    }
    check_text(bytes);
    return 0;
}
