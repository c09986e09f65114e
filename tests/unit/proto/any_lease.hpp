#pragma once

#include <map>
#include <random>
#include <set>

#include "core/lease/message.hpp"
#include "core/lease/report.hpp"

namespace mmm::proto {

/// Random values of what leases are made of, each as far from the usual as a configuration allows.
class AnyLease {
  public:
    explicit AnyLease(std::uint64_t seed) : random_(seed) {}

    std::uint64_t number() { return random_() >> below(64); }
    std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
    bool coin() { return below(2) == 0; }

    std::string name() {
        static const std::string kLetters = "abyzAZ059._-";
        std::string name(1 + below(coin() ? 6 : 64), 'd');
        for (char& letter : name) letter = kLetters[below(kLetters.size())];
        return name;
    }
    Slot slot() {
        const auto last = static_cast<std::uint8_t>(below(256));
        return {name(), coin() ? Address::v4({192, 168, 10, last}) : Address::v6({32, 1, 13, 184, last})};
    }
    lease::Epoch epoch() { return {number() | 1U, coin() ? name() : "monitor@" + name().substr(0, 50)}; }
    lease::Epoch maybe_epoch() { return below(3) == 0 ? lease::Epoch{} : epoch(); }
    Duration duration() { return Duration(below(coin() ? 5000 : 31'622'400'000'001)); }
    Time time() { return Time(Duration(number() >> 1U)); }
    lease::SupportReport support() {
        if (coin()) return {false, {}, {}, duration()};
        return {true, epoch(), name(), duration()};
    }
    lease::Refusal refusal() { return static_cast<lease::Refusal>(below(6)); }
    std::map<Slot, lease::Epoch> slots(std::uint64_t most) {
        std::map<Slot, lease::Epoch> slots;
        for (auto count = below(most + 1); count > 0; --count) slots.emplace(slot(), epoch());
        return slots;
    }

    lease::Message message() {
        switch (below(5)) {
            case 0:
                return lease::PromiseRequest{slot(), epoch(), name(), number(), maybe_epoch()};
            case 1:
                return lease::PromiseReply{name(), slot(), epoch(), refusal(), number(), support(), number()};
            case 2:
                return lease::Renewal{name(), time(), number(), slots(20), number()};
            case 3:
                return lease::Support{name(), name(), time(), slots(20), slots(20), refusal(), number()};
            default:
                return lease::Grant{name(),   slot(),   epoch(),
                                    number(), number(), coin() ? lease::OnLoss::demote : lease::OnLoss::hold};
        }
    }
    lease::Report report() {
        lease::Report report;
        for (auto count = below(4); count > 0; --count) {
            lease::HeldReport held{epoch(), coin(), duration(), {}};
            for (auto voters = below(8); voters > 0; --voters) held.supporters.insert(name());
            report.held.emplace(slot(), held);
            report.released.emplace(slot(), lease::ReleaseReport{maybe_epoch(), maybe_epoch()});
            report.supported.emplace(slot(), support());
            report.by_contact.insert(slot());
        }
        if (coin()) report.silent_for = duration();
        if (coin()) report.voters = number();
        return report;
    }

  private:
    std::mt19937_64 random_;
};

}  // namespace mmm::proto
