#include "core/lease/durable.hpp"

#include <algorithm>

namespace mmm::lease {

namespace {

struct Durable {
    const Record& saved;

    bool operator()(const PromiseRequest& request) const {
        return saved.settled && saved.of(request.slot).highest >= request.epoch.counter;
    }
    bool operator()(const PromiseReply& reply) const {
        return reply.refusal != Refusal::none || (saved.settled && saved.of(reply.slot).promised >= reply.epoch);
    }
    bool operator()(const Renewal& renewal) const {
        return saved.settled && std::all_of(renewal.slots.begin(), renewal.slots.end(), [&](const auto& entry) {
                   return saved.of(entry.first).accepted == entry.second;
               });
    }
    bool operator()(const Support& support) const {
        return std::all_of(support.slots.begin(), support.slots.end(), [&](const auto& entry) {
            const SlotRecord record = saved.of(entry.first);
            return saved.settled && record.supported >= entry.second && record.promised >= entry.second;
        });
    }
    bool operator()(const Grant& grant) const { return saved.of(grant.slot).highest >= grant.epoch.counter; }
};

}  // namespace

bool is_durable(const Record& saved, const Message& message) {
    return std::visit(Durable{saved}, message);
}

}  // namespace mmm::lease
