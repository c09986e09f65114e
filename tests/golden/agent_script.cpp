#include "tests/golden/agent_script.hpp"

#include <stdexcept>

#include "tests/golden/dialogues.hpp"

namespace mmm::agent::test {

namespace {

using mmm::test::rest_of;
using mmm::test::unknown;
using mmm::test::word_of;

std::map<Slot, Epoch> read_grants(const std::string& text) {
    std::map<Slot, Epoch> grants;
    std::istringstream list(text);
    for (std::string item; std::getline(list, item, ',');) {
        const auto at = item.find('@');
        if (at == std::string::npos) unknown("grant (no @epoch)", item);
        grants[read_slot(item.substr(0, at))] = std::stoull(item.substr(at + 1));
    }
    return grants;
}

Slots read_slots(std::istringstream& line) {
    Slots slots;
    std::istringstream list(word_of(line));
    for (std::string item; std::getline(list, item, ',');) {
        if (item != "none") slots.insert(read_slot(item));
    }
    return slots;
}

proto::Replication read_replication(const std::string& text) {
    if (text == "leave") return proto::Replication::leave;
    if (text == "run") return proto::Replication::run;
    if (text == "stop") return proto::Replication::stop;
    unknown("replication", text);
}

proto::Server read_server(const std::string& text) {
    if (text == "unknown") return proto::Server::unknown;
    if (text == "up") return proto::Server::up;
    if (text == "down") return proto::Server::down;
    if (text == "hung") return proto::Server::hung;
    unknown("server", text);
}

Code read_code(const std::string& text) {
    if (text == "timeout") return Code::timeout;
    if (text == "unreachable") return Code::unreachable;
    if (text == "refused") return Code::refused;
    if (text == "io") return Code::io;
    unknown("code", text);
}

OrderReceived read_order(std::istringstream& line) {
    proto::Order order;
    order.state = HostState::online;
    for (const auto& [key, value] : read_fields(line)) {
        if (key == "seq") {
            order.sequence = std::stoull(value);
        } else if (key == "state") {
            order.state = host_state(value).value();
        } else if (key == "slots") {
            order.slots = read_grants(value);
        } else if (key == "active") {
            order.active_master = value;
        } else if (key == "replication") {
            order.replication = read_replication(value);
        } else if (key == "source") {
            order.source = value;
        } else if (key == "catch_up") {
            order.catch_up = value;
        } else if (key == "catch_up_from") {
            order.catch_up_from = value;
        } else if (key == "fetch") {
            order.fetch = value;
        } else if (key == "fetch_from") {
            order.fetch_from = value;
        } else if (key == "late_drain") {
            order.late_drain = value == "promote" ? proto::LateDrain::promote : proto::LateDrain::wait;
        } else if (key == "leases") {
            order.leases = value == "1";
        } else if (key == "losses") {
            order.losses = value;
        } else if (key == "alone") {
            order.alone = value == "1";
        } else {
            unknown("order field", key);
        }
    }
    return {order};
}

ServerSeen read_server_seen(std::istringstream& line) {
    ServerSeen seen;
    seen.server = read_server(word_of(line));
    for (const auto& [key, value] : read_fields(line)) {
        if (key == "read_only") {
            seen.read_only = value == "1";
        } else if (key == "source") {
            seen.source = Address::parse(value).value();
        } else if (key == "threads") {  // io,sql
            seen.io_running = value.find("io") != std::string::npos;
            seen.sql_running = value.find("sql") != std::string::npos;
            seen.replication_error = value.find("error") != std::string::npos;
        } else if (key == "sql_error") {
            seen.sql_error = static_cast<std::uint32_t>(std::stoul(value));
        } else if (key == "position") {
            seen.position = value;
        } else {
            unknown("server field", key);
        }
    }
    return seen;
}

TaskDone read_done(std::istringstream& line) {
    TaskDone done;
    done.id = std::stoull(word_of(line));
    const std::string outcome = word_of(line);
    if (outcome == "ok") {
        done.outcome = std::string{};
        const auto fields = read_fields(line);
        if (const auto position = fields.find("position"); position != fields.end()) done.position = position->second;
        if (const auto read = fields.find("read"); read != fields.end())
            done.losses.transactions.push_back({read->second, "mysql-bin.000003:1234"});
        if (const auto lacks = fields.find("lacks"); lacks != fields.end()) done.losses.problem = lacks->second;
        if (const auto lost = fields.find("lost"); lost != fields.end()) done.lost = lost->second;
    } else {
        const Code code = read_code(outcome);
        std::string why = rest_of(line);
        if (const auto lost = why.find(" lost="); lost != std::string::npos) {
            done.lost = why.substr(lost + 6);
            why.erase(lost);
        }
        done.outcome = fail(code, why);
    }
    return done;
}

}  // namespace

std::map<std::string, std::string> read_fields(std::istringstream& line) {
    std::map<std::string, std::string> fields;
    for (std::string word = word_of(line); !word.empty(); word = word_of(line)) {
        const auto equals = word.find('=');
        if (equals == std::string::npos) unknown("field", word);
        fields[word.substr(0, equals)] = word.substr(equals + 1);
    }
    return fields;
}

Slot read_slot(const std::string& text) {
    const auto open = text.find('(');
    if (open == std::string::npos || text.back() != ')') unknown("slot", text);
    return {text.substr(0, open), Address::parse(text.substr(open + 1, text.size() - open - 2)).value()};
}

Duration read_duration(const std::string& text) {
    const auto count = std::stol(text);
    if (text.ends_with("ms")) return Duration{count};
    if (text.ends_with("s")) return std::chrono::seconds{count};
    unknown("duration", text);
}

Event read_event(std::istringstream& line) {
    const std::string kind = word_of(line);
    if (kind == "started") {
        const Slots present = read_slots(line);
        const auto before = line.tellg();
        if (word_of(line) == "lasting") return Started{present, present};
        line.clear();
        if (before != std::istringstream::pos_type(-1)) line.seekg(before);
        return Started{present};
    }
    if (kind == "version1") {
        const auto id = std::stoull(word_of(line));
        return Version1Asked{id, rest_of(line)};
    }
    if (kind == "echo") return EchoHeard{};
    if (kind == "link-opened") return LinkOpened{};
    if (kind == "link-closed") return LinkClosed{rest_of(line)};
    if (kind == "monitor") return MonitorHeard{};
    if (kind == "order") return read_order(line);
    if (kind == "peer") return PeerHeard{word_of(line)};
    if (kind == "addresses") return AddressesSeen{read_slots(line)};
    if (kind == "address-failed") {
        const Slot slot = read_slot(word_of(line));
        return AddressFailed{slot, Error{Code::io, rest_of(line), 0}};
    }
    if (kind == "server") return read_server_seen(line);
    if (kind == "done") return read_done(line);
    if (kind == "progress") {
        const auto id = std::stoull(word_of(line));
        const auto left = std::stoull(word_of(line));
        return TaskProgress{id, left, rest_of(line)};
    }
    if (kind == "tick") return Tick{};
    if (kind == "stopping") return Stopping{};
    unknown("event", kind);
}

}  // namespace mmm::agent::test
