#include "core/config/keys.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "core/config/duration_text.hpp"
#include "core/config/render.hpp"
#include "tests/unit/config/cases.hpp"

using namespace mmm::config;

namespace {

/// Fields of one kind of section are all different places.
template <class Section>
void check_section() {
    Section section;
    std::set<std::string_view> names;
    std::set<const void*> places;
    for (const auto& key : keys<Section>()) {
        INFO(key.name);
        CHECK(names.insert(key.name).second);
        CHECK_FALSE(key.meaning.empty());
        CHECK(key.bounds.least <= key.bounds.most);
        if (key.field == nullptr) continue;
        const Field field = key.field(section);
        CHECK(places.insert(std::visit([](auto* value) -> const void* { return value; }, field)).second);
        // Whatever has a range starts inside of it.
        std::optional<std::int64_t> start;
        if (auto* const* duration = std::get_if<mmm::Duration*>(&field)) start = (*duration)->count();
        if (auto* const* number = std::get_if<unsigned*>(&field)) start = **number;
        if (auto* const* port = std::get_if<std::uint16_t*>(&field)) start = **port;
        if (auto* const* ratio = std::get_if<Ratio*>(&field)) start = (*ratio)->ppm;
        CHECK(start.has_value() == (key.bounds.most != 0));
        if (start) CHECK((*start >= key.bounds.least && *start <= key.bounds.most));
    }
}

std::string findings_text(const Loaded& loaded) {
    std::string out;
    for (const auto& finding : all_findings(loaded)) out += text(finding) + "\n";
    return out;
}

}  // namespace

TEST_CASE("each key stands once, goes to a field of its own and begins within its bounds") {
    check_section<Config>();
    check_section<Monitor>();
    check_section<Host>();
    check_section<Role>();
    check_section<Check>();
    check_section<Quorum>();
    check_section<Socket>();
    check_section<Security>();
}

TEST_CASE("the reference has every key with type and default") {
    std::string all;
    for (const auto& row : key_rows())
        all += row.section + " " + row.name + " " + row.type + " " + row.default_text + "\n";
    for (const auto* line : {" cluster text \n",
                             " active_master_role text \"writer\"\n",
                             "[monitor] ip address required\n",
                             "[monitor] port port 9988\n",
                             "[monitor] ping_ips list of addresses \n",
                             "[monitor] flap_duration duration \"1h\"\n",
                             "[monitor] careful_startup true or false true\n",
                             "[monitor] mode \"active\", \"manual\", \"wait\" or \"passive\" \"active\"\n",
                             "[host.NAME] agent_port port 9989\n",
                             "[host.NAME] agent_user text required\n",
                             "[host.NAME] mysql_tls \"off\", \"preferred\", \"required\" or \"verify\" \"preferred\"\n",
                             "[host.NAME] mysql_ca text \n",
                             "[host.NAME] mysql_get_public_key true or false false\n",
                             "[role.NAME] hosts list of names required\n",
                             "[check.NAME] timeout duration \"500ms\"\n",
                             " on_drain_timeout \"keep\", \"promote\" or \"stop\" \"keep\"\n",
                             " lease duration \"2s\"\n",
                             " drift percentage \"0.1%\"\n",
                             "[quorum] voters list of names \n",
                             "[quorum] on_loss \"demote\" or \"hold\" \"demote\"\n",
                             "[host.NAME] state_path text \n",
                             "[socket] type \"plain\" or \"ssl\" \"plain\"\n",
                             "[security] key_file text \n",
                             "[security] plain true or false false\n",
                             "[security] version1_peers list of names \n"}) {
        INFO(line);
        CHECK(all.find(line) != std::string::npos);
    }
}

TEST_CASE("a configuration with nothing but what is required has no doubt about its defaults") {
    const std::string least = R"(
[monitor]
ip = "192.168.10.135"
ping_ips = ["192.168.10.1"]
[defaults.host]
agent_user = "a"
agent_password = "a"
monitor_user = "m"
monitor_password = "m"
replication_user = "r"
replication_password = "r"
[host.a]
ip = "192.168.10.131"
mode = "master"
peer = "b"
[host.b]
ip = "192.168.10.132"
mode = "master"
peer = "a"
[role.writer]
hosts = ["a", "b"]
ips = ["192.168.10.128"]
[security]
plain = true
)";
    CHECK(findings_text(read_toml("least.toml", least)).empty());
}

TEST_CASE("what is printed reads as the same configuration, every key changed") {
    std::string text = test::kClean;
    const auto put = [&](const std::string& after, const std::string& lines) {
        const auto at = text.find(after);
        REQUIRE(at != std::string::npos);
        text.insert(at + after.size(), lines);
    };
    put("[role.reader]\n", "");
    put("[host.db3]\n",
        "cluster_interface = \"bond0\"\nagent_port = 1\nmysql_port = 65535\nmysql_socket = \"/run/m "
        "\\\"x\\\"\\\\.sock\"\nmysql_tls = \"verify\"\nmysql_ca = \"ca.pem\"\n"
        "agent_password = \"\xc3\xa9 '#\\\"\\\\\"\nmonitor_password_credential = \"mon\"\npid_path = \"/run/a.pid\"\n"
        "state_path = \"/srv/a.state\"\n");
    put("ping_ips = [\"192.168.10.1\", \"192.168.10.131\"]\n",
        "port = 1234\nstatus_path = \"/a\"\njournal_path = \"/j\"\naudit_path = \"/u\"\ncontrol_socket = "
        "\"/s\"\npid_path = \"/b\"\nping_interval = "
        "\"700ms\"\nflap_count = 7\n"
        "flap_duration = \"2h\"\nauto_set_online = \"90s\"\nreplication_grace = \"3s\"\nkill_host_timeout = "
        "\"9s\"\nbin_path = \"/opt\"\n"
        "careful_startup = false\nmode = \"wait\"\nwait_for_other_master = \"0s\"\nact_on_hard_evidence = false\n");
    put("mode = \"exclusive\"\n", "prefer = \"db2\"\n");
    put("[check.default]\n", "max_backlog = \"7s\"\n");
    text =
        "cluster = \"shop\"\nthis = \"db2\"\ndebug = true\nmax_kill_retries = 3\ndrain_timeout = \"5s\"\n"
        "on_drain_timeout = \"promote\"\nend_privileged = true\nevents_follow_writer = true\nlease = "
        "\"3s\"\ndrift = \"0.02%\"\n" +
        text +
        "[check.ping]\ntimeout = \"300ms\"\n[quorum]\nvoters = [\"db1\", \"db2\", \"monitor\"]\n"
        "on_loss = \"hold\"\nversion1_orders = true\n[socket]\ntype = \"plain\"\n\n";
    const std::string plain = "plain = true\n";
    text.replace(text.find(plain), plain.size(), "key_file = \"cluster.key\"\nread_key_file = \"read.key\"\n");
    const auto loaded = read_toml("t.toml", text);
    CHECK(findings_text(loaded).empty());
    CHECK(loaded.config.monitor.kill_host_bin == "/opt/monitor/kill_host");

    const auto again = read_toml("p.toml", render(loaded.config, Secrets::shown));
    CHECK(findings_text(again).empty());
    CHECK(again.config == loaded.config);

    const auto hidden = render(loaded.config, Secrets::hidden);
    CHECK(hidden.find("agent_password = \"***\"\n") != std::string::npos);
    CHECK(hidden.find("'#") == std::string::npos);
}
