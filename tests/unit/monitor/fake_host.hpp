#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "core/config/config.hpp"
#include "core/proto/order.hpp"
#include "core/proto/status.hpp"
#include "tests/unit/monitor/five_hosts.hpp"
#include "tests/unit/monitor/lease_agent.hpp"

namespace mmm::monitor::test {

/// One database host with an honest agent: it does what it is ordered after `takes`, holds addresses for 2 s after its
/// last contact, and its kernel drops them within another second when it can't any more.
class FakeHost {
  public:
    enum class Mysqld { up, down, hung };

    HostName name;
    Mysqld mysqld = Mysqld::up;
    bool agent_runs = true;
    bool agent_frozen = false;
    bool power = true;
    bool cable = true;          ///< to everybody
    bool monitor_route = true;  ///< to the monitor, beside the cable
    bool replicates = true;     ///< both threads run
    bool lags = false;
    bool can_catch_up = true;    ///< as a new writer
    bool rejoining = false;      ///< its replication wasn't seen to work since it came back
    bool has_late_rows = false;  ///< committed transactions as the writer that nobody else received, or took them
    bool own_domains = false;    ///< each master writes in a GTID domain of its own
    bool gtids = true;           ///< as on MySQL with gtid_mode=ON
    std::uint32_t sql_error = 0;
    Duration takes{100};    ///< to arrive, to leave
    bool version1 = false;  ///< an agent of MMM 2.2: hears nobody, holds what it has for ever, says little
    Time booted{};
    HostName source = "db1";  ///< whom it replicates from; empty: nobody
    std::uint32_t auto_increment_increment = 2;
    std::uint32_t auto_increment_offset = 1;

    std::optional<LeaseAgent> leases{};        ///< its part in leases; nothing: it takes none
    std::deque<lease::Message> lease_inbox{};  ///< requests and grants on the way

    bool linked = false;                    ///< the monitor's link is up, as this side sees it
    std::deque<proto::Order> inbox;         ///< orders on the way
    std::deque<proto::AgentStatus> outbox;  ///< what it said, on the way
    Time monitor_heard{};
    Time contact{};  ///< heard the monitor or another agent
    std::set<HostName> hears;

    [[nodiscard]] const Slots& present() const { return present_; }
    [[nodiscard]] bool writable() const { return mysqld == Mysqld::up && !read_only_; }
    /// Does it hold the slot, or can it still come to do so by what it knows or has coming?
    [[nodiscard]] bool may_hold(const Slot& slot) const {
        if (present_.contains(slot)) return true;
        if (!agent_runs || agent_frozen) return false;
        const auto ordered = [&slot](const proto::Order& order) { return order.slots.contains(slot); };
        return granted_.contains(slot) || (linked && std::any_of(inbox.begin(), inbox.end(), ordered));
    }

    void start_agent(Time now) {
        agent_runs = true;
        agent_frozen = false;
        // What it finds it keeps, and doesn't know since when; what a lease put only if that isn't over for certain.
        if (leases) present_ = resume(now);
        granted_.clear();
        for (const auto& slot : present_) granted_[slot] = 0;
        state_ = HostState::unknown;
        active_master_.clear();
        writer_ = holds_writer() ? proto::WriterPhase::holding : proto::WriterPhase::none;
        ordered_ = granted_;
        drop_link();
    }
    /// As if an earlier monitor had given it the slot.
    void begin_with(const Slot& slot, Epoch epoch) {
        present_.insert(slot);
        granted_[slot] = epoch;
        state_ = HostState::online;
        if (leases) leases->by_contact.insert(slot);
        if (slot != kWriter) return;
        writer_ = proto::WriterPhase::holding;
        read_only_ = false;
    }
    void kill_agent() {
        agent_runs = false;
        drop_link();
    }
    void power_off() {
        kill_agent();
        power = false;
        mysqld = Mysqld::down;
        present_.clear();
        read_only_ = true;
    }
    void drop_link() {
        linked = false;
        inbox.clear();
        lease_inbox.clear();
        outbox.clear();
        sequence_ = 0;
        said_.reset();
    }
    void open_link(Time now) {
        drop_link();
        linked = true;
        monitor_heard = now;
    }

    /// Lets time pass: contact, kernel lifetimes, work.
    void pass(Time now) {
        const bool works = agent_runs && !agent_frozen;
        if (!works) return expire(now);
        if (leases) end_leases(now);
        if (linked && now >= monitor_heard + 2s) drop_link();
        const bool by_contact = !leases || !ordered_by_leases_ || !leases->by_contact.empty();
        if (!version1 && by_contact && now >= contact + 2s) let_go();
        if (leases) serve_leased(now);
        work(now);
        if (!leases) return;
        if (ordered_by_leases_) leases->relinquish(ordered_, present_);
        leases->renew(now);
        leases->save();
    }
    void power_on(Time now) {
        power = true;
        booted = now;
        mysqld = Mysqld::up;
        start_agent(now);
    }
    void freeze_agent(Time now) {
        agent_frozen = true;
        frozen_since_ = now;
    }
    void thaw_agent(Time now) {
        agent_frozen = false;
        if (now - frozen_since_ > 1s) drop_link();  // what is still unread may be stale
        if (leases) end_leases(now);
        if (!leases && now >= contact + 2s) let_go();
    }

    void take(const proto::Order& order, Time now) {
        sequence_ = order.sequence;
        state_ = order.state;
        active_master_ = order.active_master;
        ordered_by_leases_ = order.leases;
        ordered_ = order.slots;
        if (leases && !order.leases) leases->hold_by_contact(order.slots);
        if (!leases || !order.leases) grant(order.slots, now);
        if (order.replication == proto::Replication::run && !order.source.empty()) source = order.source;
    }

    [[nodiscard]] proto::AgentStatus status(const Config& config, Time now) const {
        proto::AgentStatus status;
        status.order = sequence_;
        status.state = state_;
        status.granted = granted_;
        status.active_master = active_master_;
        status.present = present_;
        status.server = mysqld == Mysqld::up     ? proto::Server::up
                        : mysqld == Mysqld::down ? proto::Server::down
                                                 : proto::Server::hung;
        if (mysqld == Mysqld::up) {
            status.read_only = read_only_;
            status.position = "0-1-100";
            status.history = std::string(has_late_rows ? "0-1-103" : "0-1-100") + (own_domains ? ",2-2-90" : ",0-2-90");
            status.sql_error = sql_error;
            status.gtids = gtids;
            if (!gtids) status.history_problem = "gtid_mode is OFF";
            status.server_id = static_cast<std::uint32_t>(name.back() - '0');  // db1 is server 1
            status.rejoining = rejoining;
            if (const auto* from = config.host(source)) status.source = from->ip;
        }
        status.writer = writer_;
        status.hears = hears;
        if (version1) {
            status.version1 = true;
            status.server = proto::Server::unknown;
            status.position.clear();
            status.history.clear();
            status.rejoining = false;
        }
        if (writer_ == proto::WriterPhase::arriving && !can_catch_up) status.problem = "can't catch up";
        status.uptime = std::chrono::floor<std::chrono::seconds>(now - booted);
        status.version = "test";
        if (leases) status.lease = leases->report(now);
        return status;
    }
    /// Says it if it is news or due.
    void say(const Config& config, Time now) {
        if (!linked || !agent_runs || agent_frozen) return;
        auto news = status(config, now);
        const bool due = !said_ || now - said_at_ >= 500ms;
        if (!due && without_ages(news) == without_ages(*said_)) return;
        said_ = news;
        said_at_ = now;
        outbox.push_back(std::move(news));
    }

  private:
    [[nodiscard]] bool holds_writer() const { return present_.contains(kWriter); }
    void grant(const std::map<Slot, Epoch>& slots, Time now) {
        if (slots != granted_) work_until_ = now + takes;
        granted_ = slots;
    }
    /// Nobody renews the addresses: the kernel removes each at the end of its lifetime.
    void expire(Time now) {
        if (version1) return;
        std::erase_if(present_, [&](const Slot& slot) {
            const auto until = leases ? leases->lasts(slot) : std::nullopt;
            return now >= until.value_or(contact + 3s);
        });
    }
    /// What a starting agent goes on with.
    Slots resume(Time now) {
        Slots kept = leases->start(present_, now);
        for (const auto& slot : leases->by_contact) kept.insert(slot);
        return kept;
    }
    void end_leases(Time now) {
        for (const auto& slot : leases->lapse(now)) {
            present_.erase(slot);
            granted_.erase(slot);
            if (slot != kWriter) continue;
            writer_ = proto::WriterPhase::none;
            read_only_ = true;
        }
    }
    void serve_leased(Time now) {
        if (ordered_by_leases_) grant(leases->served(ordered_), now);
    }
    void let_go() {
        granted_.clear();
        if (leases) leases->by_contact.clear();
        present_.clear();
        writer_ = proto::WriterPhase::none;
        read_only_ = true;
        drop_link();
    }
    void work(Time now) {
        const bool wanted = granted_.contains(kWriter);
        if (wanted && writer_ != proto::WriterPhase::holding) writer_ = proto::WriterPhase::arriving;
        if (!wanted && writer_ != proto::WriterPhase::none) writer_ = proto::WriterPhase::leaving;
        if (now < work_until_) return;
        Slots kept;
        for (const auto& [slot, epoch] : granted_) {
            if (slot != kWriter) kept.insert(slot);
        }
        if (wanted && (holds_writer() || (mysqld == Mysqld::up && can_catch_up))) {
            read_only_ = false;
            writer_ = proto::WriterPhase::holding;
            kept.insert(kWriter);
        } else if (!wanted) {
            read_only_ = true;
            writer_ = proto::WriterPhase::none;
        }
        present_ = kept;
    }

    std::map<Slot, Epoch> granted_;
    std::map<Slot, Epoch> ordered_;
    bool ordered_by_leases_ = false;
    Slots present_;
    proto::WriterPhase writer_ = proto::WriterPhase::none;
    bool read_only_ = true;
    HostState state_ = HostState::unknown;
    HostName active_master_;
    std::uint64_t sequence_ = 0;
    Time work_until_{};
    Time frozen_since_{};
    std::optional<proto::AgentStatus> said_;
    Time said_at_{};
};

}  // namespace mmm::monitor::test
