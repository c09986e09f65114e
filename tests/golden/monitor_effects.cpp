#include "tests/golden/monitor_effects.hpp"

#include <set>
#include <sstream>

#include "core/monitor/change_text.hpp"

namespace mmm::monitor::test {

namespace {

std::string quoted(const std::string& text) {
    return text.find(' ') == std::string::npos ? text : '"' + text + '"';
}

std::string order_text(const SendOrder& effect) {
    const proto::Order& order = effect.order;
    std::string text =
        "order " + effect.host + " #" + std::to_string(order.sequence) + " " + std::string(word(order.state));
    std::string slots;
    for (const auto& [slot, epoch] : order.slots)
        slots += (slots.empty() ? "" : ",") + slot.text() + "@" + std::to_string(epoch);
    text += " slots=" + (slots.empty() ? "none" : slots);
    text += " active=" + (order.active_master.empty() ? "none" : order.active_master);
    if (order.replication == proto::Replication::stop) {
        text += " replication=stop";
    } else {
        text += " source=" + (order.source.empty() ? "kept" : order.source);
    }
    if (!order.catch_up.empty()) text += " catch_up=" + order.catch_up;
    if (!order.catch_up_from.empty()) text += " catch_up_from=" + order.catch_up_from;
    if (order.freeze != proto::Freeze::no)
        text += order.freeze == proto::Freeze::forced ? " freeze=forced" : " freeze=careful";
    if (!order.await.empty()) text += " await=" + order.await;
    if (!order.losses.empty()) text += " losses=" + order.losses;
    if (!order.fetch_from.empty()) text += " fetch=" + order.fetch + " fetch_from=" + order.fetch_from;
    if (order.late_drain == proto::LateDrain::wait) text += " late_drain=wait";
    if (order.late_drain == proto::LateDrain::promote) text += " late_drain=promote";
    if (order.leases) text += " leases";
    return order.alone ? text + " alone" : text;
}

std::string log_text(const Log& log) {
    std::string text = log.level == LogLevel::error     ? "error: "
                       : log.level == LogLevel::warning ? "warning: "
                                                        : "info: ";
    text += log.message;
    for (const auto& [key, value] : log.fields) text += " " + key + "=" + quoted(value);
    return text;
}

std::string lease_text(const SendLease& sent) {
    if (const auto* request = std::get_if<lease::PromiseRequest>(&sent.message))
        return "promise? " + sent.to + " " + request->slot.text() + "@" + request->epoch.text() + " for " +
               request->target;
    if (const auto* grant = std::get_if<lease::Grant>(&sent.message))
        return "grant " + sent.to + " " + grant->slot.text() + "@" + grant->epoch.text();
    if (const auto* reply = std::get_if<lease::PromiseReply>(&sent.message))
        return "promise " + sent.to + " " + reply->slot.text() + "@" + reply->epoch.text() +
               (reply->refusal == lease::Refusal::none ? "" : " refused");
    return "";
}

std::string answer_text(const AnswerAdmin& answer) {
    std::istringstream lines(answer.reply.text);
    std::string text = "answer exit=" + std::to_string(answer.reply.exit);
    for (std::string line; std::getline(lines, line);) text += "\n        | " + line;
    return text;
}

std::string or_nobody(const HostName& host) {
    return host.empty() ? "nobody" : host;
}

/// The log says what the record says, but for its timeline; what is only under way is left out.
std::string journal_text(const AppendJournal& append) {
    const auto entry = parse_entry(append.line);
    if (!entry) return "journal WRONG: " + entry.error().message;
    if (const auto* settled = std::get_if<Settlement>(&*entry)) {
        return "journal account #" + std::to_string(settled->number) + " of #" + std::to_string(settled->of);
    }
    if (const auto* decision = std::get_if<LateDecision>(&*entry)) {
        return "journal #" + std::to_string(decision->number) + " " + std::string(word(decision->what)) + " of " +
               decision->host + " writer=" + or_nobody(decision->writer) + " who=" + or_nobody(decision->who) + " " +
               decision->gtids + (decision->reason.empty() ? "" : ": " + decision->reason);
    }
    const auto* change = std::get_if<WriterChange>(&*entry);
    if (change == nullptr) return "";
    std::string text = "journal #" + std::to_string(change->number) + " " + std::string(word(change->kind)) + " " +
                       or_nobody(change->from) + "@" + std::to_string(change->epoch_before) + "->" + change->to + "@" +
                       std::to_string(change->epoch_after);
    for (const auto& step : change->timeline)
        text += " " + std::to_string(step.at.count()) + ":" + step.what + "/" + or_nobody(step.host);
    return text;
}

std::string changed_lines(const std::string& before, const std::string& after) {
    std::set<std::string> old;
    std::istringstream old_lines(before);
    for (std::string line; std::getline(old_lines, line);) old.insert(line);
    std::string text;
    std::istringstream lines(after);
    for (std::string line; std::getline(lines, line);) {
        if (!old.contains(line)) text += "  " + line;
    }
    return text;
}

}  // namespace

std::string EffectWriter::text(const Effect& effect) {
    if (const auto* save = std::get_if<SaveStatus>(&effect)) {
        return "save" + changed_lines(std::exchange(saved_, save->text), save->text);
    }
    if (const auto* tell = std::get_if<TellReload>(&effect)) return "tell " + tell->host + " to read keys again";
    if (std::holds_alternative<ReloadSecurity>(effect)) return "read keys and certificates again";
    if (const auto* append = std::get_if<AppendJournal>(&effect)) return journal_text(*append);
    if (const auto* order = std::get_if<SendOrder>(&effect)) return order_text(*order);
    if (const auto* check = std::get_if<CheckNow>(&effect)) return "check-now " + check->host;
    if (const auto* save = std::get_if<SaveRecord>(&effect))
        return "record" + changed_lines(std::exchange(record_, save->text), save->text);
    if (const auto* sent = std::get_if<SendLease>(&effect)) return lease_text(*sent);
    if (const auto* kill = std::get_if<KillHost>(&effect))
        return "kill " + kill->host + " ping=" + (kill->ping ? "1" : "0");
    if (const auto* answer = std::get_if<AnswerAdmin>(&effect)) return answer_text(*answer);
    const auto& log = std::get<Log>(effect);
    return log.level == LogLevel::debug ? "" : log_text(log);
}

}  // namespace mmm::monitor::test
