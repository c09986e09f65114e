#include "tests/sim/explorer/options.hpp"

#include <cstdio>
#include <cstdlib>
#include <map>

namespace mmm::sim {

namespace {

constexpr const char* kHelp =
    R"(Searches every state of a small world over core/lease, breadth first, for two hosts that hold one address.

Usage: tests/sim/worlds [OPTION[=VALUE]...]

  --voters=3       db1 and db2, which may hold the slot, agents that only vote, and the monitor (3 to 5)
  --monitors=1     2: a second monitor that proposes too
  --quiet          the second monitor proposes nothing
  --outside        only the second monitor proposes, so that a voter can fail without its proposals
  --split          the first monitor proposes db1 only, the second db2 only
  --regrant        db1 and db2 propose for themselves, at any time
  --lease=2        L, in ticks; 1 can't be renewed across a tick and serves for deep worlds
  --slack=1        K, in ticks (0 or 1)
  --trips=1        X is W and so many ticks
  --call=0         the longest that a call into the kernel may take, in ticks
  --epochs=2       how many proposals there are, the first one included
  --crashes=0 --losses=0 --freezes=0 --kills=0
                   how many processes crash, state files are lost, agents are stopped, hosts are killed by the monitor
  --only=N         only the Nth voter crashes, is stopped or loses its state (db1 is 1, db2 is 2, the monitor is the last)
  --cold           begins with a first start of everything; otherwise db1 holds the slot
  --hold           on_loss = "hold"
  --small-list     db1 counts by an old list of voters, which has itself only
  --no-resume      a restarted agent always removes the address
  --live           also: from each state with a live holder, the monitor dead for good and the network healed, the slot
                   has to be held again
  --limit=N        gives up after N states; --seconds=S after S seconds

Ends with "exhausted, NO violation, N states" (status 0), the shortest way to a violation (1), or "bound reached,
no violation in N states" (0). The default world is the one that runs with every change.

Example: tests/sim/worlds --epochs=3 --monitors=2 --lease=1 --slack=0 --losses=1
)";

}  // namespace

lease::Timing Options::timing() const {
    lease::Timing timing;
    timing.lease = Duration{lease * 1000};
    timing.drift_ppm = 0;
    timing.kernel = {Duration{slack * 1000}, Duration{0}};
    timing.call = Duration{call * 1000};
    timing.round_trips = Duration{trips * 1000};
    timing.on_loss = hold ? lease::OnLoss::hold : lease::OnLoss::demote;
    return timing;
}

std::string Options::text() const {
    std::string text = "voters=" + std::to_string(voters) + " monitors=" + std::to_string(monitors) +
                       " lease=" + std::to_string(lease) + " slack=" + std::to_string(slack) +
                       " trips=" + std::to_string(trips) + " epochs=" + std::to_string(epochs) +
                       " crashes=" + std::to_string(crashes) + " losses=" + std::to_string(losses) +
                       " freezes=" + std::to_string(freezes) + " kills=" + std::to_string(kills);
    if (only != 0) text += " only=" + std::to_string(only);
    if (call != 0) text += " call=" + std::to_string(call);
    if (quiet) text += " quiet";
    if (outside) text += " outside";
    if (split) text += " split";
    if (regrant) text += " regrant";
    if (cold) text += " cold";
    if (hold) text += " hold";
    if (small_list) text += " small-list";
    if (no_resume) text += " no-resume";
    return text;
}

Parsed parse(const std::vector<std::string>& arguments) {
    Parsed parsed;
    Options& o = parsed.options;
    const std::map<std::string, int*> numbers = {
        {"--voters", &o.voters}, {"--monitors", &o.monitors}, {"--lease", &o.lease},   {"--slack", &o.slack},
        {"--trips", &o.trips},   {"--call", &o.call},         {"--epochs", &o.epochs}, {"--crashes", &o.crashes},
        {"--losses", &o.losses}, {"--freezes", &o.freezes},   {"--kills", &o.kills},   {"--only", &o.only}};
    const std::map<std::string, bool*> flags = {
        {"--regrant", &o.regrant},    {"--quiet", &o.quiet}, {"--split", &o.split}, {"--outside", &o.outside},
        {"--cold", &o.cold},          {"--hold", &o.hold},   {"--live", &o.live},   {"--small-list", &o.small_list},
        {"--no-resume", &o.no_resume}};
    for (const auto& argument : arguments) {
        const auto sign = argument.find('=');
        const std::string name = argument.substr(0, sign);
        const std::string value = sign == std::string::npos ? "" : argument.substr(sign + 1);
        if (name == "--help" || name == "-h") {
            std::fputs(kHelp, stdout);
            return parsed;
        }
        if (const auto number = numbers.find(name); number != numbers.end()) {
            *number->second = std::atoi(value.c_str());
        } else if (const auto flag = flags.find(name); flag != flags.end() && value.empty()) {
            *flag->second = true;
        } else if (name == "--limit") {
            o.limit = static_cast<std::size_t>(std::atoll(value.c_str()));
        } else if (name == "--seconds") {
            o.seconds = std::atof(value.c_str());
        } else {
            std::fprintf(stderr, "worlds: unknown option '%s'; see --help\n", argument.c_str());
            parsed.exit = 2;
            return parsed;
        }
    }
    const bool fits = o.voters >= 3 && o.voters <= 5 && o.monitors >= 1 && o.monitors <= 2 && o.lease >= 1 &&
                      o.lease <= 6 && o.slack >= 0 && o.slack <= 1 && o.epochs >= 1 && o.epochs <= 20;
    if (!fits) std::fputs("worlds: a value is out of its range; see --help\n", stderr);
    parsed.go = fits;
    parsed.exit = fits ? 0 : 2;
    return parsed;
}

}  // namespace mmm::sim
