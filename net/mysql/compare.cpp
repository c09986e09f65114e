#include "net/mysql/compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/model/gtid.hpp"
#include "core/model/gtid_history.hpp"

namespace mmm::net::mysql {

namespace {

/// MySQL breaks long sets into lines.
std::string one_line(std::string text) {
    text.erase(std::remove(text.begin(), text.end(), '\n'), text.end());
    return text;
}

Result<History> read_history(Connection& connection, Time deadline) {
    const auto rows = connection.query(select_history(connection.server()), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    if (rows->size() != 1) return fail(Code::io, "the server doesn't tell what it has");
    const Row row(*rows, 0);
    return History{one_line(row.text("history")), row.text("applied"), row.text("position"),
                   static_cast<std::uint32_t>(row.number("server_id").value_or(0))};
}

/// The elements of a list with commas that `keep` says yes to.
template <class Keep>
std::string filtered(std::string_view list, Keep keep) {
    std::string kept;
    while (!list.empty()) {
        const auto comma = list.find(',');
        const auto element = list.substr(0, comma);
        if (keep(element)) kept += (kept.empty() ? "" : ",") + std::string(element);
        if (comma == std::string_view::npos) break;
        list.remove_prefix(comma + 1);
    }
    return kept;
}

/// Does the source know the domain of this GTID?
bool knows_domain(const GtidPosition& source, std::string_view gtid) {
    const auto one = GtidPosition::parse(gtid);
    return one && std::all_of(one->domains().begin(), one->domains().end(),
                              [&](const auto& entry) { return source.domains().contains(entry.first); });
}

Result<std::string> beyond_mysql(Connection& here, const History& own, const History& source, bool other_channels,
                                 Time deadline) {
    const auto rows = here.query(
        fmt::format("SELECT GTID_SUBTRACT({}, {}) AS missing", quote(own.history), quote(source.history)), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    const std::string extra = rows->empty() ? "" : one_line(Row(*rows, 0).text("missing"));
    return other_channels ? of_known_servers(extra, source.history) : extra;
}

}  // namespace

Result<std::string> beyond_source(Connection& here, const Endpoint& source, bool other_channels, Time deadline) {
    const auto own = read_history(here, deadline);
    if (!own) return tl::make_unexpected(own.error());
    Connection other;
    if (auto opened = other.open(source, deadline); !opened) return tl::make_unexpected(opened.error());
    if (other.server().family != here.server().family)
        return fail(Code::unsupported,
                    fmt::format("{} and {} can't be compared", here.server().text(), other.server().text()));
    const auto of_source = read_history(other, deadline);
    if (!of_source) return tl::make_unexpected(of_source.error());
    if (here.server().is_mariadb()) return beyond(*own, *of_source, other_channels);
    return beyond_mysql(here, *own, *of_source, other_channels, deadline);
}

Result<std::string> beyond(const History& here, const History& source, bool other_channels) {
    const auto own_log = GtidHistory::parse(here.history);
    if (!own_log) return tl::make_unexpected(own_log.error());
    const auto source_log = GtidHistory::parse(source.history);
    if (!source_log) return tl::make_unexpected(source_log.error());
    const auto applied = GtidPosition::parse(here.applied);
    if (!applied) return tl::make_unexpected(applied.error());
    const auto position = GtidPosition::parse(source.position);
    if (!position) return tl::make_unexpected(position.error());
    // A source that logs nothing shows an empty history: then only the sequences tell.
    std::string extra = source_log->empty() ? "" : own_log->beyond(*source_log, source.server_id);
    if (extra.empty()) extra = missing(*position, *applied);
    if (!other_channels) return extra;
    return filtered(extra, [&](std::string_view gtid) { return knows_domain(*position, gtid); });
}

std::string of_known_servers(std::string_view set, std::string_view known) {
    return filtered(set, [&](std::string_view part) {
        const auto begin = part.find_first_not_of(' ');
        const auto uuid = begin == std::string_view::npos ? part : part.substr(begin, part.find(':') - begin);
        return known.find(uuid) != std::string_view::npos;
    });
}

}  // namespace mmm::net::mysql
