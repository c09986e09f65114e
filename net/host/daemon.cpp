#include "net/host/daemon.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "net/host/boot_clock.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

constexpr char kReady = 'R';
constexpr char kFailed = 'F';
/// What fits into an empty pipe (PIPE_BUF), so that writing never waits.
constexpr std::size_t kMostMessageBytes = 4000;
/// How long a child may take to end after it said that it failed.
constexpr Duration kLinger{5000};

void tell(const FileDescriptor& line, char kind, std::string_view message) {
    std::string whole(1, kind);
    whole += message.substr(0, kMostMessageBytes);
    // Nobody reads any more: whoever started us was killed, and there is no one left to tell.
    [[maybe_unused]] const auto written = ::write(line.get(), whole.data(), whole.size());
}

/// Nobody is left who would read or type.
void let_go_of_terminal() {
    const FileDescriptor null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
        if (null) ::dup2(null.get(), number);
    }
}

/// The child's side. Descriptors that the starter left open would keep what they lead to alive.
Starter settle(FileDescriptor line) {
    constexpr int kLine = STDERR_FILENO + 1;
    if (line.get() != kLine) {
        ::dup3(line.get(), kLine, O_CLOEXEC);
        line = FileDescriptor(kLine);  // closes the other
    }
    ::close_range(kLine + 1, ~0U, 0);
    ::setsid();
    ::umask(027);
    [[maybe_unused]] const int changed = ::chdir("/");
    std::signal(SIGHUP, SIG_IGN);
    return Starter(std::move(line));
}

std::string how_it_ended(int status) {
    if (WIFSIGNALED(status)) return fmt::format("was ended by signal {}", WTERMSIG(status));
    return fmt::format("ended with status {}", WEXITSTATUS(status));
}

/// Waits until the child is gone, so that its pid file and port are free again; one that lingers is killed.
std::string wait_for_end(pid_t child) {
    const Time end = boot_now() + kLinger;
    int status = 0;
    while (::waitpid(child, &status, WNOHANG) == 0) {
        if (boot_now() > end) ::kill(child, SIGKILL);
        ::poll(nullptr, 0, 5);
    }
    return how_it_ended(status);
}

/// All that the child says until it closes its end, or until the deadline.
Result<std::string> listen_to(const FileDescriptor& line, Duration limit) {
    const Time end = boot_now() + limit;
    std::string said;
    while (true) {
        const auto left = end - boot_now();
        pollfd polled{line.get(), POLLIN, 0};
        const int ready = left <= Duration(0) ? 0 : ::poll(&polled, 1, static_cast<int>(left.count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready <= 0) return fail(Code::timeout, fmt::format("it was not ready within {} ms", limit.count()));
        std::array<char, 4096> buffer{};
        const auto size = ::read(line.get(), buffer.data(), buffer.size());
        if (size < 0 && errno == EINTR) continue;
        if (size <= 0) return said;
        said.append(buffer.data(), static_cast<std::size_t>(size));
        if (said.front() == kReady) return said;
    }
}

/// The old process's side.
Result<void> await(pid_t child, const FileDescriptor& line, Duration deadline) {
    const auto said = listen_to(line, deadline);
    if (said && !said->empty() && said->front() == kReady) return {};
    if (!said) ::kill(child, SIGKILL);
    const std::string ended = wait_for_end(child);
    if (!said) return tl::make_unexpected(said.error());
    if (!said->empty()) return fail(Code::io, said->substr(1));
    return fail(Code::io, "the process in the background " + ended + " before it was ready");
}

}  // namespace

void Starter::ready() {
    if (!line_) return;
    let_go_of_terminal();
    tell(line_, kReady, "");
    line_.close();
}

void Starter::failed(const std::string& message) {
    if (!line_) return;
    tell(line_, kFailed, message);
    line_.close();
}

Forked fork_daemon(Duration deadline) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) return {std::nullopt, fail_with_errno("cannot make a pipe", errno)};
    FileDescriptor ours(ends[0]);
    FileDescriptor childs(ends[1]);
    const pid_t child = ::fork();
    if (child < 0) return {std::nullopt, fail_with_errno("cannot start a process", errno)};
    if (child == 0) {
        ours.close();
        return {settle(std::move(childs)), {}};
    }
    childs.close();
    return {std::nullopt, await(child, ours, deadline)};
}

}  // namespace mmm::net
