#pragma once

#include <asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <map>
#include <optional>

#include "core/config/config.hpp"
#include "net/host/address_watch.hpp"
#include "net/host/addresses.hpp"
#include "net/host/announce.hpp"
#include "net/host/kill_timer.hpp"

namespace mmm {

/// This host's addresses as far as they are slots: put, renewed, taken off, announced, observed.
class AddressKeeper {
  public:
    AddressKeeper(const config::Config& config, const config::Host& self);

    /// Opens what is needed; `on_change` runs on the loop whenever an address of this host changed.
    /// Errors: Code::permission naming the capability that is missing.
    Result<void> open(asio::io_context& loop, std::function<void()> on_change);

    /// The slots of this host that are on its interfaces now. Errors: Code::timeout, Code::io.
    Result<Slots> present();
    /// Those of them whose addresses have more lifetime left than this program gives under version 2.
    Result<Slots> lasting();
    /// How long the kernel lets the slots' addresses live: at most that, up to about a second less. Permanent addresses
    /// aren't in it, nor those that aren't there. Errors: Code::timeout, Code::io.
    Result<std::map<Slot, Duration>> remaining();
    /// Puts the slot's address on for `lifetime`, or renews it. Sockets from the last time it was here are destroyed
    /// first, else they would come back to life. With `kill_at` this process is dead by then if the kernel's call isn't
    /// over (lease protocol, rule 16). Errors: Code::timeout, with nothing changed, when `kill_at` has passed already;
    /// those of net::KillTimer.
    Result<void> put(const Slot& slot, std::chrono::seconds lifetime, std::optional<Time> kill_at = {});
    /// Destroys the sockets on the address, which tells its clients, then removes it. Some 10 ms for 500 clients.
    Result<void> remove(const Slot& slot);
    Result<void> announce(const Slot& slot);
    /// Asks the neighbours whether one of them uses the slot's address too; `found` gets its link-layer address, later,
    /// if the address is still here by then.
    void look_for_stranger(const Slot& slot, std::function<void(const std::string& mac)> found);

  private:
    Result<Slots> slots_where(const std::function<bool(const net::InterfaceAddress&)>& fits);
    Result<net::Interface> interface_of(const Slot& slot);
    Result<net::KillTimer::Armed> arm(Time kill_at);

    asio::io_context* loop_ = nullptr;
    const config::Config& config_;
    const config::Host& self_;
    std::optional<net::AddressTable> table_;
    std::optional<net::Announcer> announcer_;
    std::optional<net::AddressWatch> watch_;
    std::optional<net::KillTimer> kill_timer_;
};

}  // namespace mmm
