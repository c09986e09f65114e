#include "core/config/classic_value.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "core/config/classic_list.hpp"
#include "core/config/duration_text.hpp"
#include "core/config/nearest.hpp"
#include "core/config/ratio_text.hpp"
#include "core/config/spelling.hpp"
#include "core/config/text.hpp"

namespace mmm::config {

namespace {

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

/// `false`, `off`, `no`, `0` and their opposites.
std::optional<bool> truth(std::string_view text) {
    const std::string word = lower(text);
    if (word == "true" || word == "on" || word == "yes" || word == "1") return true;
    if (word == "false" || word == "off" || word == "no" || word == "0") return false;
    return std::nullopt;
}

/// Whole digits only.
std::optional<std::int64_t> whole(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool fine = error == std::errc() && end == text.data() + text.size() && !text.starts_with('-');
    return fine ? std::optional(number) : std::nullopt;
}

/// Seconds with up to three decimals, as milliseconds.
std::optional<Duration> seconds(std::string_view text) {
    const auto dot = text.find('.');
    const auto before = whole(text.substr(0, dot));
    constexpr std::int64_t kMost = std::int64_t{3650} * 86'400;  // ten years: far from any overflow
    if (!before || *before > kMost) return std::nullopt;
    std::string decimals(dot == std::string_view::npos ? "" : text.substr(dot + 1));
    if (dot != std::string_view::npos && (decimals.empty() || decimals.size() > 3)) return std::nullopt;
    decimals.resize(3, '0');
    const auto after = whole(decimals);
    if (!after) return std::nullopt;
    return Duration(*before * 1000 + *after);
}

/// Names such as `%PREFIX%`, which an installer should have replaced.
std::string placeholder(std::string_view text) {
    const auto begin = text.find('%');
    if (begin == std::string_view::npos) return {};
    const auto end = text.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789", begin + 1);
    const bool word =
        end != std::string_view::npos && text[end] == '%' && text[begin + 1] >= 'A' && text[begin + 1] <= 'Z';
    if (!word) return {};
    return std::string(text.substr(begin, end - begin + 1));
}

/// Takes one text by the type of its field.
class Taking {
  public:
    Taking(std::string_view key, const Bounds& bounds, Trait trait) : key_(key), bounds_(bounds), trait_(trait) {}

    void to(std::string_view text, std::string* out) {
        *out = text;
        const bool quotes =
            text.size() > 1 && (text.front() == '"' || text.front() == '\'') && text.back() == text.front();
        if (!quotes) return;
        value_.doubt = fmt::format("the quotes belong to the value of \"{}\"", key_);
        value_.doubt_remedy = "write it without quotes unless it has them";
    }

    void to(std::string_view text, bool* out) {
        if (const auto flag = truth(text))
            *out = *flag;
        else
            wrong("1 or 0", text, "");
    }

    void to(std::string_view text, unsigned* out) { number(text, out); }
    void to(std::string_view text, std::uint16_t* out) { number(text, out); }

    void to(std::string_view text, Duration* out) {
        auto time = seconds(text);
        if (!time && trait_ == Trait::may_be_off && truth(text) == false) time = Duration(0);
        if (!time) {
            const auto meant = parse_duration(text);
            return wrong("a number of seconds", text, meant ? write(time_text(Format::classic, *meant)) : "");
        }
        if (time->count() < bounds_.least || time->count() > bounds_.most)
            return complain(
                fmt::format("\"{}\" is {} s", key_, text),
                fmt::format("write something between {} and {}", time_text(Format::classic, Duration(bounds_.least)),
                            time_text(Format::classic, Duration(bounds_.most))));
        *out = *time;
    }

    void to(std::string_view text, Ratio* out) {
        const auto ratio = parse_ratio(text);
        if (!ratio) {
            const auto meant = parse_ratio(std::string(text) + "%");
            return wrong("a percentage", text, write(meant ? ratio_text(*meant) : "0.1%"));
        }
        if (ratio->ppm < bounds_.least || ratio->ppm > bounds_.most)
            return complain(fmt::format("\"{}\" is {}", key_, ratio_text(*ratio)),
                            fmt::format("write something between {} and {}", ratio_text(bound(bounds_.least)),
                                        ratio_text(bound(bounds_.most))));
        *out = *ratio;
    }

    void to(std::string_view text, Address* out) {
        const auto address = Address::parse(text);
        if (address && address->is_unspecified())
            return complain(fmt::format("\"{}\" is {}, which is no host's address", key_, text),
                            "write the address by which the other hosts reach it");
        if (address) {
            *out = *address;
            return;
        }
        const auto slash = std::min(text.find('/'), text.size());
        const bool has_prefix = slash < text.size() && Address::parse(text.substr(0, slash)).has_value();
        wrong("an IP address", text,
              has_prefix ? fmt::format("write {}, without the prefix length", text.substr(0, slash))
                         : "write digits like 192.168.10.131; names aren't looked up");
    }

    template <class T>
    void to(std::string_view text, std::vector<T>* out) {
        out->clear();
        const auto list = take_classic_list(text);
        if (!list.wrong_separator.empty()) {
            const auto meant = list.joined([](const std::string& word) { return is_element(word, T{}); });
            complain(fmt::format("the elements of \"{}\" are separated by {}", key_, list.wrong_separator),
                     write(meant));
        }
        for (const auto& element : list.elements) {
            T value;
            in_list_ = true;
            const std::size_t before = complaints_;
            to(element.text, &value);
            if (complaints_ > before) continue;
            out->push_back(std::move(value));
            value_.elements.push_back(element.at);
        }
    }

    /// A choice between words.
    void choice(std::string_view text, const Field& field) {
        const auto words = choices(field);
        const auto match = std::find(words.begin(), words.end(), text);
        if (match != words.end()) return choose(field, static_cast<std::size_t>(match - words.begin()));
        const std::string near = nearest(text, {words.begin(), words.end()});
        wrong(type_text(field), text, near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
    }

    ClassicValue value_;

  private:
    static Ratio bound(std::int64_t ppm) { return Ratio{static_cast<std::uint32_t>(ppm)}; }

    static bool is_element(const std::string& word, const Address&) { return Address::parse(word).has_value(); }
    static bool is_element(const std::string&, const std::string&) { return true; }

    template <class T>
    void number(std::string_view text, T* out) {
        const auto taken = whole(text);
        if (!taken) return wrong("a whole number", text, "");
        if (*taken < bounds_.least || *taken > bounds_.most)
            return complain(fmt::format("\"{}\" is {}", key_, text),
                            fmt::format("write a number between {} and {}", bounds_.least, bounds_.most));
        *out = static_cast<T>(*taken);
    }

    [[nodiscard]] std::string write(std::string_view value) const {
        return "write " + setting_text(Format::classic, key_, value);
    }

    void wrong(std::string_view wanted, std::string_view text, std::string remedy) {
        const auto hash = text.find('#');
        if (hash != std::string_view::npos && hash > 0)
            remedy = write(trimmed(text.substr(0, hash))) + ", and the comment on a line of its own";
        complain(fmt::format("{}\"{}\" must be {}, not {}", in_list_ ? "each of " : "", key_, wanted, shown(text)),
                 std::move(remedy));
    }

    /// Of several complaints about a list the first is told.
    void complain(std::string complaint, std::string remedy) {
        if (complaints_++ > 0) return;
        value_.complaint = std::move(complaint);
        value_.remedy = std::move(remedy);
    }

    std::string_view key_;
    const Bounds& bounds_;
    Trait trait_;
    bool in_list_ = false;
    std::size_t complaints_ = 0;
};

/// What may stand behind a key that got nothing: all of the words of a choice, else nothing that helps.
std::string empty_remedy(std::string_view key, const Field& field) {
    std::string out;
    for (const auto word : choices(field))
        out += (out.empty() ? "write " : " or ") + setting_text(Format::classic, key, word);
    return out.empty() ? "write a value, or remove the line" : out;
}

}  // namespace

ClassicValue assign_classic(std::string_view text, std::string_view key, const Field& field, const Bounds& bounds,
                            Trait trait) {
    Taking taking(key, bounds, trait);
    if (text.empty()) return {fmt::format("\"{}\" has no value", key), empty_remedy(key, field), {}, {}, {}};
    if (const auto name = placeholder(text); !name.empty() && trait != Trait::secret)
        return {fmt::format("\"{}\" has the placeholder {}, which nobody replaced", key, name),
                fmt::format("write what stands for {}, like /usr/lib/mysql-mmm", name),
                {},
                {},
                {}};
    std::visit(
        [&]<class T>(T* out) {
            if constexpr (std::is_enum_v<T>)
                taking.choice(text, field);
            else
                taking.to(text, out);
        },
        field);
    return std::move(taking.value_);
}

bool fits_classic(std::string_view text, std::string_view key, const Field& field, const Bounds& bounds, Trait trait) {
    if (text.empty()) return false;
    if (trait == Trait::secret) return true;
    const bool is_list = std::holds_alternative<std::vector<std::string>*>(field) ||
                         std::holds_alternative<std::vector<Address>*>(field);
    if (is_list) {
        const auto list = take_classic_list(text);
        const bool addresses = std::holds_alternative<std::vector<Address>*>(field);
        if (list.elements.empty()) return false;
        if (addresses) return Address::parse(list.elements.front().text).has_value();
        return list.wrong_separator.empty();
    }
    if (std::holds_alternative<std::string*>(field)) {
        const bool is_path =
            key.ends_with("_path") || key.ends_with("_file") || key.ends_with("_bin") || key.ends_with("_socket");
        if (is_path) return text.starts_with('/') || text.starts_with('%');
        return text.find_first_of(kBlanks) == std::string_view::npos && !text.starts_with('_');
    }
    return assign_classic(text, key, field, bounds, trait).complaint.empty();
}

}  // namespace mmm::config
