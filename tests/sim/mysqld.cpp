#include "tests/sim/mysqld.hpp"

#include <algorithm>

namespace mmm::sim {
namespace {

constexpr int kDiverged = 1236;
constexpr Span kLockLook = 50ms;
/// No server is back earlier than this after it died.
constexpr Span kStartTime = 1s;

}  // namespace

void Mysqld::start() {
    if (health_ != Health::down) return;
    if (const Moment ready = died_ + kStartTime; timeline_.time() < ready) {
        timeline_.after(ready - timeline_.time(), [this, life = life_] {
            if (life == life_) start();
        });
        return;
    }
    health_ = Health::up;
    read_only_ = starts_read_only;
    ++life_;
    ++starts_;
    io = sql = source.has_value() && starts_replication;
    started_since_restart = io;
    on_change();
}

void Mysqld::crash() {
    ++life_;
    if (health_ == Health::down) return;
    health_ = Health::down;
    died_ = timeline_.time();
    const auto lost = std::exchange(queued_, {});
    relay.clear();  // fetched again by GTID
    io = io_connected = sql = false;
    io_error = sql_error = 0;  // the server remembers none over a restart
    locked_until = Moment{};
    on_change();
    for (const auto& statement : lost)
        statement.done(fail(Code::unreachable, "lost connection during the query", 2013));
    on_lost();
}

void Mysqld::hang() {
    if (health_ == Health::up) health_ = Health::hung;
    on_change();
}

void Mysqld::go_on() {
    if (health_ != Health::hung) return;
    health_ = Health::up;
    for (const auto& statement : std::exchange(queued_, {})) {
        statement.work();
        statement.done({});
    }
    on_change();
}

void Mysqld::set_read_only(bool on) {
    if (read_only_ == on) return;
    read_only_ = on;
    on_change();
}

void Mysqld::execute(std::function<void()> work, Done done) {
    if (health_ == Health::down) {
        timeline_.after(random_.between(100us, 1ms), [done = std::move(done)] {
            done(fail(Code::unreachable, "can't connect: connection refused", 111));
        });
        return;
    }
    const auto run = [this, life = life_, work = std::move(work), done = std::move(done)] {
        if (life != life_) return done(fail(Code::unreachable, "lost connection during the query", 2013));
        if (health_ == Health::hung) {
            queued_.push_back({work, done});
        } else {
            work();
            done({});
        }
    };
    timeline_.after(random_.between(200us, latency_most), run);
}

void Mysqld::execute_alone(Span patience, std::function<void()> work, Done done) {
    const Moment give_up = timeline_.time() + patience;
    // A statement that waits for a lock goes on waiting in the server, whatever becomes of who asked.
    const auto wait = [this, give_up, work = std::move(work), done = std::move(done)](const auto& self) -> void {
        execute([] {},
                [this, give_up, work, done, self](const Result<void>& reached) {
                    if (!reached) return done(reached);
                    if (timeline_.time() >= locked_until) {
                        work();
                        return done({});
                    }
                    if (timeline_.time() >= give_up)
                        return done(fail(Code::timeout, "read_only couldn't be set: locks are in the way", 1205));
                    timeline_.after(kLockLook, [self] { self(self); });
                });
    };
    wait(wait);
}

void Mysqld::append(const Transaction& transaction) {
    if (!known_.insert(transaction).second) return;
    log_.push_back(transaction);
    last_[transaction.server] = transaction.sequence;
}

void Mysqld::write() {
    if (!up() || read_only_) return;
    append({log_.empty() ? 1 : log_.back().sequence + 1, id_});
}

std::string Mysqld::history() const {
    std::string text;
    for (const auto& [server, sequence] : last_) {
        text += (text.empty() ? "" : ",") + Transaction{sequence, server}.text();
    }
    return text;
}

bool Mysqld::diverged_from(const Mysqld& other) const {
    return std::any_of(log_.rbegin(), log_.rend(), [&](const auto& entry) { return !other.has(entry); });
}

void Mysqld::copy(const Mysqld& from) {
    log_ = from.log_;
    known_ = from.known_;
    last_ = from.last_;
    replicated_ = log_.empty() ? std::nullopt : std::optional(log_.back());
    relay.clear();
    io_error = sql_error = 0;
    io_connected = false;
}

std::optional<Transaction> Mysqld::received() const {
    if (!relay.empty()) return relay.back();
    return replicated_;
}

void Mysqld::point_at(Node new_source, bool with_own_position) {
    source = new_source;
    own_position = with_own_position;
    relay.clear();
    io_connected = false;
}

void Mysqld::start_threads() {
    // By GTID all is asked for anew then.
    if (!io && !sql) relay.clear();
    if (!io) io_connected = false;
    io = sql = source.has_value();
    io_error = sql_error = 0;
    started_since_restart = true;
}

void Mysqld::connect_to(const Mysqld& from) {
    std::optional<Transaction> start = own_position && !log_.empty() ? std::optional(log_.back()) : replicated_;
    if (!relay.empty()) start = relay.back();
    next_ = 0;
    if (start) {
        const auto found = std::find(from.log_.begin(), from.log_.end(), *start);
        if (found == from.log_.end()) {
            io = false;
            io_error = kDiverged;
            return;
        }
        next_ = static_cast<std::size_t>(found - from.log_.begin()) + 1;
    }
    io_connected = true;
}

void Mysqld::replicate(Mysqld& from, const Network& network) {
    if (!up()) return;
    if (io) {
        const bool reached = network.open_both_ways(node_, from.node_) && network.powered[from.node_];
        if (reached && from.health() == Health::down) io_connected = false;
        if (reached && from.up()) {
            if (!io_connected || next_ > from.log_.size()) connect_to(from);
            for (; io && next_ < from.log_.size(); ++next_) {
                if (from.log_[next_].server != id_) relay.push_back(from.log_[next_]);
            }
        }
    }
    while (sql && !relay.empty() && timeline_.time() >= lags_until) {
        replicated_ = relay.front();
        append(relay.front());
        relay.pop_front();
    }
}

}  // namespace mmm::sim
