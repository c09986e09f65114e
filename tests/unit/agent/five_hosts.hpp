#pragma once

#include <string>

#include "core/config/config.hpp"
#include "core/lease/record_text.hpp"

namespace mmm::agent::test {

inline Address ip(const std::string& text) {
    return Address::parse(text).value();
}

/// The cluster of the tutorial: db1 and db2 masters of each other, db3 and db4 slaves, one writer and two reader slots.
/// Readers are db2 to db4 only, so that there is a slot that db1 may not hold.
inline config::Config five_hosts() {
    config::Config config;
    for (int number = 1; number <= 4; ++number) {
        config::Host host;
        host.name = "db" + std::to_string(number);
        host.ip = ip("192.168.10." + std::to_string(130 + number));
        host.mode = number <= 2 ? HostMode::master : HostMode::slave;
        host.peer = number == 1 ? "db2" : number == 2 ? "db1" : "";
        config.hosts[host.name] = host;
    }
    config.roles["writer"] = {"writer", RoleMode::exclusive, {"db1", "db2"}, {ip("192.168.10.128")}, ""};
    config.roles["reader"] = {
        "reader", RoleMode::balanced, {"db2", "db3", "db4"}, {ip("192.168.10.129"), ip("192.168.10.130")}, ""};
    return config;
}

/// The lease record of a host that never promised anything, its silence over since long.
inline std::string settled_record(const HostName& self) {
    return lease::record_text({self, self, {true, {}}});
}

inline Slot writer_slot() {
    return {"writer", ip("192.168.10.128")};
}
inline Slot reader_slot() {
    return {"reader", ip("192.168.10.129")};
}

}  // namespace mmm::agent::test
