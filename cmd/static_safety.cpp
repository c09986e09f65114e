#include "cmd/static_safety.hpp"

#include <nss.h>

#include <array>
#include <cstdlib>

#include "core/base/check.hpp"

// The names are the linker's: with --wrap=dlopen every call of dlopen in the static binary ends in __wrap_dlopen.
// Nothing calls them in a dynamic build.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {
void* __wrap_dlopen(const char* file, int mode);
char* __wrap_dlerror();

void* __wrap_dlopen(const char* /*file*/, int /*mode*/) {
    return nullptr;
}

char* __wrap_dlerror() {
    static std::array<char, 64> reason = {"this static binary loads no modules from the machine it runs on"};
    return reason.data();
}
}
// NOLINTEND(bugprone-reserved-identifier)

namespace mmm {
namespace {

void look_names_up_in(const char* database, const char* services) {
    MMM_CHECK(__nss_configure_lookup(database, services) == 0);
}

}  // namespace

void harden_static_process() {
    look_names_up_in("hosts", "files dns");
    for (const char* database : {"aliases", "ethers", "group", "gshadow", "initgroups", "netgroup", "networks",
                                 "passwd", "protocols", "publickey", "rpc", "services", "shadow"})
        look_names_up_in(database, "files");

    // Plugins to preload and their folder, a switch that turns TLS verification off, a password and default endpoints:
    // what Connector/C would take from whoever started us. Only the configuration file decides.
    for (const char* variable :
         {"LIBMYSQL_PLUGINS", "MARIADB_PLUGIN_DIR", "MARIADB_TLS_DISABLE_PEER_VERIFICATION", "MYSQL_PWD",
          "MYSQL_TCP_PORT", "MYSQL_UNIX_PORT", "MARIADB_UNIX_PORT", "MYSQL_HOME", "MARIADB_HOME"})
        MMM_CHECK(unsetenv(variable) == 0);
}

}  // namespace mmm
