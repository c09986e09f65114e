#include "core/proto/control.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace mmm::proto {
namespace {

using Json = nlohmann::ordered_json;

std::string_view next_word(std::string_view& rest) {
    constexpr std::string_view kBlank = " \t\r";
    const std::size_t begin = std::min(rest.find_first_not_of(kBlank), rest.size());
    rest.remove_prefix(begin);
    const std::string_view word = rest.substr(0, rest.find_first_of(kBlank));
    rest.remove_prefix(word.size());
    return word;
}

/// A discarded value when `text` isn't JSON. What is nested deeper than anything of ours is left out, since writing it
/// would recurse as deep.
Json parse_json(std::string_view text) {
    constexpr int kMaxDepth = 32;
    constexpr bool kThrow = false;
    const auto keep = [](int depth, Json::parse_event_t, Json&) { return depth <= kMaxDepth; };
    return Json::parse(text, keep, kThrow);
}

std::string dump(const Json& value) {
    return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

bool wants_json(std::string_view line) {
    return next_word(line) == "json";
}

Result<ControlRequest> parse_control(std::string_view line) {
    if (line.size() > kMaxControlLine) {
        return fail(Code::invalid, "command longer than " + std::to_string(kMaxControlLine) + " bytes");
    }
    ControlRequest request;
    request.json = wants_json(line);
    if (request.json) next_word(line);
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
        if (request.words.size() == kMaxControlWords) {
            return fail(Code::invalid, "command of more than " + std::to_string(kMaxControlWords) + " words");
        }
        request.words.emplace_back(word);
    }
    if (request.json && request.words.empty()) {
        return fail(Code::invalid, "no command after 'json'; 'json help' lists them");
    }
    if (!request.words.empty()) std::replace(request.words[0].begin(), request.words[0].end(), '-', '_');
    return request;
}

std::string render_classic(const ControlReply& reply) {
    return reply.text;
}

std::string render_json(const ControlReply& reply) {
    Json object;
    object["ok"] = reply.exit == kExitDone;
    object["exit"] = reply.exit;
    object["text"] = reply.text;
    Json data = reply.data_json.empty() ? Json() : parse_json(reply.data_json);
    object["data"] = data.is_discarded() ? Json() : std::move(data);
    return dump(object) + "\n";
}

Result<ControlReply> parse_reply(std::string_view line) {
    const Json object = parse_json(line);
    const bool is_reply = object.is_object() && object.contains("exit") && object["exit"].is_number_integer() &&
                          object.contains("text") && object["text"].is_string();
    if (!is_reply) return fail(Code::invalid, "not the answer of an mmm monitor");
    ControlReply reply;
    const auto exit = object["exit"].get<long>();
    reply.exit = exit >= kExitDone && exit <= kExitNoMonitor ? static_cast<int>(exit) : kExitRefused;
    reply.text = object["text"].get<std::string>();
    if (object.contains("data") && !object["data"].is_null()) reply.data_json = dump(object["data"]);
    return reply;
}

}  // namespace mmm::proto
