#include "net/mysql/server_watch.hpp"

#include <atomic>
#include <thread>

#include "net/host/boot_clock.hpp"
#include "net/mysql/connection.hpp"
#include "net/mysql/observe.hpp"
#include "net/mysql/semi_sync.hpp"

namespace mmm::net::mysql {
namespace {

constexpr Duration kLightPeriod{200};
constexpr Duration kFullPeriod{1000};
constexpr Duration kSemiSyncPeriod{5000};
/// A healthy server answers these questions in a millisecond, a loaded one in a few hundred.
constexpr Duration kAnswerLimit{1000};
/// The server tells whole seconds, and takes a moment to tell them.
constexpr Duration kSameStart{2500};

proto::Server server_of(const Error& error) {
    switch (error.code) {
        case Code::unreachable:
            return proto::Server::down;
        case Code::timeout:
            return proto::Server::hung;
        default:
            return proto::Server::unknown;  // it lives, but says nothing about itself to us
    }
}

}  // namespace

class ServerWatch::Impl {
  public:
    Impl(Endpoint endpoint, std::function<void(ServerLook)> on_look)
        : endpoint_(std::move(endpoint)), on_look_(std::move(on_look)), thread_([this] { run(); }) {}

    ~Impl() {
        ending_ = true;
        canceller_->cancel();
        wake_.set();
        thread_.join();
    }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void look_now() const { wake_.set(); }
    void look_now(std::uint64_t number) {
        number_ = number;
        wake_.set();
    }

  private:
    void run() {
        while (!ending_) {
            const Time began = boot_now();
            const Error gone = look();
            if (ending_) return;
            tell(gone);
            (void)connection_.wait_closed_or(began + kLightPeriod, &wake_);
        }
    }

    /// Looks once, connecting if need be. Returns why the server isn't up; an empty message: it is.
    Error look() {
        if (!connection_.connected()) {
            is_new_session_ = true;
            full_at_ = boot_now();
            if (auto opened = connection_.open(endpoint_, boot_now() + kAnswerLimit); !opened) return opened.error();
        }
        if (wake_.is_set()) {
            wake_.clear();
            full_at_ = boot_now();
        }
        const Time deadline = boot_now() + kAnswerLimit;
        seen_.complete = false;
        const auto switches = observe_light(connection_, deadline);
        if (!switches) return switches.error();
        seen_.read_only = switches->read_only;
        seen_.clients_only = !connection_.server().is_mariadb() && !switches->super_read_only;
        return boot_now() < full_at_ ? Error{} : look_fully(deadline);
    }

    Error look_fully(Time deadline) {
        full_at_ = boot_now() + kFullPeriod;
        const std::uint64_t number = number_;
        const auto view = observe(connection_, deadline);
        incomplete_.clear();
        if (!view && !connection_.connected()) return view.error();
        if (!view) {
            // It is up, but hides what a host needs to come back: a missing privilege, most likely.
            incomplete_ = view.error().message;
            seen_.history = {{}, incomplete_};
            return {};
        }
        seen_.replication = view->replication;
        seen_.position = connection_.server().is_mariadb() ? view->gtid_current_pos : view->gtid_executed;
        seen_.received = connection_.server().is_mariadb() ? view->replication.gtid_io_pos
                                                           : one_line(view->replication.retrieved_gtid_set);
        seen_.history = history_of(*view);
        seen_.events = view->events;
        seen_.server_id = view->server_id;
        seen_.server_uuid = view->server_uuid;
        seen_.gtids = why_no_gtids(view->server, view->gtid_mode).empty();
        seen_.complete = true;
        seen_.look = number;
        if (is_new_session_) note_start(boot_now() - view->uptime);
        look_at_semi_sync(deadline);
        return {};
    }

    /// Where it is off, asking each second would be for nothing. What can't be read counts as off: a proof has to be
    /// seen.
    void look_at_semi_sync(Time deadline) {
        const bool in_use = seen_.semi_sync.enabled || seen_.semi_sync.acknowledges;
        if (!in_use && boot_now() < semi_sync_at_) return;
        semi_sync_at_ = boot_now() + kSemiSyncPeriod;
        seen_.semi_sync = observe_semi_sync(connection_, deadline).value_or(SemiSync{});
    }

    /// Whoever was stopped for a while finds another server behind a lost session. Judged for new sessions only: the
    /// server counts its uptime by the time of day, which may be set.
    void note_start(Time started) {
        if (started_ && started > *started_ + kSameStart) ++restarts_;
        started_ = started;
        is_new_session_ = false;
        seen_.restarts = restarts_;
    }

    void tell(const Error& error) {
        if (error.message.empty()) {
            seen_.server = proto::Server::up;
            seen_.message = incomplete_;
        } else {
            seen_ = ServerLook{};
            semi_sync_at_ = Time{};
            seen_.server = server_of(error);
            seen_.message = error.message;
            seen_.restarts = restarts_;
        }
        on_look_(seen_);
    }

    Endpoint endpoint_;
    std::function<void(ServerLook)> on_look_;
    std::atomic<bool> ending_ = false;
    std::atomic<std::uint64_t> number_ = 0;  ///< that look_now() was given last
    std::shared_ptr<Canceller> canceller_ = std::make_shared<Canceller>();
    Wake wake_;
    Connection connection_{canceller_};
    ServerLook seen_;
    bool is_new_session_ = true;
    std::optional<Time> started_;  ///< when the server did
    unsigned restarts_ = 0;
    std::string incomplete_;  ///< why the last full look failed
    Time full_at_{};
    Time semi_sync_at_{};  ///< when to look whether it is on
    std::thread thread_;   // last: it uses all of the above
};

ServerWatch::ServerWatch(Endpoint endpoint, std::function<void(ServerLook)> on_look)
    : impl_(std::make_unique<Impl>(std::move(endpoint), std::move(on_look))) {}

ServerWatch::~ServerWatch() = default;

void ServerWatch::look_now() {
    impl_->look_now();
}

void ServerWatch::look_now(std::uint64_t number) {
    impl_->look_now(number);
}

}  // namespace mmm::net::mysql
