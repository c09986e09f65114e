#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "tests/sim/run.hpp"
#include "tests/sim/self_test.hpp"

// The simulator's command line.

namespace {

using namespace mmm::sim;

constexpr std::string_view kHelp =
    R"(Runs the real monitor and four real agents in a simulated world with faults, and looks after every event whether
what must hold does hold. A seed gives the same run to the byte, on every machine.

Usage: sim [--seeds A-B] [--schedule NAME] [--for SECONDS]   runs the seeds, all of them or as many as the time allows
       sim --trace SEED [--schedule NAME] [--last SECONDS]   runs one and prints what happened
       sim --self-test                                       faults planted in the world itself: each has to be caught

  --seeds A-B        default 1-500
  --schedule NAME    leases   all faults that leases are made for (default): partitions of any shape, one-way cuts, stops
                              in the middle of anything, lost disks, two monitors
                     today    clusters in which not every agent knows leases, and what contact rules promise to survive
                     monitor  the monitor alone has faults: nothing may move, and what it was moving isn't away for long
  --brief            of leases and today: two to four hosts that have run for a while, then a few seconds of trouble that
                     is always steered at dangerous moments: a quarter of the time
  --plant NAME       with a planted fault, see --self-test
  --rule TEXT        heeds only the rules whose name begins so, e.g. '(1)'
  --jobs N           runs N seeds at a time (default: as many as there are processors)
  --keep-going       doesn't stop at the tenth violation
  --last SECONDS     how much of the trace (default 12; 0: all)

The last line is "N passed, N failed". Exit status 0: all passed, 1: not, 2: wrong argument.
)";

struct Arguments {
    std::uint64_t first = 1;
    std::uint64_t last = 500;
    RunOptions run;
    bool trace = false;
    bool self_test = false;
    bool keep_going = false;
    double seconds = 0;
    unsigned jobs = std::max(1U, std::thread::hardware_concurrency());
};

thread_local std::uint64_t running_seed = 0;

/// A check of the core itself failed: say at which seed.
void on_abort(int) {
    char text[96];
    const int length =
        std::snprintf(text, sizeof text, "aborted at seed %llu\n", static_cast<unsigned long long>(running_seed));
    if (length > 0) (void)std::fwrite(text, 1, static_cast<std::size_t>(length), stderr);
    std::_Exit(1);
}

[[noreturn]] void usage(const std::string& problem) {
    std::fprintf(stderr, "sim: %s; see sim --help\n", problem.c_str());
    std::exit(2);
}

std::uint64_t number(const std::string& text) {
    char* end = nullptr;
    const auto value = std::strtoull(text.c_str(), &end, 10);
    if (text.empty() || *end != '\0') usage("'" + text + "' is no number");
    return value;
}

Schedule schedule(const std::string& name) {
    if (name == "today") return Schedule::today;
    if (name == "leases") return Schedule::leases;
    if (name == "monitor") return Schedule::monitor;
    usage("no schedule is called '" + name + "'");
}

Plant plant(const std::string& name) {
    for (std::size_t index = 0; index < kPlantNames.size(); ++index) {
        if (kPlantNames.at(index) == name) return static_cast<Plant>(index);
    }
    usage("nothing is called '" + name + "' that could be planted");
}

Arguments parse(int count, char** words) {
    Arguments arguments;
    for (int index = 1; index < count; ++index) {
        const std::string word = words[index];
        const auto value = [&]() -> std::string {
            if (index + 1 >= count) usage(word + " needs a value");
            return words[++index];
        };
        if (word == "--help" || word == "-h") {
            std::fwrite(kHelp.data(), 1, kHelp.size(), stdout);
            std::exit(0);
        } else if (word == "--seeds") {
            const std::string range = value();
            const auto dash = range.find('-');
            arguments.first = number(range.substr(0, dash));
            arguments.last = dash == std::string::npos ? arguments.first : number(range.substr(dash + 1));
        } else if (word == "--schedule") {
            arguments.run.schedule = schedule(value());
        } else if (word == "--brief") {
            arguments.run.brief = true;
        } else if (word == "--plant") {
            arguments.run.plant = plant(value());
        } else if (word == "--rule") {
            arguments.run.rule = value();
        } else if (word == "--trace") {
            arguments.trace = true;
            arguments.first = number(value());
        } else if (word == "--last") {
            const auto seconds = static_cast<long>(number(value()));
            arguments.run.trace_span = std::chrono::seconds(seconds == 0 ? 100'000 : seconds);
        } else if (word == "--for") {
            arguments.seconds = static_cast<double>(number(value()));
        } else if (word == "--jobs") {
            arguments.jobs = std::clamp(static_cast<unsigned>(number(value())), 1U, 64U);
        } else if (word == "--keep-going") {
            arguments.keep_going = true;
        } else if (word == "--self-test") {
            arguments.self_test = true;
        } else {
            usage("unknown argument '" + word + "'");
        }
    }
    if (arguments.run.brief && arguments.run.schedule == Schedule::monitor)
        usage("--brief is for the schedules leases and today");
    return arguments;
}

/// Runs it once more, with its trace, and prints that.
RunResult show(RunOptions options) {
    options.tracing = true;
    const RunResult result = run(options);
    std::printf("%sseed %llu: %s after %.3f s, mark %016llx\n\n", result.trace.c_str(),
                static_cast<unsigned long long>(options.seed),
                result.violation.empty() ? "all held" : result.violation.c_str(),
                std::chrono::duration<double>(result.ended.time_since_epoch()).count(),
                static_cast<unsigned long long>(result.hash));
    return result;
}

struct Sums {
    unsigned passed = 0;
    unsigned failed = 0;
    unsigned helped = 0;
    double healing = 0;
    double world = 0;
    std::map<std::string, unsigned> rules{};
    std::vector<std::uint64_t> broken{};
};

double seconds_of(Span span) {
    return std::chrono::duration<double>(span).count();
}

void count(Sums& sums, const RunOptions& options, const RunResult& result) {
    sums.healing = std::max(sums.healing, seconds_of(result.healing));
    sums.world += seconds_of(result.ended.time_since_epoch());
    sums.helped += result.operator_needed ? 1 : 0;
    if (result.violation.empty()) {
        ++sums.passed;
        return;
    }
    ++sums.failed;
    ++sums.rules[result.violation.substr(0, result.violation.find(':'))];
    sums.broken.push_back(options.seed);
    std::printf("seed %llu: %s\n", static_cast<unsigned long long>(options.seed), result.violation.c_str());
}

/// Runs the seeds, several at a time: a run has nothing in common with another.
Sums run_all(const Arguments& arguments) {
    constexpr unsigned kMostFailed = 10;
    const auto begin = std::chrono::steady_clock::now();
    Sums sums;
    std::mutex lock;
    std::atomic<std::uint64_t> next{arguments.first};
    std::atomic<bool> enough{false};
    const auto work = [&] {
        RunOptions options = arguments.run;
        while (!enough && (options.seed = next++) <= arguments.last) {
            const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
            if (arguments.seconds > 0 && elapsed.count() > arguments.seconds) break;
            running_seed = options.seed;
            const RunResult result = run(options);
            const std::lock_guard held(lock);
            count(sums, options, result);
            if (sums.failed >= kMostFailed && !arguments.keep_going) enough = true;
        }
    };
    std::vector<std::thread> workers;
    for (unsigned job = 1; job < arguments.jobs; ++job) workers.emplace_back(work);
    work();
    for (auto& worker : workers) worker.join();
    return sums;
}

int run_seeds(const Arguments& arguments) {
    constexpr std::size_t kMostShown = 3;
    const auto begin = std::chrono::steady_clock::now();
    Sums sums = run_all(arguments);
    const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begin;
    std::sort(sums.broken.begin(), sums.broken.end());
    if (sums.broken.size() > kMostShown) sums.broken.resize(kMostShown);
    RunOptions options = arguments.run;
    for (const auto seed : sums.broken) {
        options.seed = running_seed = seed;
        if (!arguments.keep_going) (void)show(options);
    }
    for (const auto& [rule, times] : sums.rules) std::printf("%5u x %s\n", times, rule.c_str());
    std::printf("%u runs needed an operator to start a replication\n", sums.helped);
    std::printf("%.1f runs/s, %.0f s of the world a second, slowest healing %.1f s\n",
                (sums.passed + sums.failed) / elapsed.count(), sums.world / elapsed.count(), sums.healing);
    std::printf("%u passed, %u failed\n", sums.passed, sums.failed);
    return sums.failed == 0 && sums.passed > 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
    const Arguments arguments = parse(count, words);
    (void)std::signal(SIGABRT, on_abort);
    std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
    if (arguments.self_test) return mmm::sim::self_test();
    if (!arguments.trace) return run_seeds(arguments);
    RunOptions options = arguments.run;
    options.seed = running_seed = arguments.first;
    return show(options).violation.empty() ? 0 : 1;
}
