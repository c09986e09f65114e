#include "net/mysql/read_losses.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/model/gtid.hpp"
#include "net/host/boot_clock.hpp"
#include "net/mysql/lost_events.hpp"

namespace mmm::net::mysql {
namespace {

/// Events asked for at once (an answer has its bound too, and statements may be long), and at most.
constexpr std::size_t kPage = 200;
constexpr std::size_t kMostEvents = 1'000'000;
/// A file's head is among its first events.
constexpr std::size_t kHead = 4;
/// So many files are looked at for the place to begin.
constexpr std::size_t kMostFiles = 1000;
/// So long before the deadline reading ends, so that what was read isn't lost with it.
constexpr Duration kReserve{1000};
constexpr std::uint64_t kFirstEvent = 4;
constexpr std::size_t kNamed = 5;

Result<std::vector<BinlogEvent>> events(Connection& connection, const std::string& file, std::uint64_t from,
                                        std::size_t count, Time deadline) {
    const auto rows = connection.query(show_binlog_events(file, from, count), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    std::vector<BinlogEvent> found;
    for (std::size_t i = 0; i < rows->size(); ++i) {
        const Row row(*rows, i);
        found.push_back(
            {row.text("Event_type"), row.text("Info"), static_cast<std::uint64_t>(row.number("Pos").value_or(0))});
    }
    return found;
}

Result<std::vector<std::string>> files(Connection& connection, Time deadline) {
    const auto rows = connection.query(show_binary_logs(), deadline);
    if (!rows) return tl::make_unexpected(rows.error());
    std::vector<std::string> names;
    for (std::size_t i = 0; i < rows->size(); ++i) names.push_back(Row(*rows, i).text("Log_name"));
    return names;
}

/// A look through the logs, from the first file that may have some of what is wanted.
class Scan {
  public:
    Scan(Connection& connection, GtidSet wanted, Time deadline)
        : connection_(connection), wanted_(wanted), events_(std::move(wanted)), deadline_(deadline) {}

    Result<proto::ReadLosses> run() {
        const auto names = files(connection_, deadline_);
        if (!names) return tl::make_unexpected(names.error());
        auto begin = first_file(*names);
        if (!begin) return tl::make_unexpected(begin.error());
        for (std::size_t i = *begin; i < names->size() && problem_.empty() && !events_.done(); ++i)
            look_through((*names)[i]);
        proto::ReadLosses read;
        read.transactions = events_.found();
        read.problem = problem_.empty() ? what_is_missing() : problem_;
        return read;
    }

  private:
    /// Going back, the first whose head has none of them yet: what is in the head is in older files.
    Result<std::size_t> first_file(const std::vector<std::string>& names) {
        std::size_t looked = 0;
        for (std::size_t i = names.size(); i > 0 && looked < kMostFiles; --i, ++looked) {
            const auto head = events(connection_, names[i - 1], kFirstEvent, kHead, deadline_);
            if (!head) return tl::make_unexpected(head.error());
            GtidSet before;
            const bool told = std::any_of(head->begin(), head->end(),
                                          [&before](const BinlogEvent& event) { return read_head(event, before); });
            if (told && wanted_.without(before) == wanted_) return i - 1;
        }
        return names.size() - looked;
    }

    void look_through(const std::string& file) {
        // Each page begins with the last event of the one before: where that ends MariaDB 11.8 doesn't tell (it shows
        // 0) for events inside a transaction.
        std::uint64_t at = kFirstEvent;
        std::uint64_t last = 0;
        while (problem_.empty()) {
            const auto page = events(connection_, file, at, kPage, deadline_);
            if (!page) {
                problem_ = fmt::format("{} can't be read from {} on: {}", file, at, page.error().message);
                return;
            }
            for (const BinlogEvent& event : *page) {
                if (event.position <= last) continue;
                events_.take(file, event);
                at = last = event.position;
                if (events_.done()) return;
            }
            looked_at_ += page->size();
            if (page->size() < kPage) return;
            if (looked_at_ >= kMostEvents || net::boot_now() + kReserve >= deadline_)
                problem_ = fmt::format("the binary logs are too long: read up to {}:{}", file, at);
        }
    }

    [[nodiscard]] std::string what_is_missing() const {
        const GtidSet missing = events_.missing();
        if (missing.empty()) return "";
        if (events_.full()) return fmt::format("only the first {} are listed", proto::kMostLost);
        return fmt::format("not in its binary logs, which were removed, or not applied there yet: {}",
                           missing.listed(kNamed));
    }

    Connection& connection_;
    GtidSet wanted_;
    LostEvents events_;
    Time deadline_;
    std::size_t looked_at_ = 0;
    std::string problem_;
};

}  // namespace

Result<proto::ReadLosses> read_losses(Connection& connection, const std::string& gtids, Time deadline) {
    auto wanted = GtidSet::parse(gtids);
    if (!wanted) return tl::make_unexpected(wanted.error());
    return Scan(connection, std::move(*wanted), deadline).run();
}

}  // namespace mmm::net::mysql
