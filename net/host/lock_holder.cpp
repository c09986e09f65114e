#include "net/host/lock_holder.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <memory>
#include <optional>

#include "net/host/command_line.hpp"
#include "net/host/lock_file.hpp"
#include "net/host/read_file.hpp"

namespace mmm::net {

namespace {

struct CloseFolder {
    void operator()(DIR* folder) const { ::closedir(folder); }
};

/// What `pid` says of itself in the lock file at `path`.
std::optional<std::string> statement(const std::string& path, pid_t pid) {
    auto text = read_file(path, kMostLockBytes);
    if (!text || !text->starts_with(fmt::format("pid {} ", pid))) return std::nullopt;
    return printable(text->substr(0, text->find('\n')));
}

}  // namespace

std::string describe_holder(pid_t pid) {
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir(fmt::format("/proc/{}/fd", pid).c_str()));
    while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
        std::array<char, PATH_MAX> target{};
        const auto length = ::readlinkat(::dirfd(folder.get()), entry->d_name, target.data(), target.size());
        if (length <= 0) continue;
        const std::string path(target.data(), static_cast<std::size_t>(length));
        if (!path.ends_with(kLockSuffix)) continue;
        if (auto text = statement(path, pid)) return *text;
    }
    return describe_process(pid);
}

}  // namespace mmm::net
