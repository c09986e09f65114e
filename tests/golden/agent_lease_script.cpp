#include "tests/golden/agent_lease_script.hpp"

#include "core/lease/settings.hpp"
#include "tests/golden/agent_script.hpp"
#include "tests/golden/dialogues.hpp"
#include "tests/unit/agent/five_hosts.hpp"

namespace mmm::agent::test {

namespace {

using mmm::test::unknown;
using mmm::test::word_of;
using Fields = std::map<std::string, std::string>;

lease::Epoch read_epoch(const std::string& text) {
    return lease::Epoch::parse(text).value();
}

std::map<Slot, lease::Epoch> read_slot_epochs(const std::string& text) {
    std::map<Slot, lease::Epoch> epochs;
    std::istringstream list(text);
    for (std::string item; std::getline(list, item, ',');) {
        const auto at = item.find('@');
        if (at == std::string::npos) unknown("slot (no @epoch)", item);
        epochs[read_slot(item.substr(0, at))] = read_epoch(item.substr(at + 1));
    }
    return epochs;
}

lease::Refusal read_refusal(const std::string& text) {
    if (text == "silent") return lease::Refusal::silent;
    if (text == "outdated") return lease::Refusal::outdated;
    if (text == "held-by-other") return lease::Refusal::held_by_other;
    unknown("refusal", text);
}

/// `3.monitor/db1/1200ms` or `unknown/500ms`.
lease::SupportReport read_last(const std::string& text) {
    std::istringstream list(text);
    std::string epoch;
    std::string holder;
    std::string age;
    std::getline(list, epoch, '/');
    if (epoch != "unknown") std::getline(list, holder, '/');
    std::getline(list, age, '/');
    if (epoch == "unknown") return {false, {}, {}, read_duration(age)};
    return {true, read_epoch(epoch), holder, read_duration(age)};
}

/// The value of a field; what isn't written has a default.
std::string value(const Fields& fields, const std::string& key, const std::string& otherwise) {
    const auto found = fields.find(key);
    return found == fields.end() ? otherwise : found->second;
}

}  // namespace

std::set<HostName> read_names(const std::string& text) {
    std::set<HostName> names;
    std::istringstream list(text);
    for (std::string name; std::getline(list, name, ',');) names.insert(name);
    return names;
}

LeaseScript::LeaseScript(const config::Config& config) : hash_(lease::voters_of(config).hash()) {}

void LeaseScript::begin(const HostName& self) {
    self_ = self;
    ++nonce_;
    round_.reset();
}

void LeaseScript::complete(Started& started, std::istringstream& line) const {
    const Fields fields = read_fields(line);
    const auto disk = disk_.find(self_);
    started.record = disk == disk_.end() ? settled_record(self_) : disk->second;
    if (const auto notes = notes_.find(self_); notes != notes_.end()) started.noted = notes->second;
    started.nonce = nonce_;
    for (const auto& [key, text] : fields) {
        if (key == "record" && text == "none") {
            started.record.clear();
        } else if (key == "record" && text == "torn") {
            started.record.clear();
            started.record_problem = "its checksum is wrong";
        } else if (key == "record" && text == "other") {
            started.record = settled_record("db2");
        } else if (key == "record" && text == "silent") {
            started.record = lease::record_text({self_, self_, {}});
        } else if (key == "noted" && text == "none") {
            started.noted.clear();
        } else {
            unknown("field of started", key + "=" + text);
        }
    }
}

std::optional<std::vector<Event>> LeaseScript::read(const std::string& kind, std::istringstream& line, Time now) {
    if (kind == "promise-request") return std::vector<Event>{read_promise_request(line)};
    if (kind == "promise") return std::vector<Event>{read_promise(line)};
    if (kind == "grant") return std::vector<Event>{read_grant(line)};
    if (kind == "renewal") return std::vector<Event>{read_renewal(line, now)};
    if (kind == "supports") return supports(read_names(word_of(line)));
    if (kind != "disk") return std::nullopt;
    disk_works_ = word_of(line) == "works";
    return std::vector<Event>{};
}

std::vector<Event> LeaseScript::supports(const std::set<HostName>& voters) {
    std::vector<Event> events;
    if (!round_) return events;
    for (const auto& voter : voters) {
        if (!answered_.insert(voter).second) continue;
        lease::Support support{voter, round_->holder, round_->sent, round_->slots};
        support.nonce = round_->nonce;
        events.emplace_back(LeaseHeard{voter, support});
    }
    return events;
}

std::optional<Event> LeaseScript::follow(const Effect& effect) {
    if (const auto* save = std::get_if<SaveRecord>(&effect)) {
        if (!disk_works_) return RecordSaved{false, "no space left on device"};
        disk_[self_] = save->text;
        return RecordSaved{true};
    }
    if (const auto* note = std::get_if<NoteLeases>(&effect)) notes_[self_] = note->noted;
    const auto* send = std::get_if<SendLease>(&effect);
    if (send == nullptr) return std::nullopt;
    const auto* round = std::get_if<lease::Renewal>(&send->message);
    if (round != nullptr && (!round_ || round_->sent != round->sent)) {
        round_ = *round;
        answered_.clear();
    } else if (round != nullptr) {
        // The part of a round that waited for the disk.
        round_->slots.insert(round->slots.begin(), round->slots.end());
    }
    return std::nullopt;
}

Event LeaseScript::read_promise_request(std::istringstream& line) const {
    const Fields fields = read_fields(line);
    lease::PromiseRequest request{read_slot(fields.at("slot")), read_epoch(fields.at("epoch")),
                                  value(fields, "target", self_), voters_hash(fields)};
    request.regrant_of = read_epoch(value(fields, "regrant_of", "0"));
    return LeaseHeard{value(fields, "from", lease::kMonitor), request};
}

Event LeaseScript::read_promise(std::istringstream& line) const {
    const Fields fields = read_fields(line);
    lease::PromiseReply reply{fields.at("from"), read_slot(fields.at("slot")), read_epoch(fields.at("epoch"))};
    if (fields.contains("refusal")) reply.refusal = read_refusal(fields.at("refusal"));
    reply.highest = std::stoull(value(fields, "highest", "0"));
    reply.last = read_last(value(fields, "last", "unknown/1000s"));
    return LeaseHeard{reply.voter, reply};
}

Event LeaseScript::read_grant(std::istringstream& line) const {
    const Fields fields = read_fields(line);
    lease::Grant grant{value(fields, "target", self_), read_slot(fields.at("slot")), read_epoch(fields.at("epoch"))};
    grant.nonce = fields.contains("nonce") ? std::stoull(fields.at("nonce")) : nonce_;
    grant.voters = voters_hash(fields);
    grant.on_loss = value(fields, "on_loss", "demote") == "hold" ? lease::OnLoss::hold : lease::OnLoss::demote;
    return LeaseHeard{lease::kMonitor, grant};
}

Event LeaseScript::read_renewal(std::istringstream& line, Time now) const {
    const Fields fields = read_fields(line);
    const HostName holder = fields.at("from");
    return LeaseHeard{holder,
                      lease::Renewal{holder, now, voters_hash(fields), read_slot_epochs(fields.at("slots")), 77}};
}

lease::VotersHash LeaseScript::voters_hash(const Fields& fields) const {
    return value(fields, "voters", "same") == "other" ? hash_ + 1 : hash_;
}

}  // namespace mmm::agent::test
