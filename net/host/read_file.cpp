#include "net/host/read_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>

#include "net/host/system_error.hpp"

namespace mmm::net {

Result<FileDescriptor> open_regular_file(const std::string& path) {
    // O_NONBLOCK: opening a pipe without a writer must not wait for one.
    FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!file) return fail_with_errno("cannot open " + path, errno);
    struct stat status {};
    if (::fstat(file.get(), &status) != 0) return fail_with_errno("cannot examine " + path, errno);
    if (!S_ISREG(status.st_mode)) return fail(Code::invalid, path + " is not a regular file");
    return file;
}

Result<std::string> read_all(const FileDescriptor& file, const std::string& path, std::size_t most_bytes) {
    std::string content;
    while (true) {
        const std::size_t had = content.size();
        // One byte more than allowed shows that there is more.
        const std::size_t room = std::min(most_bytes + 1 - had, std::size_t{64} * 1024);
        content.resize(had + room);
        const auto got = ::read(file.get(), content.data() + had, room);
        content.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return fail_with_errno("cannot read " + path, errno);
        if (got == 0) return content;
        if (content.size() > most_bytes)
            return fail(Code::invalid, fmt::format("{} is longer than {} bytes", path, most_bytes));
    }
}

Result<std::string> read_file(const std::string& path, std::size_t most_bytes) {
    const auto file = open_regular_file(path);
    if (!file) return tl::make_unexpected(file.error());
    return read_all(*file, path, most_bytes);
}

}  // namespace mmm::net
