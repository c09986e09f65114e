#include "net/host/process.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <asio/io_context.hpp>
#include <asio/post.hpp>
#include <asio/steady_timer.hpp>
#include <cerrno>
#include <cstring>
#include <memory>

#include "net/host/boot_clock.hpp"
#include "net/host/spawn.hpp"
#include "net/host/system_error.hpp"

namespace mmm::net {

namespace {

// Looking 100 times a second while a program runs (seldom, for seconds) needs neither SIGCHLD, which would reach
// whatever thread, nor pidfd_open, which kernels before 5.3 lack.
constexpr Duration kLookEvery{10};
constexpr std::size_t kMostOutputBytes = 4096;

ProcessResult result_from(int status) {
    ProcessResult result;
    if (WIFSIGNALED(status)) {
        result.end = ProcessResult::End::signalled;
        result.number = WTERMSIG(status);
    } else {
        result.number = WEXITSTATUS(status);
    }
    return result;
}

/// One running program; the timer's handler owns it.
class Running : public std::enable_shared_from_this<Running> {
  public:
    Running(asio::io_context& loop, Spawned spawned, Duration deadline, std::function<void(Result<ProcessResult>)> done)
        : spawned_(std::move(spawned)), end_(boot_now() + deadline), timer_(loop), done_(std::move(done)) {}

    void look_later() {
        timer_.expires_after(kLookEvery);
        timer_.async_wait([self = shared_from_this()](const asio::error_code& error) {
            if (!error) self->look();
        });
    }

  private:
    void look() {
        read_output();
        int status = 0;
        const pid_t ended = ::waitpid(spawned_.pid, &status, WNOHANG);
        if (ended == 0) {
            if (done_ && boot_now() >= end_) kill_it();
            return look_later();
        }
        read_output();  // what it wrote between the first look and its end
        if (ended < 0)
            finish(fail_with_errno("cannot learn how the program ended", errno));
        else
            finish(result_from(status));
    }

    void kill_it() {
        ::kill(-spawned_.pid, SIGKILL);
        ProcessResult result;
        result.end = ProcessResult::End::timed_out;
        finish(std::move(result));
    }

    void finish(Result<ProcessResult> result) {
        if (!done_) return;  // killed and reported before, only reaped now
        if (result) result->output = std::move(output_);
        std::exchange(done_, nullptr)(std::move(result));
    }

    /// Reads on when the bound is reached, so that the program doesn't block, but keeps no more.
    void read_output() {
        std::array<char, 4096> buffer{};
        for (int reads = 0; reads < 16; ++reads) {
            const auto got = ::read(spawned_.output.get(), buffer.data(), buffer.size());
            if (got <= 0) return;
            output_.append(buffer.data(), std::min(static_cast<std::size_t>(got), kMostOutputBytes - output_.size()));
        }
    }

    Spawned spawned_;
    Time end_;
    asio::steady_timer timer_;
    std::string output_;
    std::function<void(Result<ProcessResult>)> done_;
};

}  // namespace

std::string ProcessResult::text() const {
    switch (end) {
        case End::exited:
            return fmt::format("exit status {}", number);
        case End::signalled:
            return fmt::format("killed by signal {} ({})", number, ::strsignal(number));
        case End::timed_out:
            break;
    }
    return "not finished in time, killed";
}

void run_process(asio::io_context& loop, const ProcessRequest& request,
                 std::function<void(Result<ProcessResult>)> done) {
    std::vector<std::string> environment{"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C"};
    environment.insert(environment.end(), request.environment.begin(), request.environment.end());
    auto spawned = spawn(request.arguments, environment);
    if (!spawned) {
        asio::post(loop, [done = std::move(done), error = spawned.error()] { done(tl::make_unexpected(error)); });
        return;
    }
    std::make_shared<Running>(loop, std::move(*spawned), request.deadline, std::move(done))->look_later();
}

}  // namespace mmm::net
