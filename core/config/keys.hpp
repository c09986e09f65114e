#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config/config.hpp"
#include "core/config/field.hpp"

namespace mmm::config {

/// What a number or duration (in milliseconds) may be, both ends included.
struct Bounds {
    std::int64_t least = 0;
    std::int64_t most = 0;
};

inline constexpr Bounds kPort{1, 65535};

constexpr Bounds between(Duration least, Duration most) {
    return {least.count(), most.count()};
}

/// What is special about a key.
enum class Trait {
    none,
    required,     ///< there is no default
    secret,       ///< never shown
    may_be_off,   ///< a duration that also takes `false`, meaning 0
    list_needed,  ///< a list that must not be empty
};

/// One key of a section of kind `Section`: the only place that describes it. Reader, renderer, remedies and the
/// printed reference all come from these tables. A key without a field is accepted for old habits' sake, without
/// effect.
template <class Section>
struct Key {
    std::string_view name;
    std::string_view meaning;
    Field (*field)(Section&) = nullptr;
    Bounds bounds = {};
    Trait trait = Trait::none;
};

/// The keys of one kind of section, in the order of the documentation. `Config` stands for the top of the file.
template <class Section>
std::span<const Key<Section>> keys();
template <>
std::span<const Key<Config>> keys<Config>();
template <>
std::span<const Key<Monitor>> keys<Monitor>();
template <>
std::span<const Key<Host>> keys<Host>();
template <>
std::span<const Key<Role>> keys<Role>();
template <>
std::span<const Key<Check>> keys<Check>();
template <>
std::span<const Key<Quorum>> keys<Quorum>();
template <>
std::span<const Key<Socket>> keys<Socket>();
template <>
std::span<const Key<Security>> keys<Security>();

/// One line of the printed reference.
struct KeyRow {
    std::string section;  ///< `[monitor]`, `[host.NAME]`; empty for the top of the file
    std::string name;
    std::string type;
    std::string default_text;  ///< TOML, `required`, or empty: nothing unless written
    std::string meaning;
};

/// All keys of all sections, in the order of the documentation.
std::vector<KeyRow> key_rows();

}  // namespace mmm::config
