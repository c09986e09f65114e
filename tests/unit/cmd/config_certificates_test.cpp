#include "cmd/config_certificates.hpp"

#include <unistd.h>

#include "cmd/config_file.hpp"
#include "tests/net/link/certificates.hpp"
#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using namespace std::chrono_literals;

namespace {

config::Where where() {
    config::Where result("mmm.toml");
    unsigned line = 10;
    for (const char* key : {"socket.cert_file", "socket.key_file", "socket.ca_file"})
        result.set(key, {"mmm.toml", ++line, 1});
    return result;
}

std::vector<std::string> texts(const config::Socket& socket) {
    std::vector<std::string> result;
    config::Config config;
    config.socket = socket;
    for (const auto& finding : certificate_findings(config, "mmm.toml", where()))
        result.push_back(config::text(finding));
    return result;
}

}  // namespace

TEST_CASE("certificates that are here are checked, each at its key's place") {
    net::Authority authority;
    const auto good = authority.issue({"db1"});
    CHECK(texts(good).empty());

    auto wrong = authority.issue({"db2", -1h, 24h * 2 + 5min});
    wrong.key_file = good.key_file;
    const auto found = texts(wrong);
    REQUIRE(found.size() == 2);
    CHECK_THAT(found[0], Catch::StartsWith("mmm.toml:11:1: doubt: the certificate of 'db2' in " + wrong.cert_file));
    CHECK(found[1] == "mmm.toml:12:1: fault: " + good.key_file + " doesn't belong to the certificate in " +
                          wrong.cert_file + "; name the key that the certificate was made with");
    wrong.type = config::SocketType::plain;
    CHECK(texts(wrong).empty());
}

TEST_CASE("certificates that aren't here, on another host's machine, are no fault") {
    CHECK(texts({config::SocketType::ssl, "/none/db1.pem", "/none/db1.key", "/none/ca.pem"}).empty());
    CHECK(texts({config::SocketType::ssl, "", "", ""}).empty());
}

TEST_CASE("certificates of [security] are looked for beside the configuration") {
    net::Authority authority;
    const auto files = authority.issue({"db1"});
    config::Config config;
    config.security.ca_file = "ca.pem";
    config.security.cert_file = "db1.pem";
    config.security.cert_key_file = authority.issue({"db2"}).key_file;
    config::Where places("mmm.toml");
    places.set("security.cert_key_file", {"mmm.toml", 7, 1});
    const auto found = certificate_findings(config, authority.folder().path() + "/mmm.toml", places);
    REQUIRE(found.size() == 1);
    CHECK(config::text(found[0]) == "mmm.toml:7:1: fault: " + config.security.cert_key_file +
                                        " doesn't belong to the certificate in " + files.cert_file +
                                        "; name the key that the certificate was made with");
}

TEST_CASE("a program isn't started with certificates that it can't use") {
    net::Authority authority;
    test::Folder folder;
    const auto start = [&](const config::Socket& socket) {
        const std::string section = "[socket]\ntype = \"ssl\"\ncert_file = \"" + socket.cert_file +
                                    "\"\nkey_file = \"" + socket.key_file + "\"\nca_file = \"" + socket.ca_file +
                                    "\"\n";
        return load_config(
            folder.write("mmm.toml", test::example("[security]\nkey_file = \"cluster.key\"", "") + section, 0600));
    };
    const auto loaded = start(authority.issue({"db1", -1h, 24h * 2 + 5min}));
    REQUIRE(loaded);
    REQUIRE_FALSE(loaded->doubts.empty());
    CHECK_THAT(loaded->doubts.back().message, Catch::EndsWith("in 2 days"));
    const auto refused = start(authority.issue({"old", -48h, -24h}));
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error().message, Catch::Contains("fault: the certificate of 'old' in "));
}
