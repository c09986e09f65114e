#include "cmd/ctl_watch.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <optional>

#include "cmd/ctl_show.hpp"
#include "cmd/ctl_terminal.hpp"
#include "core/config/duration_text.hpp"
#include "net/host/boot_clock.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm {
namespace {

/// A monitor answers within milliseconds; a viewer is better told of trouble early.
constexpr Duration kAnswerTimeout{2000};

std::string local_time() {
    const WallTime wall = net::wall_now();
    return fmt::format("{:%Y/%m/%d %H:%M:%S}", std::chrono::sys_seconds(wall.since_epoch + wall.utc_offset));
}

std::string as_comment(const std::string& lines) {
    std::string result = "# ";
    for (const char c : lines) result += c == '\n' ? std::string("\n# ") : std::string(1, c);
    return result;
}

/// Signals as a descriptor, so that waiting for them and for the monitor is one thing.
net::FileDescriptor take_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP}) sigaddset(&signals, number);
    sigprocmask(SIG_BLOCK, &signals, nullptr);
    return net::FileDescriptor(::signalfd(-1, &signals, SFD_NONBLOCK | SFD_CLOEXEC));
}

class Watch {
  public:
    Watch(const MonitorPlace& place, const CtlOptions& options)
        : place_(place), options_(options), signals_(take_signals()) {
        if (output_is_terminal() && !options.json) screen_.emplace();
    }

    int run() {
        while (true) {
            look();
            if (std::ferror(stdout) != 0) return proto::kExitDone;  // nobody reads any more
            if (stopped_by_signal()) return proto::kExitDone;
        }
    }

  private:
    void look();
    void show_block(const Result<proto::ControlReply>& reply) const;
    void show_screen(const Result<proto::ControlReply>& reply);
    /// Waits for the interval. True when a signal says to end.
    bool stopped_by_signal();
    void suspend();

    const MonitorPlace& place_;
    const CtlOptions& options_;
    net::FileDescriptor signals_;
    std::optional<Screen> screen_;
    std::optional<proto::ControlReply> last_;
    std::string last_time_;
};

void Watch::look() {
    net::ControlLimits limits;
    limits.answer_timeout = kAnswerTimeout;
    limits.cancel_fd = signals_.get();
    const auto reply = ask(place_, {"show"}, limits);
    if (!reply && reply.error().code == Code::cancelled) return;
    if (screen_) {
        show_screen(reply);
    } else {
        show_block(reply);
    }
}

void Watch::show_block(const Result<proto::ControlReply>& reply) const {
    std::string block;
    if (options_.json) {
        const proto::ControlReply away{proto::kExitNoMonitor, reply ? "" : reply.error().message, ""};
        block = json_for_programs(reply ? *reply : away);
    } else {
        block = "# " + local_time() + "\n" + (reply ? reply->text : as_comment(reply.error().message));
        block += block.ends_with('\n') ? "\n" : "\n\n";
    }
    std::fwrite(block.data(), 1, block.size(), stdout);
    std::fflush(stdout);
}

void Watch::show_screen(const Result<proto::ControlReply>& reply) {
    const bool colour = output_takes_colour();
    const std::string now = local_time();
    if (reply) {
        last_ = *reply;
        last_time_ = now;
    }
    const std::string heading = last_ ? show_heading(*last_) : "";
    std::string text = fmt::format("{}  {}  {}  (every {}, Ctrl-C ends)\n\n", place_.text(), heading, now,
                                   config::duration_text(options_.interval));
    if (!reply) {
        text += alarm(terminal_text(reply.error().message), colour) + "\n\n";
        if (last_) text += "As it was at " + last_time_ + ":\n";
    }
    if (last_) text += show_for_people(*last_, colour && reply.has_value());
    screen_->draw(text);
}

bool Watch::stopped_by_signal() {
    const Time end = net::boot_now() + options_.interval;
    while (true) {
        const auto left = end - net::boot_now();
        if (left <= Duration(0)) return false;
        pollfd polled{signals_.get(), POLLIN, 0};
        if (::poll(&polled, 1, static_cast<int>(left.count())) <= 0) continue;
        signalfd_siginfo signal{};
        if (::read(signals_.get(), &signal, sizeof signal) != static_cast<ssize_t>(sizeof signal)) continue;
        if (signal.ssi_signo != SIGTSTP) return true;
        suspend();
        return false;
    }
}

void Watch::suspend() {
    if (screen_) screen_->leave();
    ::raise(SIGSTOP);
    if (screen_) screen_->enter();
}

}  // namespace

int watch(const MonitorPlace& place, const CtlOptions& options) {
    return Watch(place, options).run();
}

}  // namespace mmm
