#include "tests/unit/config/generated.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/config/keys.hpp"
#include "core/config/ratio_text.hpp"
#include "core/config/spelling.hpp"

namespace mmm::config::test {

namespace {

std::string joined(const std::vector<std::string>& words) {
    std::string out;
    for (const auto& word : words) out += (out.empty() ? "" : ", ") + word;
    return out;
}

/// The value behind a classic key; empty when there is nothing to write.
std::string value_text(const Field& field) {
    if (const auto words = choices(field); !words.empty())
        return std::visit(
            [&]<class T>(const T* value) {
                if constexpr (std::is_enum_v<T>) return std::string(words[static_cast<std::size_t>(*value)]);
                return std::string();
            },
            field);
    if (auto* const* text = std::get_if<std::string*>(&field)) return **text;
    if (auto* const* flag = std::get_if<bool*>(&field)) return **flag ? "yes" : "0";
    if (auto* const* number = std::get_if<unsigned*>(&field)) return std::to_string(**number);
    if (auto* const* port = std::get_if<std::uint16_t*>(&field)) return std::to_string(**port);
    if (auto* const* time = std::get_if<Duration*>(&field)) return time_text(Format::classic, **time);
    if (auto* const* address = std::get_if<Address*>(&field))
        return (*address)->is_unspecified() ? "" : (*address)->text();
    if (auto* const* ratio = std::get_if<Ratio*>(&field)) return ratio_text(**ratio);
    if (auto* const* names = std::get_if<std::vector<std::string>*>(&field)) return joined(**names);
    std::vector<std::string> texts;
    for (const auto& address : *std::get<std::vector<Address>*>(field)) texts.push_back(address.text());
    return joined(texts);
}

template <class Section>
std::string lines(Section section, std::mt19937& random, std::string_view without = {}) {
    std::vector<std::string> out;
    constexpr std::array<const char*, 4> kBetween{" ", "\t\t", "   ", " \t "};
    for (const auto& key : keys<Section>()) {
        if (key.field == nullptr || key.name == without) continue;
        const std::string value = value_text(key.field(section));
        if (value.empty()) continue;
        std::string line = fmt::format("  {}{}{}", key.name, kBetween[random() % 4], value);
        if (random() % 4 == 0) line += " \t";
        if (random() % 8 == 0) line += key.trait == Trait::secret ? "" : "  # a remark";
        out.push_back(line + (random() % 16 == 0 ? "\r\n" : "\n"));
        if (random() % 8 == 0) out.back() += "\n  # <host db1>\n";
    }
    std::shuffle(out.begin(), out.end(), random);
    std::string all;
    for (const auto& line : out) all += line;
    return all;
}

std::string section(const std::string& title, const std::string& body) {
    return fmt::format("<{}>\n{}</{}>\n", title, body, title.substr(0, title.find(' ')));
}

}  // namespace

Duration Generated::time(std::int64_t least, std::int64_t most) {
    const auto milliseconds = std::uniform_int_distribution<std::int64_t>(least, most)(random_);
    return Duration(coin() ? milliseconds : std::max(least, milliseconds / 1000 * 1000));
}

Address Generated::address() {
    const auto byte = static_cast<std::uint8_t>(1 + below(250));
    if (below(4) > 0) return Address::v4({192, 168, 10, byte});
    return Address::v6({0x20, 0x01, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, byte});
}

std::vector<Address> Generated::addresses(std::size_t most) {
    std::vector<Address> out(below(most + 1));
    for (auto& each : out) each = address();
    return out;
}

std::string Generated::name() {
    constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
    std::string out;
    for (std::size_t i = 0; i < 1 + below(9); ++i) out += kLetters[below(i == 0 ? 52 : kLetters.size())];
    return "n" + out;
}

std::vector<std::string> Generated::names(std::size_t most) {
    std::vector<std::string> out(below(most + 1));
    for (auto& each : out) each = name();
    return out;
}

std::string Generated::text() {
    const std::array<const char*, 12> parts{"a", "z", "0",        "\"",           "\\",  "'",
                                            "=", "%", "\xc3\xa9", "\xe4\xb8\xbb", "a b", "x#y"};
    std::string out;
    for (std::size_t i = 0; i < 1 + below(8); ++i) out += parts[below(parts.size())];
    return "t" + out;
}

Account Generated::account() {
    Account out;
    if (coin()) out.user = text();
    if (coin()) out.password = text();
    if (below(4) == 0) out.password_file = path();
    if (below(4) == 0) out.password_credential = name();
    return out;
}

Host Generated::host(const std::string& name) {
    Host out;
    out.name = name;
    out.ip = coin() ? address() : Address();
    out.mode = coin() ? HostMode::master : HostMode::slave;
    if (coin()) out.peer = this->name();
    if (coin()) out.cluster_interface = "eth" + std::to_string(below(10));
    out.agent_port = static_cast<std::uint16_t>(1 + below(65535));
    out.mysql_port = static_cast<std::uint16_t>(1 + below(65535));
    if (coin()) out.mysql_socket = path();
    out.mysql_tls = static_cast<MysqlTls>(below(4));
    if (coin()) out.mysql_ca = path();
    out.mysql_get_public_key = coin();
    out.agent = account();
    out.monitor = account();
    out.replication = account();
    if (coin()) out.replication_channel = this->name();
    if (coin()) out.pid_path = path();
    if (coin()) out.state_path = path();
    return out;
}

Role Generated::role(const std::string& name) {
    Role out;
    out.name = name;
    out.mode = coin() ? RoleMode::exclusive : RoleMode::balanced;
    out.hosts = names(4);
    out.ips = addresses(5);
    if (coin()) out.prefer = this->name();
    out.minimum = static_cast<unsigned>(below(101));
    return out;
}

Check Generated::check() {
    Check out;
    out.check_period = time(100, 3'600'000);
    out.trap_period = time(0, 604'800'000);
    out.timeout = Duration(50 + static_cast<std::int64_t>(below(static_cast<std::size_t>(
                                    std::min<std::int64_t>(out.check_period.count() - 50, 599'000)))));
    return out;
}

Monitor Generated::monitor() {
    Monitor out;
    out.ip = coin() ? address() : Address();
    out.port = static_cast<std::uint16_t>(1 + below(65535));
    if (coin()) out.status_path = path();
    if (coin()) out.journal_path = path();
    if (coin()) out.pid_path = path();
    out.ping_ips = addresses(4);
    out.ping_interval = time(100, 60'000);
    out.flap_count = 1 + static_cast<unsigned>(below(1000));
    out.flap_duration = time(1000, 2'592'000'000);
    out.auto_set_online = coin() ? Duration(0) : time(0, 2'592'000'000);
    out.replication_grace = time(0, 86'400'000);
    if (coin()) out.bin_path = path();
    if (coin() || !out.bin_path.empty()) out.kill_host_bin = out.bin_path + path();
    out.kill_host_timeout = time(1000, 600'000);
    out.careful_startup = coin();
    out.mode = static_cast<MonitorMode>(below(4));
    out.wait_for_other_master = time(0, 86'400'000);
    out.act_on_hard_evidence = coin();
    out.offline_stops_replication = coin();
    return out;
}

Config Generated::config() {
    Config out;
    if (coin()) out.cluster = name();
    if (coin()) out.self = name();
    if (coin()) out.active_master_role = name();
    out.debug = coin();
    out.max_kill_retries = static_cast<unsigned>(below(601));
    out.drain_timeout = time(1000, 3'600'000);
    out.end_privileged = coin();
    out.events_follow_writer = coin();
    out.semi_sync_stuck = coin() ? SemiSyncStuck::alarm : SemiSyncStuck::async;
    out.semi_sync_stuck_after = time(1000, 3'600'000);
    out.on_drain_timeout = static_cast<OnDrainTimeout>(below(3));
    out.lease = time(1000, 60'000);
    out.drift.ppm = static_cast<std::uint32_t>(10 + below(49'991));
    out.monitor = monitor();
    out.quorum.voters = names(5);
    out.quorum.on_loss = coin() ? OnLoss::demote : OnLoss::hold;
    out.quorum.version1_orders = coin();
    out.socket.type = coin() ? SocketType::plain : SocketType::ssl;
    if (coin()) out.socket.cert_file = path();
    if (coin()) out.socket.ca_file = path();
    if (coin()) out.security.key_file = path();
    if (coin()) out.security.read_key_file = path();
    if (coin()) out.security.ca_file = path();
    if (coin()) out.security.cert_file = path();
    if (coin()) out.security.cert_key_file = path();
    out.security.plain = coin();
    out.security.version1_peers = names(3);
    for (const auto& each : names(6)) out.hosts[each] = host(each);
    for (const auto& each : names(4)) out.roles[each] = role(each);
    for (const auto& [kind, word] : kCheckWords) out.checks[kind] = check();
    out.checks[CheckKind::rep_backlog].max_backlog = time(0, 2'592'000'000);
    if (coin()) out.checks[CheckKind::rep_backlog].heartbeat_table = name() + "." + name();
    return out;
}

std::string classic_text(const Config& config, std::mt19937& random) {
    std::vector<std::string> parts{lines(config, random), section("monitor", lines(config.monitor, random)),
                                   section("quorum", lines(config.quorum, random)),
                                   section("socket", lines(config.socket, random)),
                                   section("security", lines(config.security, random))};
    for (const auto& [name, host] : config.hosts) parts.push_back(section("host " + name, lines(host, random)));
    for (const auto& [name, role] : config.roles) parts.push_back(section("role " + name, lines(role, random)));
    for (const auto& [kind, check] : config.checks) {
        const auto* without = kind == CheckKind::rep_backlog ? "" : "max_backlog";
        parts.push_back(section("check " + std::string(word(kind)), lines(check, random, without)));
    }
    // A template that every host overrides, or that says what the default is, changes nothing.
    parts.push_back("<host default>\n  agent_port 9989\n</host>\n");
    std::shuffle(parts.begin(), parts.end(), random);
    std::string out = random() % 2 == 0 ? "\xef\xbb\xbf" : "";
    for (const auto& part : parts) out += part;
    if (random() % 2 == 0 && out.ends_with('\n')) out.pop_back();
    return out;
}

}  // namespace mmm::config::test
