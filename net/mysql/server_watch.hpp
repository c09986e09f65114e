#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/model/semi_sync.hpp"
#include "core/proto/status.hpp"
#include "net/mysql/endpoint.hpp"
#include "net/mysql/history.hpp"
#include "net/mysql/replication_status.hpp"

namespace mmm::net::mysql {

/// What one look at a server showed.
struct ServerLook {
    proto::Server server = proto::Server::unknown;
    std::optional<bool> read_only;  ///< while it is up
    bool clients_only = false;      ///< read_only doesn't hold for privileged users (MySQL without super_read_only)
    std::optional<ReplicationStatus> replication;
    History history;
    std::uint32_t server_id = 0;
    std::string server_uuid;  ///< MySQL
    bool gtids = true;        ///< false: MySQL without gtid_mode=ON
    std::string events;       ///< event_scheduler: ON, OFF or DISABLED; empty: unknown
    bool complete = false;    ///< everything was read in this look, not only read_only
    std::string received;     ///< what its replication received, applied or not; empty: nothing, or unknown
    std::string position;     ///< GTID position of all that it has; empty: unknown
    unsigned restarts = 0;    ///< of the server since this watch began, also those that no look fell into
    std::string message;      ///< why it isn't up, or what can't be looked at, for people
    SemiSync semi_sync{};
    std::uint64_t look = 0;  ///< the last number given to look_now() before the last complete look began
};

/// The agent's eye on its own server: a thread with a connection of its own. Looks at read_only five times a second, at
/// the rest once a second, and notices at once when the server closes the connection. Tells every look.
class ServerWatch {
  public:
    /// `on_look` runs on the watch's thread.
    ServerWatch(Endpoint endpoint, std::function<void(ServerLook)> on_look);
    /// Ends the thread at once, whatever the server does.
    ~ServerWatch();
    ServerWatch(const ServerWatch&) = delete;
    ServerWatch& operator=(const ServerWatch&) = delete;

    /// Looks at everything now: something was changed. From any thread.
    void look_now();
    /// The same; looks are told with that number from then on. Numbers ascend.
    void look_now(std::uint64_t number);

  private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace mmm::net::mysql
