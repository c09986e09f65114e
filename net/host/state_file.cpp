#include "net/host/state_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "net/host/checksum.hpp"
#include "net/host/file_descriptor.hpp"
#include "net/host/folder_sync.hpp"
#include "net/host/read_file.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

/// What our files begin with: without it, a file of ours that lost its end would look like somebody else's whole one.
constexpr std::string_view kHead = "#mmm\n";
constexpr std::string_view kSumMark = "#sum ";
constexpr std::size_t kSumLineBytes = kSumMark.size() + 16 + 1;

/// "#sum 0123456789abcdef\n" for `content`.
std::string sum_line(std::string_view content) {
    return fmt::format("{}{:016x}\n", kSumMark, checksum(content));
}

/// Lines of text without any mark of ours: what another program wrote, which knows no checksums.
bool is_foreign(std::string_view whole) {
    return whole.ends_with('\n') && whole.find('\0') == std::string_view::npos && !whole.starts_with('#') &&
           whole.find("\n#") == std::string_view::npos;
}

Result<void> write_all(const FileDescriptor& file, std::string_view rest, const std::string& path) {
    while (!rest.empty()) {
        const auto written = ::write(file.get(), rest.data(), rest.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) return fail_with_errno("cannot write " + path, errno);
        rest.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> write_synced(const std::string& path, std::string_view content) {
    const FileDescriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640));
    if (!file) return fail_with_errno("cannot create " + path, errno);
    if (auto written = write_all(file, content, path); !written) return written;
    if (::fsync(file.get()) != 0) return fail_with_errno("cannot sync " + path, errno);
    return {};
}

}  // namespace

std::string checked_state(std::string_view content) {
    std::string whole(kHead);
    whole += content;
    if (whole.back() != '\n') whole += '\n';
    whole += sum_line(whole);
    return whole;
}

Result<void> save_state(const std::string& path, std::string_view content) {
    const std::string whole = checked_state(content);
    if (whole.size() > kMostStateBytes)
        return fail(Code::invalid, fmt::format("{} would be longer than {} bytes", path, kMostStateBytes));
    const std::string fresh = path + ".new";
    if (auto written = write_synced(fresh, whole); !written) return written;
    if (::rename(fresh.c_str(), path.c_str()) != 0)
        return fail_with_errno("cannot rename " + fresh + " to " + path, errno);
    return sync_folder_of(path);
}

Result<std::string> state_text(const std::string& path, std::string_view whole) {
    if (whole.size() >= kSumLineBytes) {
        const std::string_view content = whole.substr(0, whole.size() - kSumLineBytes);
        if (sum_line(content) == whole.substr(content.size()))
            return std::string(content.starts_with(kHead) ? content.substr(kHead.size()) : content);
    }
    if (is_foreign(whole)) return std::string(whole);
    return fail(Code::invalid,
                fmt::format("{} is torn or was altered ({} bytes, its last line is not the checksum of the others); it "
                            "is not used; to keep it for a look, move it away: mv {} {}.torn",
                            path, whole.size(), path, path));
}

Result<std::string> load_state(const std::string& path) {
    const auto whole = read_file(path, kMostStateBytes);
    return whole ? state_text(path, *whole) : whole;
}

}  // namespace mmm::net
