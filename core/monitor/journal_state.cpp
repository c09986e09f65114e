#include "core/monitor/journal_state.hpp"

#include <algorithm>
#include <utility>

namespace mmm::monitor {

void JournalState::add(WriterChange record) {
    writer = record.to;
    epoch = record.epoch_after;
    if (!record.loss.complete) {
        accounts.push_back({record.number, record.from, std::nullopt});
        if (accounts.size() > kMostAccounts) accounts.erase(accounts.begin());
    }
    records.push_back(std::move(record));
    if (records.size() > kMostRecords) records.pop_front();
}

void JournalState::settle(const Settlement& settled) {
    std::erase_if(accounts, [&](const OpenAccount& account) { return account.of == settled.of; });
    const auto found = std::find_if(records.begin(), records.end(),
                                    [&](const WriterChange& record) { return record.number == settled.of; });
    if (found == records.end()) return;
    found->loss = {settled.gtids, true, found->loss.acknowledged};
    found->settled = settled;
}

void JournalState::add(LateDecision decision) {
    decisions.push_back(std::move(decision));
    if (decisions.size() > kMostRecords) decisions.pop_front();
}

const LateDecision* JournalState::last_decision(const HostName& host) const {
    const auto found = std::find_if(decisions.rbegin(), decisions.rend(),
                                    [&](const LateDecision& decision) { return decision.host == host; });
    return found == decisions.rend() ? nullptr : &*found;
}

}  // namespace mmm::monitor
