#include "tests/sim/kernel.hpp"

namespace mmm::sim {
namespace {

/// How late the kernel looks for addresses whose time is over (lease protocol: K).
constexpr Span kLateness = 300ms;

}  // namespace

bool Kernel::put(const Slot& slot, std::chrono::seconds lifetime) {
    if (refuses) return false;
    const bool fresh = !until_.contains(slot);
    const Span lasts = clock_.real(lifetime) + random_.between(Span{0}, kLateness);
    const Moment until = timeline_.time() + lasts;
    until_[slot] = until;
    timeline_.after(lasts, [this, slot, until] {
        const auto found = until_.find(slot);
        if (found != until_.end() && found->second == until && !keeps_forever) remove(slot);
    });
    if (fresh) on_change();
    return true;
}

void Kernel::remove(const Slot& slot) {
    if (until_.erase(slot) > 0) on_change();
}

void Kernel::clear() {
    until_.clear();
}

Slots Kernel::present() const {
    Slots slots;
    for (const auto& [slot, until] : until_) slots.insert(slot);
    return slots;
}

}  // namespace mmm::sim
