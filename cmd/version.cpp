#include "cmd/version.hpp"

#include <fmt/core.h>
#include <mysql.h>
#include <openssl/crypto.h>
#include <toml++/impl/version.h>
#include <zlib.h>

#include <CLI/Version.hpp>
#include <asio/version.hpp>
#include <nlohmann/detail/abi_macros.hpp>

#include "commit.hpp"  // generated: MMM_VERSION, MMM_COMMIT

#ifdef __clang__
#define MMM_COMPILER "Clang " __clang_version__
#else
#define MMM_COMPILER "GCC " __VERSION__
#endif

namespace mmm {

std::string version_text() {
    std::string text = fmt::format("mmm {} ({})\n", MMM_VERSION, MMM_COMMIT);
    const auto line = [&text](const char* name, const std::string& version) {
        text += fmt::format("  {:<20} {}\n", name, version);
    };
    const auto dotted = [](int major, int minor, int patch) { return fmt::format("{}.{}.{}", major, minor, patch); };

    line("compiler", MMM_COMPILER);
    line("MariaDB Connector/C", mysql_get_client_info());
    line("OpenSSL", OpenSSL_version(OPENSSL_VERSION_STRING));
    line("zlib", zlibVersion());
    line("Asio", dotted(ASIO_VERSION / 100000, ASIO_VERSION / 100 % 1000, ASIO_VERSION % 100));
    line("fmt", dotted(FMT_VERSION / 10000, FMT_VERSION / 100 % 100, FMT_VERSION % 100));
    line("toml++", dotted(TOML_LIB_MAJOR, TOML_LIB_MINOR, TOML_LIB_PATCH));
    line("CLI11", CLI11_VERSION);
    line("JSON for Modern C++",
         dotted(NLOHMANN_JSON_VERSION_MAJOR, NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH));
    text.pop_back();
    return text;
}

std::string short_version() {
    return MMM_VERSION "+" MMM_COMMIT;
}

}  // namespace mmm
