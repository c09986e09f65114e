#include "core/proto/heartbeat.hpp"

#include <optional>
#include <utility>

#include "core/proto/field_reader.hpp"
#include "core/proto/frame.hpp"

namespace mmm::proto {
namespace {

std::string encode_heartbeat(std::string_view type, const Heartbeat& heartbeat) {
    return encode({std::string(type), heartbeat.host, {{"n", std::to_string(heartbeat.number)}}});
}

Result<Heartbeat> decode_heartbeat(const Message& message, std::string_view type) {
    FieldReader reader(message, type);
    const Heartbeat heartbeat{message.host, reader.number("n")};
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return heartbeat;
}

bool is_process(std::string_view text) {
    return !text.empty() && text.size() <= 32 &&
           text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") == std::string_view::npos;
}

std::optional<AliveMark> parse_mark(std::string_view text) {
    const auto cut = text.find(':');
    if (cut == std::string_view::npos || !is_process(text.substr(0, cut))) return std::nullopt;
    const auto counter = parse_number(text.substr(cut + 1));
    if (!counter) return std::nullopt;
    return AliveMark{std::string(text.substr(0, cut)), *counter};
}

}  // namespace

std::string encode_ping(const Heartbeat& ping) {
    return encode_heartbeat(kPing, ping);
}

std::string encode_pong(const Heartbeat& pong) {
    return encode_heartbeat(kPong, pong);
}

Result<Heartbeat> decode_ping(const Message& message) {
    return decode_heartbeat(message, kPing);
}

Result<Heartbeat> decode_pong(const Message& message) {
    return decode_heartbeat(message, kPong);
}

Result<std::string> encode_alive(const Alive& alive) {
    Message message{
        std::string(kAlive), alive.host, {{"cluster", alive.cluster}, {"n", std::to_string(alive.counter)}}};
    if (!alive.process.empty()) message.fields.emplace_back("process", alive.process);
    for (const auto& echo : alive.echoes)
        message.fields.emplace_back("echo", echo.process + ":" + std::to_string(echo.counter));
    std::string text = encode(message);
    if (text.size() > kMaxDatagram) {
        return fail(Code::invalid, "the names of host and cluster don't fit into a datagram of " +
                                       std::to_string(kMaxDatagram) + " bytes");
    }
    return text;
}

Result<Alive> decode_alive(std::string_view datagram) {
    if (datagram.size() > kMaxDatagram) return fail(Code::invalid, "datagram too large");
    if (auto text = check_line(datagram); !text) return tl::make_unexpected(text.error());
    const auto message = decode(datagram);
    if (!message) return tl::make_unexpected(message.error());
    FieldReader reader(*message, kAlive);
    Alive alive{message->host, reader.text("cluster"), reader.number("n")};
    if (const auto given = reader.all("process"); !given.empty()) {
        alive.process = reader.text("process");
        if (!is_process(alive.process)) reader.refuse_value("process", alive.process);
    }
    for (const auto& text_of_echo : reader.all("echo")) {
        if (auto echo = parse_mark(text_of_echo)) {
            alive.echoes.push_back(std::move(*echo));
        } else {
            reader.refuse_value("echo", text_of_echo);
        }
    }
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return alive;
}

}  // namespace mmm::proto
