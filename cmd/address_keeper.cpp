#include "cmd/address_keeper.hpp"

#include <algorithm>

#include "net/host/address_probe.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/interfaces.hpp"
#include "net/host/sockets.hpp"

namespace mmm {
namespace {

constexpr Duration kProbeTime{500};
/// Version 2 puts addresses for as long as an agent may be silent, and what rounding adds.
constexpr std::chrono::seconds kMostLifetime{4};

/// Without the reset clients hang until their own time-outs; a kernel that can't do it is no reason to keep an address.
Result<void> reset_clients(const Slot& slot) {
    const auto destroyed = net::destroy_sockets(slot.ip);
    if (!destroyed && destroyed.error().code != Code::unsupported) return tl::make_unexpected(destroyed.error());
    return {};
}

}  // namespace

AddressKeeper::AddressKeeper(const config::Config& config, const config::Host& self) : config_(config), self_(self) {}

Result<void> AddressKeeper::open(asio::io_context& loop, std::function<void()> on_change) {
    loop_ = &loop;
    auto table = net::AddressTable::open();
    if (!table) return tl::make_unexpected(table.error());
    table_.emplace(std::move(*table));
    auto announcer = net::Announcer::open();
    if (!announcer) return tl::make_unexpected(announcer.error());
    announcer_.emplace(std::move(*announcer));
    auto watch = net::AddressWatch::start(loop, std::move(on_change));
    if (!watch) return tl::make_unexpected(watch.error());
    watch_.emplace(std::move(*watch));
    return {};
}

Result<Slots> AddressKeeper::present() {
    return slots_where([](const net::InterfaceAddress&) { return true; });
}

Result<Slots> AddressKeeper::lasting() {
    return slots_where([](const net::InterfaceAddress& address) {
        return !address.valid_lifetime || *address.valid_lifetime > kMostLifetime;
    });
}

Result<Slots> AddressKeeper::slots_where(const std::function<bool(const net::InterfaceAddress&)>& fits) {
    const auto addresses = table_->list();
    if (!addresses) return tl::make_unexpected(addresses.error());
    Slots found;
    for (const auto& slot : config_.slots_of(self_.name)) {
        for (const auto& address : *addresses) {
            if (address.ip == slot.ip && !address.duplicate && fits(address)) found.insert(slot);
        }
    }
    return found;
}

/// Looked up each time: an interface may have been made anew since.
Result<net::Interface> AddressKeeper::interface_of(const Slot& slot) {
    if (!self_.cluster_interface.empty()) return net::find_interface(self_.cluster_interface);
    return net::interface_for(slot.ip);
}

Result<std::map<Slot, Duration>> AddressKeeper::remaining() {
    const auto addresses = table_->list();
    if (!addresses) return tl::make_unexpected(addresses.error());
    std::map<Slot, Duration> found;
    for (const auto& slot : config_.slots_of(self_.name)) {
        for (const auto& address : *addresses) {
            const auto left = address.remaining();
            if (address.ip != slot.ip || address.duplicate || !left) continue;
            const auto [known, first] = found.emplace(slot, *left);
            if (!first) known->second = std::min(known->second, *left);
        }
    }
    return found;
}

Result<void> AddressKeeper::put(const Slot& slot, std::chrono::seconds lifetime, std::optional<Time> kill_at) {
    // Before the timer runs: this may wait for others who change interfaces.
    const auto interface = interface_of(slot);
    if (!interface) return tl::make_unexpected(interface.error());
    const auto here = present();
    if (!here) return tl::make_unexpected(here.error());
    if (!here->contains(slot)) {
        // The kernel may have taken the address off while nobody could reset its clients.
        if (const auto reset = reset_clients(slot); !reset) return reset;
    }
    const auto put_now = [&] { return table_->put(slot.ip, net::slot_prefix(slot.ip), interface->index, lifetime); };
    if (!kill_at) return put_now();
    const auto armed = arm(*kill_at);
    if (!armed) return tl::make_unexpected(armed.error());
    return put_now();
}

Result<net::KillTimer::Armed> AddressKeeper::arm(Time kill_at) {
    if (!kill_timer_) {
        auto timer = net::KillTimer::create();
        if (!timer) return tl::make_unexpected(timer.error());
        kill_timer_.emplace(std::move(*timer));
    }
    // Late by our own doing: its lifetime was counted from an earlier moment. The next one comes soon.
    if (net::boot_now() >= kill_at)
        return fail(Code::timeout, "this process was held up for too long to renew an address by its lease");
    return kill_timer_->arm(kill_at);
}

Result<void> AddressKeeper::remove(const Slot& slot) {
    const auto reset = reset_clients(slot);
    const auto removed = table_->remove(slot.ip);
    // Those that connected in between can't be told any more, but must not come back to life with the address.
    const auto reset_late = reset_clients(slot);
    if (!removed) return removed;
    return reset ? reset_late : reset;
}

Result<void> AddressKeeper::announce(const Slot& slot) {
    const auto interface = interface_of(slot);
    if (!interface) return tl::make_unexpected(interface.error());
    return announcer_->announce(slot.ip, *interface);
}

void AddressKeeper::look_for_stranger(const Slot& slot, std::function<void(const std::string& mac)> found) {
    const auto interface = interface_of(slot);
    if (!interface) return;
    net::probe_address(*loop_, slot.ip, *interface, kProbeTime,
                       [this, slot, found = std::move(found)](const net::ProbeResult& answer) {
                           if (!answer || !*answer) return;
                           // Where it was moved to meanwhile it is used by right.
                           const auto here = present();
                           if (here && here->contains(slot)) found(net::mac_text(**answer));
                       });
}

}  // namespace mmm
