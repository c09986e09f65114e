#include "net/mysql/semi_sync.hpp"

#include <algorithm>
#include <charconv>

namespace mmm::net::mysql {

namespace {

/// Finds values by name; the words for source and replica are MySQL's newer ones or the old ones.
class Values {
  public:
    explicit Values(const Rows& rows) : rows_(rows) {}

    /// The whole name as the server has it; empty: there is none.
    [[nodiscard]] std::string name(std::string_view new_name, std::string_view old_name) const {
        const auto found = find(new_name, old_name);
        return found == rows_.values.end() ? "" : found->front().value_or("");
    }
    [[nodiscard]] std::string text(std::string_view new_name, std::string_view old_name) const {
        const auto found = find(new_name, old_name);
        return found == rows_.values.end() ? "" : found->at(1).value_or("");
    }
    [[nodiscard]] bool is_on(std::string_view new_name, std::string_view old_name) const {
        return same_word(text(new_name, old_name), "ON");
    }
    [[nodiscard]] std::uint32_t number(std::string_view new_name, std::string_view old_name,
                                       std::uint32_t otherwise = 0) const {
        const std::string value = text(new_name, old_name);
        std::uint32_t number = otherwise;
        std::from_chars(value.data(), value.data() + value.size(), number);
        return number;
    }

  private:
    [[nodiscard]] std::vector<Rows::Values>::const_iterator find(std::string_view new_name,
                                                                 std::string_view old_name) const {
        return std::find_if(rows_.values.begin(), rows_.values.end(), [&](const Rows::Values& row) {
            const std::string name = row.empty() ? "" : row.front().value_or("");
            return row.size() > 1 && (same_word(name, new_name) || same_word(name, old_name));
        });
    }

    const Rows& rows_;
};

constexpr int kUnknownThread = 1094;
constexpr std::string_view kEnabled = "rpl_semi_sync_source_enabled";
constexpr std::string_view kEnabledOld = "rpl_semi_sync_master_enabled";

}  // namespace

SemiSync read_semi_sync(const Rows& settings, const Rows& status) {
    const Values set(settings);
    const Values seen(status);
    SemiSync result;
    result.enabled = set.is_on(kEnabled, kEnabledOld);
    result.after_sync =
        same_word(set.text("rpl_semi_sync_source_wait_point", "rpl_semi_sync_master_wait_point"), "AFTER_SYNC");
    result.timeout = Duration{set.number("rpl_semi_sync_source_timeout", "rpl_semi_sync_master_timeout")};
    result.needed =
        set.number("rpl_semi_sync_source_wait_for_replica_count", "rpl_semi_sync_master_wait_for_slave_count", 1);
    result.active = result.enabled && seen.is_on("Rpl_semi_sync_source_status", "Rpl_semi_sync_master_status");
    result.clients = seen.number("Rpl_semi_sync_source_clients", "Rpl_semi_sync_master_clients");
    result.waiting = seen.number("Rpl_semi_sync_source_wait_sessions", "Rpl_semi_sync_master_wait_sessions");
    result.acknowledges = seen.is_on("Rpl_semi_sync_replica_status", "Rpl_semi_sync_slave_status");
    return result;
}

Result<SemiSync> observe_semi_sync(Connection& connection, Time deadline) {
    const auto settings = connection.query(show_semi_sync_settings(), deadline);
    if (!settings) return tl::make_unexpected(settings.error());
    const Values set(*settings);
    const bool replica = set.is_on("rpl_semi_sync_replica_enabled", "rpl_semi_sync_slave_enabled");
    if (!set.is_on(kEnabled, kEnabledOld) && !replica) return SemiSync{};
    const auto status = connection.query(show_semi_sync_status(), deadline);
    if (!status) return tl::make_unexpected(status.error());
    SemiSync result = read_semi_sync(*settings, *status);
    if (result.waiting == 0) return result;
    const auto wait = connection.query(select_semi_sync_wait(connection.server()), deadline);
    if (!wait) return tl::make_unexpected(wait.error());
    if (!wait->empty()) result.oldest = std::chrono::seconds(Row(*wait, 0).number("oldest").value_or(0));
    return result;
}

Result<int> end_senders_that_are_waited_for(Connection& connection, Time deadline) {
    const auto seen = observe_semi_sync(connection, deadline);
    if (!seen) return tl::make_unexpected(seen.error());
    if (seen->waiting == 0) return 0;
    const auto senders = connection.query(select_senders(connection.server()), deadline);
    if (!senders) return tl::make_unexpected(senders.error());
    int ended = 0;
    for (std::size_t i = 0; i < senders->values.size(); ++i) {
        const auto id = Row(*senders, i).number("id");
        if (!id) continue;
        const auto killed = connection.query(kill_connection(static_cast<std::uint64_t>(*id)), deadline);
        if (killed) ++ended;
        if (!killed && killed.error().detail != kUnknownThread) return tl::make_unexpected(killed.error());
    }
    return ended;
}

Result<void> end_semi_sync(Connection& connection, Time deadline) {
    const auto settings = connection.query(show_semi_sync_settings(), deadline);
    if (!settings) return tl::make_unexpected(settings.error());
    const Values set(*settings);
    if (!set.is_on(kEnabled, kEnabledOld)) return {};
    const auto ended = connection.query(end_semi_sync(set.name(kEnabled, kEnabledOld)), deadline);
    if (!ended) return tl::make_unexpected(ended.error());
    return {};
}

}  // namespace mmm::net::mysql
