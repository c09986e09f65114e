#pragma once

#include <array>
#include <random>
#include <string>

namespace mmm::proto {

/// A short text made of what breaks naive codecs: separators, escapes, line ends, halves of characters, any byte.
inline std::string nasty_text(std::mt19937& random) {
    static const std::array<std::string, 16> kPieces{
        "|", "%", "=", "%7C",           "\n", "\r", "\t", std::string(1, 0), "\xe2\x82\xac", "\xe2\x82",
        "(", ")", "@", "writer(10)@7,", "",   " ",
    };
    std::string text;
    const std::size_t pieces = random() % 7;
    for (std::size_t i = 0; i < pieces; ++i) {
        if (random() % 3 == 0) {
            text += static_cast<char>(random() % 256);
        } else {
            text += kPieces[random() % kPieces.size()];
        }
    }
    return text;
}

}  // namespace mmm::proto
