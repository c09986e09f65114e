#pragma once

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

namespace mmm::net::mysql {

/// A folder with two authorities, ca.pem and other.pem, and certificates that the first signed for one key, key.pem:
/// cert.pem is for 127.0.0.1, expired.pem was, foreign.pem is for another address, named.pem for a name.
struct DatabaseCertificates {
    DatabaseCertificates() {
        std::string name = std::filesystem::temp_directory_path() / "mmm-tls-XXXXXX";
        REQUIRE(mkdtemp(name.data()) != nullptr);
        folder = name;
        const std::string request = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 ";
        run(request + "-subj /CN=authority -keyout ca.key -out ca.pem");
        run(request + "-subj /CN=other -keyout other.key -out other.pem");
        issue("cert", "IP:127.0.0.1", "-days 2");
        issue("foreign", "IP:192.0.2.1", "-days 2");
        issue("named", "DNS:db1.example.org", "-days 2");
        issue("expired", "IP:127.0.0.1", "-days -1");
    }
    ~DatabaseCertificates() { std::filesystem::remove_all(folder); }

    /// Lines of a server's command that give it `file`.pem.
    [[nodiscard]] std::vector<std::string> options(const std::string& file = "cert") const {
        return {"--ssl-cert=" + folder + "/" + file + ".pem", "--ssl-key=" + folder + "/key.pem"};
    }

    std::string folder;

  private:
    void issue(const std::string& file, const std::string& names, const std::string& valid) const {
        run("test -e key.pem || openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=database "
            "-keyout key.pem -out request.pem");
        run("echo subjectAltName=" + names +
            " > names && openssl x509 -req -in request.pem -CA ca.pem -CAkey ca.key "
            "-CAcreateserial " +
            valid + " -extfile names -out " + file + ".pem");
    }

    void run(const std::string& command) const {
        INFO(command);
        const std::string whole = "cd " + folder + " && (" + command + ") >>log 2>&1";
        // NOLINTNEXTLINE(cert-env33-c): a fixed command of this test's own, in a folder of its own
        REQUIRE(std::system(whole.c_str()) == 0);
    }
};

}  // namespace mmm::net::mysql
