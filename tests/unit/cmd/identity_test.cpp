#include "cmd/identity.hpp"

#include <catch2/catch.hpp>

using namespace mmm;

namespace {

config::Config cluster() {
    config::Config config;
    for (const auto& [name, ip] : {std::pair{"db1", "192.168.10.131"}, {"db2", "192.168.10.132"}}) {
        config.hosts[name].name = name;
        config.hosts[name].ip = Address::parse(ip).value();
    }
    return config;
}

std::string outcome(const config::Config& config, const std::vector<std::string>& local,
                    const std::string& option = "") {
    std::vector<Address> addresses;
    for (const auto& text : local) addresses.push_back(Address::parse(text).value());
    const auto name = who_am_i(config, addresses, option);
    return name ? *name : name.error().message;
}

}  // namespace

TEST_CASE("a machine is the one host whose address it has") {
    CHECK(outcome(cluster(), {"127.0.0.1", "192.168.10.132", "192.168.10.129"}) == "db2");
    CHECK(outcome(cluster(), {"127.0.0.1", "192.168.10.140", "2001:db8::1"}) ==
          "this machine is none of the hosts: its addresses are 192.168.10.140, 2001:db8::1, theirs are "
          "db1 192.168.10.131, db2 192.168.10.132; mend the ip in the configuration, or say which one it is: --this "
          "NAME");
    CHECK(outcome(cluster(), {"127.0.0.1"}).find("its addresses are none, theirs are") != std::string::npos);
    CHECK(outcome(cluster(), {"192.168.10.131", "192.168.10.132"}) ==
          "this machine has the addresses of several hosts (db1, db2); say which one it is: --this NAME");
}

TEST_CASE("--this decides before the file, and the file before the addresses") {
    auto config = cluster();
    config.self = "db1";
    CHECK(outcome(config, {"192.168.10.132"}) == "db1");
    CHECK(outcome(config, {"192.168.10.132"}, "db2") == "db2");
    CHECK(outcome(config, {}, "bd2") ==
          "--this says bd2, which is no host of the configuration (they are db1, db2); did you mean db2?");
    config.self = "mysql";
    CHECK(outcome(config, {"192.168.10.132"}) ==
          "the key \"this\" says mysql, which is no host of the configuration (they are db1, db2)");
}
