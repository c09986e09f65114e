#include "net/mysql/rows.hpp"

#include <algorithm>
#include <charconv>

namespace mmm::net::mysql {

bool same_word(std::string_view left, std::string_view right) {
    const auto lower = [](char letter) {
        return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter + ('a' - 'A')) : letter;
    };
    return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                      [&](char one, char other) { return lower(one) == lower(other); });
}

std::optional<std::string_view> Row::get(std::initializer_list<std::string_view> columns) const {
    const Rows::Values& row = rows_->values.at(index_);
    for (const std::string_view wanted : columns) {
        for (std::size_t column = 0; column < rows_->columns.size() && column < row.size(); ++column) {
            if (!same_word(rows_->columns[column], wanted)) continue;
            if (!row[column]) return std::nullopt;
            return std::string_view(*row[column]);
        }
    }
    return std::nullopt;
}

std::string Row::text(std::initializer_list<std::string_view> columns) const {
    return std::string(get(columns).value_or(std::string_view()));
}

std::optional<std::int64_t> Row::number(std::initializer_list<std::string_view> columns) const {
    const auto value = get(columns);
    if (!value) return std::nullopt;
    std::int64_t result = 0;
    const auto [end, error] = std::from_chars(value->data(), value->data() + value->size(), result);
    if (error != std::errc() || end != value->data() + value->size()) return std::nullopt;
    return result;
}

bool Row::truth(std::initializer_list<std::string_view> columns) const {
    const std::string_view value = get(columns).value_or(std::string_view());
    return !value.empty() && value != "0" && !same_word(value, "OFF") && !same_word(value, "NO");
}

}  // namespace mmm::net::mysql
