#include <map>
#include <utility>

#include "core/proto/escape.hpp"
#include "core/proto/field_reader.hpp"
#include "core/proto/frame.hpp"
#include "core/proto/lease_codec.hpp"

namespace mmm::proto {
namespace {

/// Of these keys a message may have some in one datagram and the rest in others.
bool spreads(const std::string& key, std::string_view type) {
    return (type == kRenew && key == "slot") || (type == kSupport && (key == "slot" || key == "newer"));
}

}  // namespace

Result<std::vector<std::string>> encode_lease_datagrams(const LeaseDatagram& datagram) {
    if (std::holds_alternative<lease::Grant>(datagram.message))
        return fail(Code::invalid, "a grant goes over the monitor's link, not by datagram");
    Message whole = lease_line(datagram.sender, datagram.message);
    Message head{whole.type, whole.host, {{"cluster", datagram.cluster}}};
    std::vector<std::pair<std::string, std::string>> rest;
    for (auto& field : whole.fields)
        (spreads(field.first, whole.type) ? rest : head.fields).push_back(std::move(field));

    const std::string beginning = encode(head);
    std::vector<std::string> texts{beginning};
    for (const auto& [key, value] : rest) {
        const std::string field = "|" + key + "=" + escape(value);
        if (texts.back().size() + field.size() > kMaxLeaseText) texts.push_back(beginning);
        texts.back() += field;
    }
    for (const auto& text : texts) {
        if (text.size() > kMaxLeaseText)
            return fail(Code::invalid, "the names of hosts, roles and cluster don't fit into a datagram");
    }
    return texts;
}

Result<LeaseDatagram> decode_lease_datagram(std::string_view text) {
    if (text.size() > kMaxDatagram) return fail(Code::invalid, "datagram too large");
    if (auto line = check_line(text); !line) return tl::make_unexpected(line.error());
    const auto message = decode(text);
    if (!message) return tl::make_unexpected(message.error());
    if (message->type == kGrant) return fail(Code::invalid, "a grant doesn't come by datagram");
    auto read = decode_lease(*message);
    if (!read) return tl::make_unexpected(read.error());
    FieldReader reader(*message, message->type);
    LeaseDatagram datagram{message->host, reader.text("cluster"), std::move(*read)};
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return datagram;
}

}  // namespace mmm::proto
