#include "core/monitor/version1.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace mmm::monitor {
namespace {

namespace v1 = proto::v1;

/// Between two rounds of questions; each is three short connections to an agent that serves one at a time.
constexpr Duration kRoundPeriod{1000};
/// An order that was refused is told again after this.
constexpr Duration kTellAgain{2000};

}  // namespace

std::string why_not_version1(const config::Config& config, const State& state, const HostName& host) {
    if (!state.hosts.at(host).version2 || config.security.names_version1(host)) return "";
    return fmt::format(
        "it spoke version 2 before, and answers by version 1 now: not obeyed, as anybody could. Start mmm's agent "
        "there; if {} went back to MMM 2.2, write it into version1_peers below [security], and restart the monitor",
        host);
}

Version1Talk::Version1Talk(const config::Config& config, HostName host) : config_(config), host_(std::move(host)) {}

v1::AgentStatus Version1Talk::told_by(const proto::Order& order) const {
    v1::AgentStatus told{order.state, {}, active_master_};
    for (const auto& [slot, epoch] : order.slots) {
        told.roles.insert(slot);
        // The new writer learns from its role that it is the active master, before it is observed to be.
        if (config_.is_writer_slot(slot)) told.active_master = host_;
    }
    return told;
}

void Version1Talk::set_order(const proto::Order& order) {
    if (!order.active_master.empty()) active_master_ = order.active_master;
    order_ = order;
    told_ = told_by(order);
    accepted_ = 0;
    tell_at_ = Time{Duration::min()};
    overtaken_ = asked_ == Command::set_status;
}

Version1Talk::Command Version1Talk::next_command() const {
    if (bad_roles_) return Command::clear_bad_roles;
    return round_;
}

std::optional<std::string> Version1Talk::next_line(Time now) {
    if (asked_) return std::nullopt;
    const bool tell = order_ && accepted_ != order_->sequence && now >= tell_at_;
    if (!tell && now < next_at_) return std::nullopt;
    asked_ = tell ? Command::set_status : next_command();
    return v1::encode(v1::Request{*asked_, host_, told_});
}

Result<Version1Talk::Heard> Version1Talk::take_answer(const std::string& line, Time now) {
    const auto reply = v1::decode_reply(line);
    if (!reply) {
        fail(now);
        return tl::make_unexpected(reply.error());
    }
    if (!asked_) return Heard{};
    const Command asked = *std::exchange(asked_, std::nullopt);
    if (asked == Command::set_status) {
        take_set_status(*reply, now);
        return Heard{};
    }
    if (!reply->ok) {
        fail(now);
        return mmm::fail(Code::refused, std::string(word(asked)) + " was refused: " + reply->text);
    }
    Heard heard;
    switch (asked) {
        case Command::ping:
            heard.speaks_version2 = reply->text == v1::kPingedByUs;
            round_ = Command::get_agent_status;
            break;
        case Command::get_agent_status: {
            auto status = v1::agent_status(reply->fields);
            if (!status) return tl::make_unexpected(status.error());
            agent_ = std::move(*status);
            round_ = Command::get_system_status;
            break;
        }
        case Command::get_system_status: {
            const auto system = v1::system_status(reply->fields);
            if (!system) return tl::make_unexpected(system.error());
            heard.status = observed(*system, reply->uptime);
            round_ = Command::ping;
            next_at_ = now + kRoundPeriod;
            note_bad_roles(*system);
            break;
        }
        case Command::clear_bad_roles:
            bad_roles_ = false;
            break;
        case Command::set_status:
            break;
    }
    return heard;
}

void Version1Talk::fail(Time now) {
    asked_.reset();
    round_ = Command::ping;
    bad_roles_ = false;
    next_at_ = now + kRoundPeriod;
}

void Version1Talk::take_set_status(const v1::Reply& reply, Time now) {
    if (std::exchange(overtaken_, false)) return;
    problem_ = reply.ok ? "" : "SET_STATUS was refused: " + reply.text;
    if (!reply.ok) {
        tell_at_ = now + kTellAgain;
        return;
    }
    accepted_ = order_->sequence;
    // What was shown before may be from before.
    round_ = Command::get_agent_status;
    next_at_ = now;
}

/// An agent that was restarted has forgotten what it was told, which shows in what it repeats.
proto::AgentStatus Version1Talk::observed(const v1::SystemStatus& system, Duration uptime) {
    if (accepted_ != 0 && agent_ != told_) accepted_ = 0;
    proto::AgentStatus status;
    status.version1 = true;
    status.version = "1";
    status.order = accepted_;
    status.state = agent_.state;
    status.active_master = agent_.active_master;
    status.present = system.roles;
    status.source = system.source;
    status.uptime = uptime;
    status.problem = problem_;
    // "Not writable" may as well be a server that couldn't be asked.
    if (system.writable) status.read_only = false;
    for (const auto& slot : agent_.roles) {
        const bool ours = accepted_ != 0 && order_->slots.contains(slot);
        status.granted[slot] = ours ? order_->slots.at(slot) : 0;
    }
    for (const auto& [slot, epoch] : status.granted) {
        if (!config_.is_writer_slot(slot)) continue;
        const bool holds = system.writable && system.roles.contains(slot);
        status.writer = holds ? proto::WriterPhase::holding : proto::WriterPhase::arriving;
    }
    const bool leftover = std::any_of(system.roles.begin(), system.roles.end(), [&](const Slot& slot) {
        return config_.is_writer_slot(slot) && !agent_.roles.contains(slot);
    });
    if (leftover) status.writer = proto::WriterPhase::leaving;
    return status;
}

/// Addresses left by a killed agent stay for ever unless it is told to clear them. Only once it knows its roles.
void Version1Talk::note_bad_roles(const v1::SystemStatus& system) {
    const bool bad = std::any_of(system.roles.begin(), system.roles.end(),
                                 [&](const Slot& slot) { return !told_.roles.contains(slot); });
    bad_roles_ = accepted_ != 0 && bad;
}

}  // namespace mmm::monitor
