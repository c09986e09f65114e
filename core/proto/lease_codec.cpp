#include "core/proto/lease_codec.hpp"

#include <array>
#include <limits>
#include <map>
#include <utility>

#include "core/base/check.hpp"
#include "core/proto/field_reader.hpp"
#include "core/proto/lease_words.hpp"

namespace mmm::proto {
namespace {

using lease::Epoch;
using lease::OnLoss;
using lease::Refusal;

constexpr std::array<std::pair<Refusal, std::string_view>, 6> kRefusalWords{{
    {Refusal::none, "none"},
    {Refusal::not_a_voter, "not_a_voter"},
    {Refusal::silent, "silent"},
    {Refusal::other_voters, "other_voters"},
    {Refusal::outdated, "outdated"},
    {Refusal::held_by_other, "held_by_other"},
}};

constexpr std::array<std::pair<OnLoss, std::string_view>, 2> kOnLossWords{{
    {OnLoss::demote, "demote"},
    {OnLoss::hold, "hold"},
}};

void add(Message& line, std::string_view key, std::string value) {
    line.fields.emplace_back(key, std::move(value));
}

void add_slots(Message& line, std::string_view key, const std::map<Slot, Epoch>& slots) {
    for (const auto& [slot, epoch] : slots) add(line, key, held_text(slot, epoch));
}

// One function a message, each the reverse of one below.

Message line_of(const HostName& host, const lease::PromiseRequest& request) {
    return {std::string(kPromise),
            host,
            {{"slot", request.slot.text()},
             {"epoch", request.epoch.text()},
             {"target", request.target},
             {"voters", std::to_string(request.voters)},
             {"regrant_of", request.regrant_of.text()}}};
}

Message line_of(const HostName& host, const lease::PromiseReply& reply) {
    MMM_CHECK(reply.voter == host);
    return {std::string(kPromised),
            host,
            {{"slot", reply.slot.text()},
             {"epoch", reply.epoch.text()},
             {"refusal", std::string(word_in(kRefusalWords, reply.refusal))},
             {"highest", std::to_string(reply.highest)},
             {"last", support_text(reply.last)},
             {"nonce", std::to_string(reply.nonce)}}};
}

Message line_of(const HostName& host, const lease::Renewal& renewal) {
    MMM_CHECK(renewal.holder == host);
    Message line{std::string(kRenew),
                 host,
                 {{"sent", std::to_string(renewal.sent.time_since_epoch().count())},
                  {"voters", std::to_string(renewal.voters)},
                  {"nonce", std::to_string(renewal.nonce)}}};
    add_slots(line, "slot", renewal.slots);
    return line;
}

Message line_of(const HostName& host, const lease::Support& support) {
    MMM_CHECK(support.voter == host);
    Message line{std::string(kSupport),
                 host,
                 {{"holder", support.holder},
                  {"sent", std::to_string(support.sent.time_since_epoch().count())},
                  {"nonce", std::to_string(support.nonce)},
                  {"refusal", std::string(word_in(kRefusalWords, support.refusal))}}};
    add_slots(line, "slot", support.slots);
    add_slots(line, "newer", support.promised_newer);
    return line;
}

Message line_of(const HostName& host, const lease::Grant& grant) {
    MMM_CHECK(grant.target == host);
    return {std::string(kGrant),
            host,
            {{"slot", grant.slot.text()},
             {"epoch", grant.epoch.text()},
             {"nonce", std::to_string(grant.nonce)},
             {"voters", std::to_string(grant.voters)},
             {"on_loss", std::string(word_in(kOnLossWords, grant.on_loss))}}};
}

/// Reads the values that are words.
class LeaseReader : public FieldReader {
  public:
    using FieldReader::FieldReader;

    Slot slot() { return one("slot", &Words::slot); }
    Epoch epoch() { return one("epoch", &Words::epoch); }
    Epoch maybe_epoch(std::string_view key) { return one(key, &Words::maybe_epoch); }
    HostName name(std::string_view key) { return one(key, &Words::name); }
    lease::SupportReport support(std::string_view key) { return one(key, &Words::support); }

    Time time(std::string_view key) {
        const std::uint64_t number = this->number(key);
        const bool fits = number <= static_cast<std::uint64_t>(std::numeric_limits<Duration::rep>::max());
        if (!fits) refuse_value(key, std::to_string(number));
        return Time(Duration(fits ? static_cast<Duration::rep>(number) : 0));
    }

    std::map<Slot, Epoch> slots(std::string_view key) {
        std::map<Slot, Epoch> slots;
        for (const std::string& text : all(key)) {
            Words words(text);
            Slot slot = words.slot();
            Epoch epoch = words.epoch();
            if (!words.good() || !slots.emplace(std::move(slot), std::move(epoch)).second) refuse_value(key, text);
        }
        return slots;
    }

  private:
    template <class Value>
    Value one(std::string_view key, Value (Words::*read)()) {
        const std::string given = text(key);
        Words words(given);
        Value value = (words.*read)();
        if (!words.good()) refuse_value(key, given);
        return value;
    }
};

lease::PromiseRequest promise(LeaseReader& reader) {
    lease::PromiseRequest request{reader.slot(), reader.epoch(), reader.name("target"), reader.number("voters")};
    request.regrant_of = reader.maybe_epoch("regrant_of");
    return request;
}

lease::PromiseReply promised(LeaseReader& reader, const HostName& host) {
    return {host,
            reader.slot(),
            reader.epoch(),
            reader.choice("refusal", kRefusalWords),
            reader.number("highest"),
            reader.support("last"),
            reader.number("nonce")};
}

lease::Renewal renewal(LeaseReader& reader, const HostName& host) {
    return {host, reader.time("sent"), reader.number("voters"), reader.slots("slot"), reader.number("nonce")};
}

lease::Support support(LeaseReader& reader, const HostName& host) {
    lease::Support support{host, reader.name("holder"), reader.time("sent"), reader.slots("slot")};
    support.promised_newer = reader.slots("newer");
    support.refusal = reader.choice("refusal", kRefusalWords);
    support.nonce = reader.number("nonce");
    return support;
}

lease::Grant grant(LeaseReader& reader, const HostName& host) {
    return {host,
            reader.slot(),
            reader.epoch(),
            reader.number("nonce"),
            reader.number("voters"),
            reader.choice("on_loss", kOnLossWords)};
}

lease::Message read(LeaseReader& reader, const Message& line) {
    if (line.type == kPromise) return promise(reader);
    if (line.type == kPromised) return promised(reader, line.host);
    if (line.type == kRenew) return renewal(reader, line.host);
    if (line.type == kSupport) return support(reader, line.host);
    return grant(reader, line.host);
}

}  // namespace

bool is_lease(const Message& message) {
    return message.type == kPromise || message.type == kPromised || message.type == kRenew ||
           message.type == kSupport || message.type == kGrant;
}

Message lease_line(const HostName& host, const lease::Message& message) {
    return std::visit([&](const auto& each) { return line_of(host, each); }, message);
}

std::string encode_lease(const HostName& host, const lease::Message& message) {
    return encode(lease_line(host, message));
}

Result<lease::Message> decode_lease(const Message& message) {
    LeaseReader reader(message, is_lease(message) ? std::string_view(message.type) : "a message about leases");
    if (!lease::is_name(message.host)) reader.refuse_value("HOST", message.host);
    lease::Message read_message = read(reader, message);
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return read_message;
}

}  // namespace mmm::proto
