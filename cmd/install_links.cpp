#include "cmd/install_links.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>

#include "cmd/original_names.hpp"
#include "net/host/system_error.hpp"

namespace mmm {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUsage =
    "Makes the links mmm_mond, mmm_agentd and mmm_control to this program in the folder DIR. Called by one of these\n"
    "names it behaves as the program of MMM 2.2 that has it. What isn't such a link is never replaced.\n"
    "\n"
    "Usage: mmm install-links DIR\n"
    "\n"
    "Exit status: 0 the links are there, 1 they aren't (the reason is printed), 2 wrong usage.\n"
    "Example: mmm install-links /usr/local/sbin\n";

enum class Found { nothing, ours, other };

/// What is at `link`, where a link to `target` shall be.
Found look_at(const fs::path& link, const fs::path& target) {
    std::error_code failed;
    const auto status = fs::symlink_status(link, failed);
    if (status.type() == fs::file_type::not_found) return Found::nothing;
    if (status.type() != fs::file_type::symlink) return Found::other;
    const auto leads_to = fs::read_symlink(link, failed);
    return !failed && leads_to.filename() == target.filename() ? Found::ours : Found::other;
}

/// Puts a link in place in one step, so that no start finds none.
Result<void> put_link(const fs::path& link, const fs::path& target) {
    const fs::path fresh = link.string() + ".new";
    std::error_code failed;
    fs::remove(fresh, failed);
    if (::symlink(target.c_str(), fresh.c_str()) != 0 || ::rename(fresh.c_str(), link.c_str()) != 0)
        return net::fail_with_errno("cannot make " + link.string(), errno);
    return {};
}

}  // namespace

Result<std::vector<std::string>> install_links(const std::string& folder, const std::string& target) {
    std::error_code failed;
    if (!fs::is_directory(folder, failed)) return fail(Code::not_found, folder + " is no folder; make it first");
    for (const char* name : kOriginalNames) {
        const fs::path link = fs::path(folder) / name;
        if (look_at(link, target) == Found::other)
            return fail(Code::refused, fmt::format("{} is there and isn't a link to {}; move it away first, or choose "
                                                   "another folder. No link was made",
                                                   link.string(), target));
    }
    std::vector<std::string> lines;
    for (const char* name : kOriginalNames) {
        const fs::path link = fs::path(folder) / name;
        const bool there = fs::read_symlink(link, failed) == target && !failed;
        if (!there) {
            if (auto put = put_link(link, target); !put) return tl::make_unexpected(put.error());
        }
        lines.push_back(fmt::format("{} -> {}{}", link.string(), target, there ? " (was there)" : ""));
    }
    return lines;
}

int install_links_main(std::vector<std::string> arguments) {
    if (arguments.size() == 1 && (arguments[0] == "--help" || arguments[0] == "-h")) {
        std::fputs(kUsage, stdout);
        return 0;
    }
    if (arguments.size() != 1 || arguments[0].empty() || arguments[0].starts_with('-')) {
        std::fputs(kUsage, stderr);
        return 2;
    }
    std::error_code failed;
    const fs::path self = fs::read_symlink("/proc/self/exe", failed);
    Result<std::vector<std::string>> lines = fail(Code::io, "cannot find out where this program is: no /proc");
    if (!failed) lines = install_links(arguments[0], self.string());
    if (!lines) {
        std::fputs(("mmm install-links: " + lines.error().message + "\n").c_str(), stderr);
        return 1;
    }
    for (const auto& line : *lines) std::puts(line.c_str());
    return 0;
}

}  // namespace mmm
