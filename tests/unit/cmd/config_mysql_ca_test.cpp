#include "cmd/config_mysql_ca.hpp"

#include "cmd/config_file.hpp"
#include "tests/net/link/certificates.hpp"
#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using namespace std::chrono_literals;
using test::example;
using test::Folder;

namespace {

const std::string kDefaults = "[defaults.host]\n";

/// What keeps a program from starting, or "done".
std::string start(config::Config& config, const std::string& path) {
    const auto found = find_mysql_authorities(config, path);
    return found ? "done" : found.error().message;
}

std::string authority(std::chrono::seconds ends = 24h * 365) {
    return net::make_identity({"authority", -48h, ends, {}, true}).certificate_pem();
}

}  // namespace

TEST_CASE("the authority is found when a program starts, beside the configuration or in the system") {
    Folder folder;
    const std::string keys = kDefaults + "mysql_tls = \"verify\"\nmysql_ca = \"ca.pem\"\n";
    const auto path = folder.write("mmm.toml", example(kDefaults, keys), 0644);
    auto config = load_config(path)->config;
    const std::string file = folder.path() + "/ca.pem";
    CHECK_THAT(start(config, path), Catch::StartsWith("mysql_ca of host db1: cannot open " + file));
    CHECK_THAT(start(config, path), Catch::EndsWith("; put the authority's certificate there (PEM), readable for this "
                                                    "program"));
    folder.write("ca.pem", "nonsense\n", 0644);
    CHECK_THAT(start(config, path), Catch::StartsWith("mysql_ca of host db1: " + file + " holds no certificate"));
    // An authority that has expired is an alarm of each connection, no reason not to start.
    folder.write("ca.pem", authority(-24h), 0644);
    CHECK(start(config, path) == "done");
    for (const auto& [name, host] : config.hosts) CHECK(host.mysql_ca == file);

    config = load_config(path)->config;
    config.hosts.at("db1").mysql_ca.clear();
    config.hosts.at("db2").mysql_tls = config::MysqlTls::required;
    const auto from_system = start(config, path);
    if (from_system == "done")
        CHECK(config.hosts.at("db1").mysql_ca.starts_with("/etc/"));
    else
        CHECK_THAT(from_system, Catch::EndsWith("; install ca-certificates, or name the authority's certificate with "
                                                "mysql_ca"));
    CHECK(config.hosts.at("db2").mysql_ca == "ca.pem");
}

TEST_CASE("an authority's file that is here is checked with the configuration, and one that isn't is no fault") {
    Folder folder;
    const std::string keys = kDefaults + "mysql_tls = \"verify\"\nmysql_ca = \"ca.pem\"\n";
    const auto path = folder.write("mmm.toml", example(kDefaults, keys), 0644);
    const auto findings = [&] {
        std::string out;
        const auto read = read_config(path);
        for (const auto& each : read->findings) out += config::text(each) + "\n";
        return out;
    };
    CHECK(findings().empty());
    folder.write("ca.pem", authority(), 0644);
    CHECK(findings().empty());
    const auto file = folder.write("ca.pem", "nonsense\n", 0644);
    CHECK(findings().find(": fault: " + file + " holds no certificate") != std::string::npos);
    folder.write("ca.pem", authority(24h), 0644);
    CHECK(findings().find(":12: doubt: the authority 'authority' in " + file + " ends on ") != std::string::npos);
    folder.write("ca.pem", authority(-24h), 0644);
    CHECK(findings().find(":12: doubt: the authority 'authority' in " + file + " has expired on ") !=
          std::string::npos);
}
