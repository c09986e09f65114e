#include "core/config/toml_value.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/config/duration_text.hpp"
#include "core/config/nearest.hpp"
#include "core/config/ratio_text.hpp"

namespace mmm::config {

namespace {

/// The words of a list that was written as one text: "db1, db2".
std::vector<std::string> split(std::string_view text) {
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = text.find_first_not_of(", \t", at);
        if (begin == std::string_view::npos) break;
        at = std::min(text.find_first_of(", \t", begin), text.size());
        words.emplace_back(text.substr(begin, at - begin));
    }
    return words;
}

/// What was found instead of what was expected. Long texts are cut.
std::string found(const toml::node& node) {
    if (const auto* text = node.as_string()) return fmt::format("the text {}", quoted(text->get().substr(0, 60)));
    if (const auto* number = node.as_integer()) return fmt::format("the number {}", number->get());
    if (const auto* number = node.as_floating_point()) return fmt::format("the number {}", number->get());
    if (const auto* flag = node.as_boolean()) return flag->get() ? "true" : "false";
    if (node.is_array()) return "a list";
    if (node.is_table()) return "a section";
    return "a date or time";
}

/// Takes one value apart by the type of its field.
class Assignment {
  public:
    Assignment(std::string_view key, const Bounds& bounds, Trait trait, Elements& elements)
        : key_(key), bounds_(bounds), trait_(trait), elements_(elements) {}

    void to(const toml::node& node, std::string* out) {
        const auto* text = node.as_string();
        if (text == nullptr)
            return wrong_type(node, "a text",
                              trait_ == Trait::secret ? "write it in double quotes" : quote_remedy(node));
        *out = text->get();
    }

    void to(const toml::node& node, bool* out) {
        if (const auto* flag = node.as_boolean()) {
            *out = flag->get();
            return;
        }
        const auto* text = node.as_string();
        const std::string word = text != nullptr ? text->get() : found(node).substr(found(node).rfind(' ') + 1);
        const bool yes = word == "1" || word == "yes" || word == "on" || word == "true";
        const bool no = word == "0" || word == "no" || word == "off" || word == "false";
        wrong_type(node, "true or false", yes ? "write true" : no ? "write false" : "without quotes");
    }

    void to(const toml::node& node, unsigned* out) { number(node, out); }
    void to(const toml::node& node, std::uint16_t* out) { number(node, out); }

    void to(const toml::node& node, Duration* out) {
        const auto* flag = node.as_boolean();
        if (trait_ == Trait::may_be_off && flag != nullptr && !flag->get()) {
            *out = Duration(0);
            return;
        }
        std::string written;
        if (const auto* text = node.as_string()) written = text->get();
        if (const auto* whole = node.as_integer()) written = std::to_string(whole->get());
        if (const auto* decimal = node.as_floating_point()) written = fmt::format("{}", decimal->get());
        const auto duration = parse_duration(written);
        if (!duration) return wrong_type(node, "a duration with its unit", duration.error().message);
        if (!within(duration->count()))
            return complain(node, fmt::format("\"{}\" is {}", key_, duration_text(*duration)),
                            fmt::format("write something between \"{}\" and \"{}\"",
                                        duration_text(Duration(bounds_.least)), duration_text(Duration(bounds_.most))));
        *out = *duration;
    }

    void to(const toml::node& node, Ratio* out) {
        std::string written;
        if (const auto* text = node.as_string()) written = text->get();
        if (const auto* whole = node.as_integer()) written = std::to_string(whole->get());
        if (const auto* decimal = node.as_floating_point()) written = fmt::format("{}", decimal->get());
        const auto ratio = parse_ratio(written);
        if (!ratio) return wrong_type(node, "a percentage", ratio.error().message);
        if (!within(ratio->ppm))
            return complain(node, fmt::format("\"{}\" is {}", key_, ratio_text(*ratio)),
                            fmt::format("write something between \"{}\" and \"{}\"", ratio_text(bound(bounds_.least)),
                                        ratio_text(bound(bounds_.most))));
        *out = *ratio;
    }

    void to(const toml::node& node, Address* out) {
        const auto* text = node.as_string();
        if (text == nullptr) return wrong_type(node, "an IP address", "write it in double quotes");
        const auto address = Address::parse(text->get());
        if (address && address->is_unspecified())
            return complain(node, fmt::format("\"{}\" is {}, which is no host's address", key_, address->text()),
                            "write the address by which the other hosts reach it");
        if (address) {
            *out = *address;
            return;
        }
        const auto slash = text->get().find('/');
        const bool has_prefix = slash != std::string::npos && Address::parse(text->get().substr(0, slash)).has_value();
        wrong_type(node, "an IP address",
                   has_prefix ? fmt::format("write \"{}\", without the prefix length", text->get().substr(0, slash))
                              : "write digits like \"192.168.10.131\"; names aren't looked up");
    }

    template <class T>
    void to(const toml::node& node, std::vector<T>* out) {
        const auto* list = node.as_array();
        if (list == nullptr) return wrong_type(node, "a list", list_remedy(node));
        for (const auto& element : *list) {
            T value;
            const std::size_t before = complaints_.size();
            in_list_ = true;
            to(element, &value);
            if (complaints_.size() > before) continue;
            out->push_back(std::move(value));
            elements_.push_back(element.source().begin);
        }
    }

    /// A choice between words.
    void choice(const toml::node& node, const Field& field) {
        const auto words = choices(field);
        const auto* text = node.as_string();
        const std::string word = text != nullptr ? text->get() : std::string();
        const auto match = std::find(words.begin(), words.end(), word);
        if (match != words.end()) return choose(field, static_cast<std::size_t>(match - words.begin()));
        const std::string near = nearest(word, {words.begin(), words.end()});
        wrong_type(node, type_text(field), near.empty() ? "" : fmt::format("did you mean \"{}\"?", near));
    }

    std::vector<Complaint> complaints_;

  private:
    template <class T>
    void number(const toml::node& node, T* out) {
        const auto* whole = node.as_integer();
        if (whole == nullptr) {
            const auto* text = node.as_string();
            const bool digits = text != nullptr && !text->get().empty() && text->get().size() < 10 &&
                                text->get().find_first_not_of("0123456789") == std::string::npos;
            return wrong_type(node, "a whole number",
                              digits ? fmt::format("write {}, without quotes", text->get()) : "");
        }
        if (!within(whole->get()))
            return complain(node, fmt::format("\"{}\" is {}", key_, whole->get()),
                            fmt::format("write a number between {} and {}", bounds_.least, bounds_.most));
        *out = static_cast<T>(whole->get());
    }

    [[nodiscard]] bool within(std::int64_t value) const { return value >= bounds_.least && value <= bounds_.most; }

    static Ratio bound(std::int64_t ppm) { return Ratio{static_cast<std::uint32_t>(ppm)}; }

    static std::string quote_remedy(const toml::node& node) {
        if (node.is_table()) return "write it as KEY = \"VALUE\"";
        if (const auto* whole = node.as_integer()) return fmt::format("write \"{}\"", whole->get());
        return "write it in double quotes";
    }

    static std::string list_remedy(const toml::node& node) {
        const auto* text = node.as_string();
        if (text == nullptr || text->get().size() > 1000) return "write it in square brackets";
        std::string list;
        for (const auto& word : split(text->get())) list += (list.empty() ? "" : ", ") + quoted(word);
        return fmt::format("write [{}]", list);
    }

    void wrong_type(const toml::node& node, std::string_view wanted, std::string remedy) {
        const std::string what = trait_ == Trait::secret ? std::string("something else") : found(node);
        complain(node, fmt::format("{}\"{}\" must be {}, not {}", in_list_ ? "each of " : "", key_, wanted, what),
                 std::move(remedy));
    }

    void complain(const toml::node& node, std::string message, std::string remedy) {
        complaints_.push_back({node.source().begin, std::move(message), std::move(remedy)});
    }

    std::string_view key_;
    const Bounds& bounds_;
    Trait trait_;
    bool in_list_ = false;
    Elements& elements_;
};

}  // namespace

std::vector<Complaint> assign(const toml::node& value, std::string_view key, const Field& field, const Bounds& bounds,
                              Trait trait, Elements& elements) {
    Assignment assignment(key, bounds, trait, elements);
    std::visit(
        [&]<class T>(T* out) {
            if constexpr (std::is_enum_v<T>)
                assignment.choice(value, field);
            else
                assignment.to(value, out);
        },
        field);
    return std::move(assignment.complaints_);
}

}  // namespace mmm::config
