#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/result.hpp"
#include "tests/sim/network.hpp"

namespace mmm::sim {

/// One transaction of domain 0. Ordered as a position is compared: by sequence.
struct Transaction {
    std::uint64_t sequence = 0;
    std::uint32_t server = 0;
    auto operator<=>(const Transaction&) const = default;
    [[nodiscard]] std::string text() const { return "0-" + std::to_string(server) + "-" + std::to_string(sequence); }
};

/// A database server: whether it answers, read_only, its binary log, and its replication.
class Mysqld {
  public:
    enum class Health { up, down, hung };
    using Done = std::function<void(const Result<void>&)>;

    Mysqld(Timeline& timeline, Random random, Node node)
        : timeline_(timeline), random_(random), node_(node), id_(static_cast<std::uint32_t>(node + 1)) {}

    // What happens to it.
    void start();
    void crash();
    void hang();
    /// Goes on after hang(): what was asked meanwhile is done now, in order.
    void go_on();
    std::function<void()> on_change;  ///< health or read_only
    std::function<void()> on_lost;    ///< connections to it were closed: it died

    /// A statement over an established connection: done when the server gets to it. Not done at all if it dies first.
    void execute(std::function<void()> work, Done done);
    /// One that waits for running transactions, at most `patience`.
    void execute_alone(Span patience, std::function<void()> work, Done done);
    /// What replicas, and clients through the writer's address, bring about in the next moment.
    void replicate(Mysqld& source, const Network& network);
    void write();

    [[nodiscard]] Health health() const { return health_; }
    [[nodiscard]] bool up() const { return health_ == Health::up; }
    [[nodiscard]] bool writable() const { return health_ != Health::down && !read_only_; }
    [[nodiscard]] bool read_only() const { return read_only_; }
    void set_read_only(bool on);
    [[nodiscard]] std::uint32_t id() const { return id_; }
    [[nodiscard]] unsigned restarts() const { return starts_; }
    /// gtid_current_pos; `0-1-5`, empty before the first transaction.
    [[nodiscard]] std::string position() const { return log_.empty() ? "" : log_.back().text(); }
    [[nodiscard]] std::string history() const;
    [[nodiscard]] const std::vector<Transaction>& log() const { return log_; }
    [[nodiscard]] bool has(const Transaction& transaction) const { return known_.contains(transaction); }
    /// Does it have anything that the other lacks?
    [[nodiscard]] bool diverged_from(const Mysqld& other) const;
    void copy(const Mysqld& from);

    // Replication, as SHOW SLAVE STATUS has it.
    std::optional<Node> source;
    bool own_position = false;  ///< MASTER_USE_GTID=current_pos
    bool io = false;
    bool io_connected = false;
    bool sql = false;
    int io_error = 0;
    int sql_error = 0;
    bool started_since_restart = false;
    Moment lags_until{};
    std::deque<Transaction> relay;
    [[nodiscard]] std::optional<Transaction> received() const;
    void point_at(Node new_source, bool with_own_position);
    void start_threads();

    // Its settings and its clients.
    bool starts_read_only = true;
    bool starts_replication = true;
    bool refuses_clients = false;  ///< too many connections: new ones fail
    Span latency_most{5000};
    Moment locked_until{};  ///< a client's transaction is in the way of read_only=1

  private:
    void connect_to(const Mysqld& from);
    void append(const Transaction& transaction);

    Timeline& timeline_;
    Random random_;
    Node node_;
    std::uint32_t id_;
    Health health_ = Health::up;
    bool read_only_ = true;
    unsigned life_ = 0;
    unsigned starts_ = 0;
    Moment died_ = Moment{} - 1h;
    struct Statement {
        std::function<void()> work;
        Done done;
    };
    std::vector<Statement> queued_;
    std::vector<Transaction> log_;
    std::set<Transaction> known_;
    std::map<std::uint32_t, std::uint64_t> last_;  ///< gtid_binlog_state
    std::optional<Transaction> replicated_;        ///< gtid_slave_pos
    std::size_t next_ = 0;                         ///< in the source's log
};

}  // namespace mmm::sim
