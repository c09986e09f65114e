#include "cmd/pid_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <utility>

#include "net/host/command_line.hpp"
#include "net/host/lock_holder.hpp"
#include "net/host/read_file.hpp"
#include "net/host/system_error.hpp"

namespace mmm {
namespace {

constexpr std::size_t kMostBytes = 64;

tl::unexpected<Error> refuse(const std::string& path, const std::string& why) {
    return fail(Code::io, fmt::format("can't write the process id to {} (key pid_path): {}; make its folder, or leave "
                                      "the key out",
                                      path, why));
}

tl::unexpected<Error> refuse_as_busy(const std::string& path, const std::string& who) {
    return fail(Code::busy,
                fmt::format("{} (key pid_path) belongs to a process that runs: {}; stop that one first, or give this "
                            "one a pid_path of its own",
                            path, who));
}

/// The number in the file; 0 when there is none.
pid_t pid_in(const net::FileDescriptor& file, const std::string& path) {
    const auto text = net::read_all(file, path, kMostBytes);
    pid_t pid = 0;
    if (text) std::from_chars(text->data(), text->data() + text->size(), pid);
    return pid;
}

/// Our own programs hold the lock on their file; the original ones hold none. Numbers are used again, so that a process
/// must look like one of those to be taken for the owner.
bool runs_original(pid_t pid) {
    if (pid <= 1 || (::kill(pid, 0) != 0 && errno != EPERM)) return false;
    std::error_code hidden;
    const auto program = std::filesystem::read_symlink(fmt::format("/proc/{}/exe", pid), hidden);
    if (hidden == std::errc::no_such_file_or_directory) return false;  // it has ended, and waits to be waited for
    if (!hidden && program.filename().string().find("perl") == std::string::npos) return false;
    return net::describe_process(pid).find("mmm") != std::string::npos;
}

bool is_same_file(const net::FileDescriptor& file, const std::string& path) {
    struct stat opened {};
    struct stat named {};
    return ::fstat(file.get(), &opened) == 0 && ::lstat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
           opened.st_dev == named.st_dev;
}

}  // namespace

Result<PidFile> PidFile::write(const std::string& path) {
    PidFile result;
    if (path.empty()) return result;
    std::error_code failed;
    const auto folder = std::filesystem::path(path).parent_path();
    // Whoever may read the file must get to it, whatever our mask.
    if (std::filesystem::create_directories(folder, failed))
        std::filesystem::permissions(folder, std::filesystem::perms(0755), failed);
    net::FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0644));
    if (!file) return refuse(path, net::errno_text(errno));
    const bool locked = ::flock(file.get(), LOCK_EX | LOCK_NB) == 0;
    const pid_t old = pid_in(file, path);
    if (!locked) return refuse_as_busy(path, old > 0 ? net::describe_holder(old) : "which one isn't written yet");
    if (runs_original(old)) return refuse_as_busy(path, net::describe_holder(old));
    // Its owner may have ended, and removed it, between our opening and locking it.
    if (!is_same_file(file, path)) return refuse(path, "another process has just removed it; start again");
    const std::string text = fmt::format("{}\n", ::getpid());
    if (::fchmod(file.get(), 0644) != 0 || ::ftruncate(file.get(), 0) != 0 ||
        ::pwrite(file.get(), text.data(), text.size(), 0) != static_cast<ssize_t>(text.size()))
        return refuse(path, net::errno_text(errno));
    result.path_ = path;
    result.file_ = std::move(file);
    return result;
}

PidFile::~PidFile() {
    if (path_.empty() || !is_same_file(file_, path_)) return;
    // Root made it in a folder where we may remove nothing any more: an empty one names no process either.
    if (::unlink(path_.c_str()) == 0) return;
    [[maybe_unused]] const int emptied = ::ftruncate(file_.get(), 0);
}

PidFile::PidFile(PidFile&& other) noexcept : path_(std::exchange(other.path_, {})), file_(std::move(other.file_)) {}

PidFile& PidFile::operator=(PidFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(file_, other.file_);
    return *this;
}

}  // namespace mmm
