#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "core/model/host.hpp"
#include "core/proto/heartbeat.hpp"

namespace mmm::proto {

/// An echo of one of our rounds that is older than this proves no life. It is what agents live without contact.
inline constexpr Duration kEchoLimit{2000};

/// Tells signs of life from recordings, where a seal proves who made a datagram but not when.
///
/// Each agent process counts its rounds under a random name of its own, and echoes to each peer what it heard of that
/// one last. A datagram is a sign of life if it echoes a round that this process began less than kEchoLimit ago: it was
/// made after that. No clock but our own is needed for this, and nothing has to survive a restart. Within one process
/// of the sender the counter has to rise as well, so that a datagram counts once.
///
/// What is proved this way is echoed; beside it, what was heard last of a process that has proved nothing yet, so that
/// a restarted agent gets its first echo, and recordings can't take the place of one that lives.
class AliveExchange {
  public:
    /// `process`: random, new with each start; see AliveMark.
    explicit AliveExchange(std::string process) : process_(std::move(process)) {}

    /// Begins a round. Its datagrams, one to each peer, are to be sent now.
    void begin_round(Time now);

    /// This round's datagram of `self` to `peer`.
    [[nodiscard]] Alive datagram(const HostName& self, const std::string& cluster, const HostName& peer) const;

    enum class Kind {
        fresh,     ///< a sign of life
        unproved,  ///< authentic, but of unknown age: it echoes nothing, or no recent round of this process
        repeated,  ///< a copy, or overtaken by a later one
    };
    struct Verdict {
        Kind kind = Kind::unproved;
        Duration age{0};  ///< fresh: it was made at most so long ago
        bool operator==(const Verdict&) const = default;
    };
    /// Takes a datagram whose seal and names are right.
    Verdict take(const Alive& alive, Time now);

  private:
    struct Peer {
        std::optional<AliveMark> proved;     ///< the last of the process that echoed us
        std::optional<AliveMark> candidate;  ///< the last of any other process
    };

    [[nodiscard]] std::optional<Duration> age(const std::vector<AliveMark>& echoes, Time now) const;

    std::string process_;
    std::uint64_t counter_ = 0;
    /// When rounds began, the n-th at place n modulo the size; more than begin within kEchoLimit.
    std::array<Time, 64> begun_{};
    std::map<HostName, Peer> peers_;
};

}  // namespace mmm::proto
