#include "core/config/field.hpp"

#include <fmt/format.h>

#include <array>

#include "core/config/duration_text.hpp"
#include "core/config/ratio_text.hpp"

namespace mmm::config {

namespace {

template <class... Ts>
struct Overload : Ts... {
    using Ts::operator()...;
};
template <class... Ts>
Overload(Ts...) -> Overload<Ts...>;

using Words = std::span<const std::string_view>;

/// Words of each choice, in the order of the enumerators.
constexpr std::array<std::string_view, 2> kHostModes{"master", "slave"};
constexpr std::array<std::string_view, 2> kRoleModes{"exclusive", "balanced"};
constexpr std::array<std::string_view, 4> kMonitorModes{"active", "manual", "wait", "passive"};
constexpr std::array<std::string_view, 2> kSocketTypes{"plain", "ssl"};
constexpr std::array<std::string_view, 2> kOnLoss{"demote", "hold"};
constexpr std::array<std::string_view, 2> kSemiSyncStuck{"alarm", "async"};
constexpr std::array<std::string_view, 3> kOnDrainTimeout{"keep", "promote", "stop"};
constexpr std::array<std::string_view, 4> kMysqlTls{"off", "preferred", "required", "verify"};

Words words(const HostMode*) {
    return kHostModes;
}
Words words(const RoleMode*) {
    return kRoleModes;
}
Words words(const MonitorMode*) {
    return kMonitorModes;
}
Words words(const SocketType*) {
    return kSocketTypes;
}
Words words(const OnLoss*) {
    return kOnLoss;
}
Words words(const SemiSyncStuck*) {
    return kSemiSyncStuck;
}
Words words(const OnDrainTimeout*) {
    return kOnDrainTimeout;
}
Words words(const MysqlTls*) {
    return kMysqlTls;
}
/// Every other field isn't a choice.
Words words(const void*) {
    return {};
}

std::string address_text(const Address& address) {
    return quoted(address.is_unspecified() ? std::string() : address.text());
}

template <class T, class Text>
std::string list_text(const std::vector<T>& list, Text text) {
    std::string out = "[";
    for (const auto& element : list) out += (out.size() > 1 ? ", " : "") + text(element);
    return out + "]";
}

}  // namespace

std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\')
            out += fmt::format("\\{}", c);
        else if (byte < 0x20 || byte == 0x7f)
            out += fmt::format("\\u{:04X}", byte);
        else
            out += c;
    }
    return out + "\"";
}

std::span<const std::string_view> choices(const Field& field) {
    return std::visit([](const auto* value) { return words(value); }, field);
}

void choose(const Field& field, std::size_t index) {
    std::visit(
        [index]<class T>(T* value) {
            if constexpr (std::is_enum_v<T>) *value = static_cast<T>(index);
        },
        field);
}

std::string type_text(const Field& field) {
    const auto all = choices(field);
    if (!all.empty()) {
        std::string out;
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i > 0) out += i + 1 == all.size() ? " or " : ", ";
            out += quoted(all[i]);
        }
        return out;
    }
    return std::visit(
        Overload{[](const std::string*) { return "text"; }, [](const bool*) { return "true or false"; },
                 [](const unsigned*) { return "number"; }, [](const std::uint16_t*) { return "port"; },
                 [](const Duration*) { return "duration"; }, [](const Address*) { return "address"; },
                 [](const Ratio*) { return "percentage"; },
                 [](const std::vector<Address>*) { return "list of addresses"; },
                 [](const std::vector<std::string>*) { return "list of names"; }, [](const void*) { return "choice"; }},
        field);
}

std::string toml_text(const Field& field) {
    return std::visit(
        Overload{[](const std::string* value) { return quoted(*value); },
                 [](const bool* value) { return std::string(*value ? "true" : "false"); },
                 [](const unsigned* value) { return std::to_string(*value); },
                 [](const std::uint16_t* value) { return std::to_string(*value); },
                 [](const Duration* value) { return quoted(duration_text(*value)); },
                 [](const Address* value) { return address_text(*value); },
                 [](const Ratio* value) { return quoted(ratio_text(*value)); },
                 [](const std::vector<Address>* value) { return list_text(*value, address_text); },
                 [](const std::vector<std::string>* value) { return list_text(*value, quoted); },
                 [](const auto* choice) { return quoted(words(choice)[static_cast<std::size_t>(*choice)]); }},
        field);
}

}  // namespace mmm::config
