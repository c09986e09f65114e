#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/config/config.hpp"

namespace mmm::config {

/// A place in a Config that a key's value goes to. Its type decides how the value is read, checked and written.
using Field = std::variant<std::string*, bool*, unsigned*, std::uint16_t*, Duration*, Address*, std::vector<Address>*,
                           std::vector<std::string>*, Ratio*, HostMode*, RoleMode*, MonitorMode*, SocketType*, OnLoss*,
                           SemiSyncStuck*, OnDrainTimeout*, MysqlTls*>;

/// The type as documentation names it: `duration`, `list of addresses`, `"master" or "slave"`.
std::string type_text(const Field& field);

/// The value as TOML: `"10s"`, `9988`, `["db1", "db2"]`. An address that was never set is `""`.
std::string toml_text(const Field& field);

/// Text as a TOML string in double quotes.
std::string quoted(std::string_view text);

/// The words that the field takes, in the order of their values; empty unless it is a choice between words.
std::span<const std::string_view> choices(const Field& field);

/// Sets a field that is a choice to its `index`-th word. Precondition: index < choices(field).size().
void choose(const Field& field, std::size_t index);

}  // namespace mmm::config
