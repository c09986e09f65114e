#include "core/proto/order_codec.hpp"

#include <array>
#include <utility>

#include "core/proto/field_reader.hpp"

namespace mmm::proto {
namespace {

constexpr std::array<std::pair<Replication, std::string_view>, 3> kReplicationWords{{
    {Replication::leave, "leave"},
    {Replication::run, "run"},
    {Replication::stop, "stop"},
}};

constexpr std::array<std::pair<Freeze, std::string_view>, 3> kFreezeWords{{
    {Freeze::no, "no"},
    {Freeze::careful, "careful"},
    {Freeze::forced, "forced"},
}};

constexpr std::array<std::pair<LateDrain, std::string_view>, 3> kLateDrainWords{{
    {LateDrain::configured, "configured"},
    {LateDrain::wait, "wait"},
    {LateDrain::promote, "promote"},
}};

}  // namespace

std::string encode_order(const HostName& host, const Order& order) {
    Message message{std::string(kOrder),
                    host,
                    {{"sequence", std::to_string(order.sequence)},
                     {"state", std::string(word(order.state))},
                     {"active_master", order.active_master},
                     {"replication", std::string(word_in(kReplicationWords, order.replication))},
                     {"source", order.source},
                     {"catch_up", order.catch_up},
                     {"catch_up_from", order.catch_up_from},
                     {"alone", order.alone ? "1" : "0"}}};
    if (order.leases) message.fields.emplace_back("leases", "1");
    if (order.freeze != Freeze::no) message.fields.emplace_back("freeze", word_in(kFreezeWords, order.freeze));
    if (!order.await.empty()) message.fields.emplace_back("await", order.await);
    if (!order.await_history.empty()) message.fields.emplace_back("await_history", order.await_history);
    if (!order.losses.empty()) message.fields.emplace_back("losses", order.losses);
    if (order.was_writer) message.fields.emplace_back("was_writer", "1");
    if (!order.fetch_from.empty()) {
        message.fields.emplace_back("fetch", order.fetch);
        message.fields.emplace_back("fetch_from", order.fetch_from);
    }
    if (order.late_drain != LateDrain::configured)
        message.fields.emplace_back("late_drain", word_in(kLateDrainWords, order.late_drain));
    for (const auto& [slot, epoch] : order.slots) message.fields.emplace_back("slot", granted_text(slot, epoch));
    return encode(message);
}

Result<Order> decode_order(const Message& message) {
    FieldReader reader(message, kOrder);
    Order order;
    order.sequence = reader.number("sequence");
    order.state = reader.choice("state", kHostStateWords);
    order.active_master = reader.text("active_master");
    order.replication = reader.choice("replication", kReplicationWords);
    order.source = reader.text("source");
    order.catch_up = reader.text("catch_up");
    order.catch_up_from = reader.text("catch_up_from");
    order.alone = reader.flag("alone");
    order.leases = reader.has("leases") && reader.flag("leases");  // older monitors have none
    // Only there while a role is about to move.
    if (reader.has("freeze")) order.freeze = reader.choice("freeze", kFreezeWords);
    if (reader.has("await")) order.await = reader.text("await");
    if (reader.has("await_history")) order.await_history = reader.text("await_history");
    if (reader.has("losses")) order.losses = reader.text("losses");
    if (reader.has("was_writer")) order.was_writer = reader.flag("was_writer");
    if (reader.has("fetch_from")) {
        order.fetch = reader.text("fetch");
        order.fetch_from = reader.text("fetch_from");
    }
    if (reader.has("late_drain")) order.late_drain = reader.choice("late_drain", kLateDrainWords);
    for (const std::string& text : reader.all("slot")) {
        const auto granted = parse_granted(text);
        if (!granted || !order.slots.insert(*granted).second) reader.refuse_value("slot", text);
    }
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return order;
}

}  // namespace mmm::proto
