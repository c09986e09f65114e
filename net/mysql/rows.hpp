#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mmm::net::mysql {

/// The answer to a query as text. NULL is an empty optional.
struct Rows {
    using Values = std::vector<std::optional<std::string>>;

    std::vector<std::string> columns;
    std::vector<Values> values;

    [[nodiscard]] std::size_t size() const { return values.size(); }
    [[nodiscard]] bool empty() const { return values.empty(); }
};

/// One row of `Rows`, read by column name (case doesn't matter). Refers to the Rows it was made from.
class Row {
  public:
    /// Precondition: index < rows.size().
    Row(const Rows& rows, std::size_t index) : rows_(&rows), index_(index) {}

    /// The value of the first of these columns that exists; nothing for NULL or when there is no such column.
    /// Several names serve servers that spell a column differently.
    [[nodiscard]] std::optional<std::string_view> get(std::initializer_list<std::string_view> columns) const;
    [[nodiscard]] std::optional<std::string_view> get(std::string_view column) const { return get({column}); }
    /// As get(), with an empty text for nothing.
    [[nodiscard]] std::string text(std::initializer_list<std::string_view> columns) const;
    [[nodiscard]] std::string text(std::string_view column) const { return text({column}); }
    /// As get(), as a whole number; nothing if it isn't one.
    [[nodiscard]] std::optional<std::int64_t> number(std::initializer_list<std::string_view> columns) const;
    [[nodiscard]] std::optional<std::int64_t> number(std::string_view column) const { return number({column}); }
    /// As get(): 1, ON, YES and other words are true; NULL, 0, OFF, NO and the empty text are false.
    [[nodiscard]] bool truth(std::initializer_list<std::string_view> columns) const;
    [[nodiscard]] bool truth(std::string_view column) const { return truth({column}); }

  private:
    const Rows* rows_;
    std::size_t index_;
};

/// Compares ASCII texts without regard to case.
bool same_word(std::string_view left, std::string_view right);

}  // namespace mmm::net::mysql
