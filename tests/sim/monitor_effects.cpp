#include <algorithm>
#include <array>
#include <utility>

#include "core/lease/record_text.hpp"
#include "core/lease/settings.hpp"
#include "core/proto/lease_codec.hpp"
#include "tests/sim/describe.hpp"
#include "tests/sim/monitor_process.hpp"

// How the monitor's effects are carried out: one function an effect, as in cmd/monitor_effects.cpp.

namespace mmm::sim {
namespace {

constexpr Duration kSaveAgain{1000};

}  // namespace

void MonitorProcess::perform(const monitor::SaveStatus& effect) {
    const auto saved = disk.save(effect.text);
    ground_.note(name_, [&] { return saved ? "-> save status" : "-> save status fails: " + saved.error().message; });
    if (saved) {
        unsaved_.reset();
    } else {
        unsaved_ = effect.text;
        save_again_at_ = clock_.read(ground_.timeline.time()) + kSaveAgain;
    }
    ground_.passing(Point::saved, home_);
}

void MonitorProcess::perform(const monitor::SendOrder& effect) {
    ground_.note(name_, [&] { return "-> order for " + effect.host + " " + describe(effect.order); });
    watch_.ordered(effect.host, effect.order);
    auto& before = ordered_[effect.host];
    const auto lacks = [](const auto& one, const auto& other) {
        return std::any_of(one.begin(), one.end(), [&](const auto& entry) { return !other.contains(entry.first); });
    };
    const Point point = lacks(effect.order.slots, before)   ? Point::granted
                        : lacks(before, effect.order.slots) ? Point::revoked
                                                            : Point::ordered;
    before = effect.order.slots;
    links_.at(node_of(effect.host))->send(effect.order);
    ground_.passing(point, node_of(effect.host));
}

void MonitorProcess::perform(const monitor::SaveRecord& effect) {
    record_text_ = effect.text;
    ground_.passing(Point::recording, home_);
}

void MonitorProcess::save(const std::string& text) {
    const auto saved = record.save(text);
    if (const auto here = record.load()) {
        if (auto read = lease::parse_record(*here)) stored_ = std::move(read->record);
    }
    if (!saved) ground_.note(name_, [&] { return "   the record can't be saved: " + saved.error().message; });
    dispatch(monitor::RecordSaved{saved.has_value(), saved ? "" : saved.error().message});
    ground_.passing(Point::recorded, home_);
}

void MonitorProcess::perform(const monitor::SendLease& effect) {
    ground_.note(name_, [&] { return "-> " + effect.to + ": " + describe(effect.message); });
    watch_.sent(effect.to, effect.message);
    const bool by_link = std::holds_alternative<lease::PromiseRequest>(effect.message) ||
                         std::holds_alternative<lease::Grant>(effect.message);
    if (by_link) {
        links_.at(node_of(effect.to))->send(effect.message);
    } else {
        send_datagram(node_of(effect.to), effect.message);
    }
    constexpr std::array kPointOfMessage{Point::asked, Point::promised, Point::renewed, Point::supported,
                                         Point::granting};
    const bool is_monitors = effect.message.index() == 0 || effect.message.index() == 4;
    ground_.passing(kPointOfMessage.at(effect.message.index()), is_monitors ? node_of(effect.to) : home_);
}

void MonitorProcess::send_datagram(Node to, const lease::Message& message) {
    const auto texts = proto::encode_lease_datagrams({lease::kMonitor, config_.cluster, message});
    for (std::size_t part = 0; texts && part < texts->size(); ++part) {
        ground_.network.datagram(home_, to, [this, to, text = texts->at(part)] {
            if (ground_.datagram_port[to]) ground_.datagram_port[to](home_, text);
        });
    }
}

void MonitorProcess::perform(const monitor::CheckNow& effect) {
    checks_.at(node_of(effect.host))->run_now();
}

void MonitorProcess::perform(const monitor::KillHost& effect) {
    ground_.note(name_, [&] { return "-> kill " + effect.host; });
    // The command is a process of its own: it goes on when the monitor doesn't.
    const auto killed = std::make_shared<bool>(false);
    const auto told = process_.mine(Source::thread, [this, host = effect.host, killed] {
        dispatch(monitor::KillDone{host, *killed, ""});
    });
    ground_.timeline.after(watch_.kill_takes(), [this, host = effect.host, killed, told] {
        *killed = ground_.plant == Plant::lying_kill || watch_.kill(host);
        told();
    });
    ground_.passing(Point::killing, node_of(effect.host));
}

void MonitorProcess::perform(const monitor::AppendJournal& effect) {
    ground_.note(name_, [&] { return "-> journal " + effect.line; });
    journal.push_back(effect.line);
    watch_.recorded(effect.line);
}

void MonitorProcess::perform(const monitor::AnswerAdmin& effect) {
    if (ground_.plant == Plant::mute_monitor && effect.reply.exit != 0) return;
    ground_.note(name_, [&] { return "answers: " + effect.reply.text.substr(0, 120); });
    questions_.erase(effect.id);
}

void MonitorProcess::perform(const monitor::Log& effect) {
    ground_.note(name_, [&] { return describe(effect.level, effect.message, effect.fields); });
}

}  // namespace mmm::sim
