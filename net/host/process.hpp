#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace asio {
class io_context;
}

namespace mmm::net {

/// A program to run.
struct ProcessRequest {
    /// Absolute path of the program, then its arguments; no shell looks at them.
    std::vector<std::string> arguments;
    /// "NAME=value", beside PATH and LANG=C. Nothing of our own environment is passed on.
    std::vector<std::string> environment;
    /// After this its whole process group is killed.
    Duration deadline{10'000};
};

/// How a program ended.
struct ProcessResult {
    enum class End { exited, signalled, timed_out };
    End end = End::exited;
    /// Exit status, or the number of the signal; 0 for timed_out.
    int number = 0;
    /// The first 4 KiB of its standard output and standard error, as they came. Not fit for a terminal as it is.
    std::string output;

    /// Ran to its end with status 0.
    [[nodiscard]] bool succeeded() const { return end == End::exited && number == 0; }
    /// "exit status 1", "killed by signal 9 (Killed)", "not finished in time, killed".
    [[nodiscard]] std::string text() const;
};

/// Runs a program in the root folder and a session of its own, with standard input from /dev/null, default signals and
/// no other open descriptors. Calls `done` on the loop, exactly once and never before this returns: when the program
/// itself has ended (a child that it left behind with its output open delays nothing), or at the deadline. A program
/// that can't even be killed is left to be reaped later. If the loop goes away first, the program runs on. Errors:
/// Code::invalid (no absolute path), Code::not_found, Code::permission, Code::io (couldn't be started).
void run_process(asio::io_context& loop, const ProcessRequest& request,
                 std::function<void(Result<ProcessResult>)> done);

}  // namespace mmm::net
