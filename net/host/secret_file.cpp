#include "net/host/secret_file.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <cerrno>

#include "net/host/read_file.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {
constexpr std::size_t kMostSecretBytes = 4096;
}

Result<void> refuse_shared(const FileDescriptor& file, const std::string& path) {
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail_with_errno("cannot examine " + path, errno);
    const unsigned mode = status.st_mode & 0777U;
    if ((mode & 0027U) == 0) return {};
    const char* who = (mode & 0007U) != 0 ? "everybody on this host may use it" : "its group may change it";
    const char* wanted = (mode & 0040U) != 0 ? "640" : "600";
    return fail(Code::permission, fmt::format("{} holds a secret, but {} (mode {:03o}); run: chmod {} {}", path, who,
                                              mode, wanted, path));
}

Result<std::string> read_secret(const std::string& path) {
    const auto file = open_regular_file(path);
    if (!file) return tl::make_unexpected(file.error());
    if (const auto refused = refuse_shared(*file, path); !refused) return tl::make_unexpected(refused.error());
    auto secret = read_all(*file, path, kMostSecretBytes);
    if (!secret) return secret;
    if (secret->ends_with('\n')) secret->pop_back();
    if (secret->empty()) return fail(Code::invalid, path + " is empty; it should hold the secret on one line");
    return secret;
}

}  // namespace mmm::net
