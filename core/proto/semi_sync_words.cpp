#include "core/proto/semi_sync_words.hpp"

#include <array>
#include <limits>

#include "core/proto/field_reader.hpp"

namespace mmm::proto {

std::string semi_sync_text(const SemiSync& semi_sync) {
    const auto yes = [](bool value) { return std::string(value ? "1" : "0"); };
    return yes(semi_sync.enabled) + " " + yes(semi_sync.active) + " " + yes(semi_sync.after_sync) + " " +
           std::to_string(semi_sync.clients) + " " + std::to_string(semi_sync.needed) + " " +
           std::to_string(semi_sync.waiting) + " " + std::to_string(semi_sync.oldest.count()) + " " +
           std::to_string(semi_sync.timeout.count()) + " " + yes(semi_sync.acknowledges);
}

std::optional<SemiSync> parse_semi_sync(std::string_view text) {
    // All of them fit into 32 bits: the server's own limits are lower.
    std::array<std::uint32_t, 9> numbers{};
    for (std::size_t index = 0; index < numbers.size(); ++index) {
        const bool last = index + 1 == numbers.size();
        const auto blank = text.find(' ');
        if (last != (blank == std::string_view::npos)) return std::nullopt;
        const auto number = parse_number(text.substr(0, blank));
        if (!number || *number > std::numeric_limits<std::uint32_t>::max()) return std::nullopt;
        numbers.at(index) = static_cast<std::uint32_t>(*number);
        if (!last) text.remove_prefix(blank + 1);
    }
    for (const std::size_t flag : {0U, 1U, 2U, 8U}) {
        if (numbers.at(flag) > 1) return std::nullopt;
    }
    return SemiSync{numbers[0] == 1, numbers[1] == 1,      numbers[2] == 1,      numbers[3],     numbers[4],
                    numbers[5],      Duration{numbers[6]}, Duration{numbers[7]}, numbers[8] == 1};
}

}  // namespace mmm::proto
