#include "core/lease/timing.hpp"

#include <string>

namespace mmm::lease {

Duration Timing::wait() const {
    const Duration plain = lease + kernel.slack() + call;
    // Rounded up: a millisecond too many costs nothing.
    const auto drift = (plain.count() * 2 * static_cast<Duration::rep>(drift_ppm) + 999'999) / 1'000'000;
    return plain + Duration{drift};
}

Result<void> validate(const Timing& timing) {
    using std::to_string;
    if (timing.lease < Duration{500} || timing.lease > Duration{60'000})
        return fail(Code::invalid, "lease is " + to_string(timing.lease.count()) + " ms; it can be 0.5 s to 60 s");
    if (timing.renew_every <= Duration{0} || timing.renew_every * 4 > timing.lease)
        return fail(Code::invalid, "a lease needs at least four rounds of renewals; make lease longer than " +
                                       to_string(4 * timing.renew_every.count()) + " ms");
    if (timing.drift_ppm > 50'000)
        return fail(Code::invalid, "drift is more than 5 %; clocks that bad can't keep leases, mend them");
    if (timing.round_trips < 2 * timing.renew_every)
        return fail(Code::invalid, "no time is left for asking the voters; round_trips must be two rounds or more");
    return {};
}

std::optional<AddressTerm> address_term(Time lease_end, Time now, const Timing& timing) {
    if (lease_end <= now) return std::nullopt;
    const Duration left = lease_end - now;
    const Duration rounding = timing.kernel.rounding;
    // The kernel's count of whole seconds may begin within one, so that a second less could end before the lease.
    const Duration lifetime = rounding == Duration{0} ? left : left / rounding * rounding + rounding;
    return AddressTerm{lifetime, now + timing.call};
}

}  // namespace mmm::lease
