#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/model/gtid.hpp"
#include "core/proto/read_losses.hpp"

namespace mmm::net::mysql {

/// One row of SHOW BINLOG EVENTS.
struct BinlogEvent {
    std::string type;
    std::string info;
    std::uint64_t position = 0;
};

/// Picks some transactions out of a binary log's events, of either dialect. It knows nothing of servers.
class LostEvents {
  public:
    explicit LostEvents(GtidSet wanted) : wanted_(std::move(wanted)) {}

    /// The next event, in the log's order.
    void take(const std::string& file, const BinlogEvent& event);

    /// All that is wanted was seen, and its end; or as many as are told at all.
    [[nodiscard]] bool done() const { return !inside_ && (full() || missing().empty()); }
    [[nodiscard]] bool full() const { return found_.size() >= proto::kMostLost; }
    /// What is wanted and wasn't seen. MariaDB's numbers up to the last that was seen count as seen.
    [[nodiscard]] GtidSet missing() const { return wanted_.without(seen_); }
    [[nodiscard]] const std::vector<proto::LostTransaction>& found() const { return found_; }

  private:
    void begin(const std::string& file, const BinlogEvent& event);
    void add_rows(std::string_view kind, const std::string& info);
    void add_statement(std::string_view text);

    GtidSet wanted_;
    GtidSet seen_;
    std::vector<proto::LostTransaction> found_;
    bool inside_ = false;                          ///< the last transaction that began is wanted
    std::map<std::uint64_t, std::string> tables_;  ///< by the log's number, in this transaction
    std::size_t left_out_ = 0;                     ///< statements of it
};

/// The set that a log's file begins with, from its head: MariaDB's Gtid_list, MySQL's Previous_gtids. False: this event
/// is neither. What can't be read leaves `set` empty.
bool read_head(const BinlogEvent& event, GtidSet& set);

/// May this statement hold a password or another secret? Statements about accounts and about sources, and whatever
/// names something of the kind; rather too many than one too few.
bool may_hold_secret(std::string_view statement);

}  // namespace mmm::net::mysql
