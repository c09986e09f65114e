#include "core/monitor/status_file.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "core/model/gtid.hpp"

namespace mmm::monitor {
namespace {

constexpr std::string_view kEpochLine = "epoch";
constexpr std::string_view kVersion1Line = "version1";
constexpr std::string_view kAloneLine = "alone";
constexpr std::string_view kNoLeasesLine = "no_leases";
constexpr std::string_view kByLeaseLine = "by_lease";
constexpr std::string_view kReturningLine = "returning";
/// Before a host's name; no name has an "@".
constexpr std::string_view kVersion2Line = "version2@";

constexpr std::array kDecisionLines{
    std::pair{LossDecision::Kind::accept_loss, std::string_view("accept_loss")},
    std::pair{LossDecision::Kind::take_late, std::string_view("take_late")},
    std::pair{LossDecision::Kind::taken, std::string_view("taken")},
    std::pair{LossDecision::Kind::given_up, std::string_view("given_up")},
};

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto at = text.find(separator);
        parts.push_back(text.substr(0, at));
        if (at == std::string_view::npos) return parts;
        text.remove_prefix(at + 1);
    }
}

std::string_view decision_line(LossDecision::Kind kind) {
    return std::find_if(kDecisionLines.begin(), kDecisionLines.end(),
                        [kind](const auto& entry) { return entry.first == kind; })
        ->second;
}

std::optional<Slot> parse_slot(std::string_view text) {
    const auto open = text.find('(');
    if (open == 0 || open == std::string_view::npos || !text.ends_with(')')) return std::nullopt;
    const auto ip = Address::parse(text.substr(open + 1, text.size() - open - 2));
    if (!ip) return std::nullopt;
    return Slot{RoleName(text.substr(0, open)), *ip};
}

bool parse_line(const std::vector<std::string_view>& fields, StoredStatus& status) {
    if (fields.size() != 3) return false;
    // A host could be called "epoch" as well, but no state has a parenthesis.
    if (fields[0] == kEpochLine && fields[1].find('(') != std::string_view::npos) {
        const auto slot = parse_slot(fields[1]);
        Epoch epoch = 0;
        const auto* end = fields[2].data() + fields[2].size();
        const auto [stop, error] = std::from_chars(fields[2].data(), end, epoch);
        if (!slot || error != std::errc{} || stop != end) return false;
        status.epochs[*slot] = epoch;
        return true;
    }
    // As above: no host is called like a state.
    for (const auto& [line, hosts] :
         {std::pair(kVersion1Line, &status.version1), std::pair(kAloneLine, &status.alone),
          std::pair(kNoLeasesLine, &status.no_leases), std::pair(kByLeaseLine, &status.by_lease),
          std::pair(kReturningLine, &status.returning)}) {
        if (fields[0] != line || host_state(fields[1])) continue;
        hosts->insert(HostName(fields[1]));
        return fields[2].empty() && !fields[1].empty();
    }
    for (const auto& [kind, line] : kDecisionLines) {
        if (fields[0] != line || host_state(fields[1])) continue;
        status.decisions[HostName(fields[1])] = {kind, std::string(fields[2]), std::nullopt};
        return !fields[1].empty() && !fields[2].empty() && GtidSet::parse(fields[2]).has_value();
    }
    const auto state = host_state(fields[1]);
    if (fields[0].starts_with(kVersion2Line)) {
        const HostName name(fields[0].substr(kVersion2Line.size()));
        status.version2.insert(name);
        return !name.empty() && state == HostState::unknown && fields[2].empty();
    }
    if (fields[0].empty() || !state) return false;
    StoredStatus::StoredHost host{*state, {}};
    if (!fields[2].empty()) {
        for (const auto& part : split(fields[2], ',')) {
            const auto slot = parse_slot(part);
            if (!slot) return false;
            host.slots.insert(*slot);
        }
    }
    status.hosts[HostName(fields[0])] = std::move(host);
    return true;
}

}  // namespace

std::string status_text(const State& state) {
    std::string text;
    for (const auto& [name, host] : state.hosts) {
        text += name + "|" + std::string(word(host.state)) + "|";
        bool first = true;
        for (const auto& [slot, record] : state.slots) {
            if (record.holder != name) continue;
            if (!first) text += ",";
            text += slot.text();
            first = false;
        }
        text += "\n";
    }
    for (const auto& [slot, record] : state.slots) {
        if (record.epoch == 0) continue;
        text += std::string(kEpochLine) + "|" + slot.text() + "|" + std::to_string(record.epoch) + "\n";
    }
    for (const auto& [name, host] : state.hosts) {
        if (host.version1) text += std::string(kVersion1Line) + "|" + name + "|\n";
        if (host.version2)
            text += std::string(kVersion2Line) + name + "|" + std::string(word(HostState::unknown)) + "|\n";
        if (host.alone) text += std::string(kAloneLine) + "|" + name + "|\n";
        // Where nobody takes part there is nothing to be mixed up.
        if (host.no_leases && state.lease.begun) text += std::string(kNoLeasesLine) + "|" + name + "|\n";
        if (host.by_lease) text += std::string(kByLeaseLine) + "|" + name + "|\n";
        if (host.returning) text += std::string(kReturningLine) + "|" + name + "|\n";
        if (host.decision)
            text += std::string(decision_line(host.decision->kind)) + "|" + name + "|" + host.decision->gtids + "\n";
    }
    return text;
}

Result<StoredStatus> parse_status(std::string_view text) {
    StoredStatus status;
    if (!text.empty() && !text.ends_with('\n')) return fail(Code::invalid, "the status file is cut off");
    std::size_t number = 0;
    for (const auto line : split(text, '\n')) {
        ++number;
        if (line.empty()) continue;
        if (!parse_line(split(line, '|'), status)) {
            return fail(Code::invalid, "line " + std::to_string(number) + " of the status file makes no sense");
        }
    }
    const bool has_roles = std::any_of(status.hosts.begin(), status.hosts.end(),
                                       [](const auto& entry) { return !entry.second.slots.empty(); });
    if (has_roles && status.epochs.empty()) {
        for (const auto& [name, host] : status.hosts) status.version1.insert(name);
    }
    return status;
}

}  // namespace mmm::monitor
