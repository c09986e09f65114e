// Files that a process before left, or that were torn, altered or never ours: status, lease record, journal.

#include "core/lease/record_text.hpp"
#include "core/monitor/change_text.hpp"
#include "core/monitor/state.hpp"
#include "core/monitor/status_file.hpp"
#include "core/monitor/step.hpp"
#include "net/host/journal_file.hpp"
#include "net/host/state_file.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/unit/monitor/five_hosts.hpp"

using namespace mmm;
using fuzz::require;

namespace {

void check_state(const std::string& whole) {
    const auto text = net::state_text("agent.state", whole);
    if (text && whole.find("#mmm") == 0)
        require(net::state_text("agent.state", net::checked_state(*text)) == *text, "a state file survives");
    require(net::state_text("agent.state", net::checked_state(whole)).has_value(), "what is saved can be loaded");
}

void check_journal(std::string_view text) {
    std::vector<std::string> lines;
    const auto parsed = net::parse_journal(text, lines);
    require(parsed.end <= text.size(), "what is kept was there");
    std::vector<std::string> again;
    (void)net::parse_journal(text.substr(0, parsed.end), again);
    require(again == lines, "what is cut off held nothing");
}

void check_contents(const std::string& text) {
    if (const auto record = lease::parse_record(text))
        require(lease::record_text(*record) == text, "a record is exactly what is written");
    (void)monitor::parse_status(text);
    for (const auto line : fuzz::lines_of(text, 20)) {
        const auto entry = monitor::parse_entry(line);
        if (!entry) continue;
        const std::string written = monitor::entry_line(*entry);
        require(written.find('\n') == std::string::npos, "an entry is a line");
        const auto read = monitor::parse_entry(written);
        require(read && monitor::entry_line(*read) == written, "an entry survives being written");
    }
}

/// A monitor starts with them, whatever they say, and writes what it can read.
void check_start(const std::string& text) {
    static const config::Config config = monitor::test::five_hosts();
    monitor::State state = monitor::initial(config, monitor::test::kStart);
    monitor::Started started{text, "", text, "", 7};
    for (const auto line : fuzz::lines_of(text, 20)) started.journal.emplace_back(line);
    (void)monitor::step(config, state, started, monitor::test::at(Duration{0}));
    (void)monitor::step(config, state, monitor::Tick{}, monitor::test::at(Duration{100}));
    require(monitor::parse_status(monitor::status_text(state)).has_value(), "a status file can be read again");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(fuzz::text_of(data, size));
    check_state(text);
    check_journal(text);
    check_contents(text);
    check_start(text);
    return 0;
}
