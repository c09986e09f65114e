#include "cmd/keygen.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>

#include "net/host/boot_clock.hpp"
#include "net/host/random.hpp"
#include "net/host/system_error.hpp"

namespace mmm {
namespace {

constexpr const char* kAdvice =
    "\nThe key is this one line. It belongs into a file that only root and the services' group can read, the same on "
    "all\n"
    "hosts:\n"
    "\n"
    "  (umask 077; mmm keygen > /etc/mmm/cluster.key)      once, on one host; then copy the file to the others\n"
    "  chgrp mmm /etc/mmm/cluster.key; chmod 640 /etc/mmm/cluster.key\n"
    "\n"
    "and into the configuration:\n"
    "\n"
    "  [security]\n"
    "  key_file = \"/etc/mmm/cluster.key\"\n";

std::string date_text(const WallTime& now) {
    const std::chrono::sys_seconds moment{now.since_epoch + now.utc_offset};
    const std::chrono::year_month_day day{std::chrono::floor<std::chrono::days>(moment)};
    return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                       static_cast<unsigned>(day.day()));
}

int print(const ClusterKey& key) {
    const std::string line = cluster_key_text(key) + "\n";
    const bool written = std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
    if (!written || std::fflush(stdout) != 0) {
        std::fputs(("mmm keygen: cannot write the key: " + net::errno_text(errno) + "\n").c_str(), stderr);
        return 1;
    }
    if (::isatty(STDOUT_FILENO) != 0) std::fputs(kAdvice, stderr);
    return 0;
}

}  // namespace

Result<ClusterKey> make_cluster_key(const std::string& name, const WallTime& now) {
    ClusterKey key{name, {}};
    if (auto filled = net::fill_random(key.secret); !filled) return tl::make_unexpected(filled.error());
    if (!name.empty()) return key;
    // Two keys of one day need two names. These letters are no part of the secret.
    std::array<std::uint8_t, 5> letters{};
    if (auto filled = net::fill_random(letters); !filled) return tl::make_unexpected(filled.error());
    key.name = fmt::format("{}-{}", date_text(now), base32_text(letters.data(), letters.size()).substr(0, 4));
    return key;
}

int keygen_main(std::vector<std::string> arguments) {
    std::string name;
    CLI::App app{
        "Prints a new cluster key: 256 random bits from the kernel, with a name and a checksum, in one line. It is "
        "kept\n"
        "nowhere else. Put it into the file that [security] key_file names, the same on all hosts.\n"
        "Exit status: 0 printed, 1 not (the reason is on standard error), 2 wrong usage.\n"
        "Example: (umask 077; mmm keygen > /etc/mmm/cluster.key)",
        "mmm keygen"};
    app.add_option("--name", name,
                   "what the key is called in logs: 1 to 32 of A-Z a-z 0-9 . _ - (default: the date and four letters)")
        ->check([](const std::string& text) {
            return is_key_name(text) ? std::string() : std::string("must be 1 to 32 of A-Z a-z 0-9 . _ -");
        });
    std::reverse(arguments.begin(), arguments.end());  // CLI11 takes vectors from their end
    try {
        app.parse(std::move(arguments));
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? 0 : 2;
    }
    const auto key = make_cluster_key(name, net::wall_now());
    if (!key) {
        std::fputs(("mmm keygen: " + key.error().message + "\n").c_str(), stderr);
        return 1;
    }
    return print(*key);
}

}  // namespace mmm
