#include "net/mysql/compare.hpp"

#include <fmt/format.h>

#include "core/model/gtid.hpp"

namespace mmm::net::mysql {

namespace {

/// So many of the transactions are named; ranges count as one.
constexpr std::size_t kNamed = 5;

Result<ToldGtids> read_gtids(Connection& connection, Time deadline) {
    const auto rows = connection.query(select_history(connection.server()), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    if (rows->size() != 1) return fail(Code::io, "the server doesn't tell what it has");
    const Row row(*rows, 0);
    return ToldGtids{row.text("history"), row.text("applied"), row.text("position"),
                     static_cast<std::uint32_t>(row.number("server_id").value_or(0)), row.text("server_uuid")};
}

}  // namespace

Result<std::string> beyond_source(Connection& here, const Endpoint& source, Permitted permitted, Time deadline) {
    const auto own = read_gtids(here, deadline);
    if (!own) return tl::make_unexpected(own.error());
    Connection other;
    if (auto opened = other.open(source, deadline); !opened) return tl::make_unexpected(opened.error());
    if (other.server().family != here.server().family)
        return fail(Code::unsupported,
                    fmt::format("{} and {} can't be compared", here.server().text(), other.server().text()));
    const auto of_source = read_gtids(other, deadline);
    if (!of_source) return tl::make_unexpected(of_source.error());
    return beyond(*own, *of_source, permitted);
}

Result<std::string> beyond(const ToldGtids& here, const ToldGtids& source, Permitted permitted) {
    const auto own_log = GtidSet::parse(here.history);
    if (!own_log) return tl::make_unexpected(own_log.error());
    const auto source_log = GtidSet::parse(source.history);
    if (!source_log) return tl::make_unexpected(source_log.error());
    const auto applied = GtidSet::parse(here.applied);
    if (!applied) return tl::make_unexpected(applied.error());
    const auto position = GtidSet::parse(source.position);
    if (!position) return tl::make_unexpected(position.error());
    const GtidSet known = source_log->united(*position);
    const auto counts = [&](const GtidOrigin& origin) { return !permitted.other_channels || known.knows(origin); };
    // A MariaDB source that logs nothing shows an empty history: then only the sequences tell.
    const bool logs = !source_log->empty() || !here.server_uuid.empty();
    GtidSet extra = logs ? own_log->without(*source_log).without_server(source.server_id, {}) : GtidSet{};
    if (permitted.own) extra = extra.without_server(here.server_id, here.server_uuid);
    extra = extra.of_origins(counts);
    if (!extra.empty()) return extra.listed(kNamed);
    // What was applied here and logged nowhere shows in the sequences alone.
    return missing(*position, applied->of_origins(counts));
}

}  // namespace mmm::net::mysql
