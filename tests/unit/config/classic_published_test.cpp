#include <algorithm>
#include <fstream>
#include <sstream>

#include "core/config/render.hpp"
#include "core/config/toml.hpp"
#include "tests/unit/config/classic_cases.hpp"

using namespace mmm::config;
using test::Files;

namespace {

/// Files that people published, and the tutorial with the five hosts, lie beside the repository, not in it.
const std::string kShared = std::string(MMM_SOURCE_DIR) + "/../shared/";

/// Nothing, with a warning, when the file isn't there.
std::string shared(const std::string& name) {
    std::ifstream in(kShared + name);
    std::ostringstream out;
    out << in.rdbuf();
    if (out.str().empty()) WARN("not checked, as it isn't there: " << kShared + name);
    return out.str();
}

/// The configuration files that the tutorial shows: what is indented below `vi /etc/mysql-mmm/NAME`.
Files article() {
    Files files;
    std::istringstream in(shared("seed-article.md"));
    const std::string begin = "    vi /etc/mysql-mmm/";
    std::string name;
    for (std::string line; std::getline(in, line);) {
        const bool indented = line.starts_with("    ");
        if (line.starts_with(begin))
            name = line.substr(begin.size(), line.find_last_not_of(" \r") + 1 - begin.size());
        else if (!indented && line.find_first_not_of(" \r") != std::string::npos)
            name.clear();
        else if (!name.empty())
            files[name] += (indented ? line.substr(4) : "") + "\n";
    }
    return files;
}

/// `text` with each glued line replaced by what its finding says to write.
std::string mended(std::string text, const std::vector<Finding>& findings) {
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) lines.push_back(line);
    for (const auto& finding : findings) {
        if (finding.severity != Severity::fault || finding.where.file != "t.conf") continue;
        std::string& line = lines.at(finding.where.line - 1);
        const auto& remedy = finding.remedy;
        if (remedy.starts_with("write \""))
            line = remedy.substr(7, remedy.size() - 8);
        else
            line.insert(line.find("_password") + 9, " ");
    }
    text.clear();
    for (const auto& line : lines) text += line + "\n";
    return text;
}

}  // namespace

TEST_CASE("what people published gets a sensible answer") {
    struct Case {
        const char* file;
        Purpose purpose;
        Files includes;  ///< which of the other files stands for what it includes
        std::string expected;
    };
    const std::vector<Case> cases{
        {"01-mmm_common.conf",
         Purpose::any,
         {},
         "t.conf:6:5: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may stay\n"},
        {"02-mmm_mon.conf",
         Purpose::monitor,
         {{"mmm_common.conf", "01-mmm_common.conf"}},
         "mmm_common.conf:6:5: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may "
         "stay\n"
         "t.conf:8:25: doubt: only db2 is in ping_ips: while it is down, the monitor believes to have no network and "
         "moves nothing; add the other hosts, or the router\n"},
        {"03-mmm_tools.conf",
         Purpose::agent,
         {{"mmm_agent.conf", "08-mmm_agent.conf"}},
         "mmm_agent.conf:6:12: fault: \"pid_path\" has the placeholder %PREFIX%, which nobody replaced; write what "
         "stands for %PREFIX%, like /usr/lib/mysql-mmm\n"
         "mmm_agent.conf:7:2: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may stay\n"
         "t.conf:3:1: doubt: <copy_method scp>, <copy_method rdiff>, <copy_method ssh-gz>, default_copy_method, "
         "clone_dirs, ssh_user, lvm_snapshot_size, lvm_logical_volume, lvm_volume_group, lvm_mount_dir, "
         "lvm_mount_opts, tools_user, tools_password, backup_dir and restore_dir have no effect, being of MMM's backup "
         "tools, which have no successor here; the lines may stay\n"},
        {"07-mmm_mon.conf",
         Purpose::monitor,
         {},
         "t.conf:7:12: fault: \"bin_path\" has the placeholder %PREFIX%, which nobody replaced; write what stands for "
         "%PREFIX%, like /usr/lib/mysql-mmm\n"
         "t.conf:8:12: fault: \"pid_path\" has the placeholder %PREFIX%, which nobody replaced; write what stands for "
         "%PREFIX%, like /usr/lib/mysql-mmm\n"
         "t.conf:9:15: fault: \"status_path\" has the placeholder %PREFIX%, which nobody replaced; write what stands "
         "for %PREFIX%, like /usr/lib/mysql-mmm\n"},
        {"08-mmm_agent.conf",
         Purpose::agent,
         {},
         "t.conf:6:12: fault: \"pid_path\" has the placeholder %PREFIX%, which nobody replaced; write what stands for "
         "%PREFIX%, like /usr/lib/mysql-mmm\n"
         "t.conf:7:2: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may stay\n"},
        {"13-mmm_common.conf",
         Purpose::any,
         {},
         "t.conf:7:5: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may stay\n"},
        {"14-mmm_mon_test_mmm.conf",
         Purpose::monitor,
         {{"mmm_common_test_mmm.conf", "13-mmm_common.conf"}},
         "mmm_common_test_mmm.conf:7:5: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line "
         "may stay\n"
         "t.conf:1:69: doubt: what follows \"#\" is taken as a comment here, as in lines 4, 5, 6, 7, 8, 9, 10, 14, 15, "
         "19, 20, 21 and 24; the old programs take it as part of the value; put comments on lines of their own\n"
         "t.conf:15:23: doubt: \"monitor_password\" is taken as the 11 characters before \" #\", and the rest as a "
         "comment; the old programs take it all; write comments on lines of their own; a password with \" #\" in it "
         "can only be written in TOML\n"
         "t.conf:19:23: doubt: <check mysql> has timeout 2 s and check_period 2 s; as a check must end before the next "
         "begins, its timeout is 1.8 s; write a shorter timeout\n"
         "t.conf:21:23: doubt: \"max_backlog\" has no effect in <check mysql>; move it to <check rep_backlog>\n"},
        {"16-mmm_common.conf",
         Purpose::any,
         {},
         "t.conf:6:5: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may stay\n"
         "t.conf:7:41: doubt: what follows \"#\" is taken as a comment here, as in line 9; the old programs take it as "
         "part of the value; put comments on lines of their own\n"
         "t.conf:16:13: fault: db1 is its own peer; write the other master's name: \"peer db2\"\n"
         "t.conf:22:13: fault: db2 is its own peer; write the other master's name: \"peer db1\"\n"},
        {"18-broken_notes.conf",
         Purpose::monitor,
         {},
         "t.conf:2:1: fault: <host> has no name; write <host default> for values that all share\n"
         "t.conf:29:2: fault: \"mode\" has no value; write \"mode exclusive\" or \"mode balanced\"\n"
         "t.conf:38:2: fault: the monitor has no ip; add \"ip ADDRESS\" to <monitor>\n"
         "t.conf:39:12: fault: the elements of \"ping_ips\" are separated by blanks alone; write \"ping_ips "
         "192.168.0.100, 192.168.0.101, 192.168.0.102\"\n"
         "t.conf:41:2: fault: <host defult> is neither the template nor a host with an ip; write <host default>\n"
         "t.conf:41:2: doubt: <host default> stands behind <host db1> in line 9, which it fills in all the same; write "
         "it before them\n"},
        {"20-mmm_mon.conf",
         Purpose::monitor,
         {{"mmm_common.conf", "01-mmm_common.conf"}},
         "mmm_common.conf:6:5: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may "
         "stay\n"
         "t.conf:24:9: doubt: what follows \"#\" is taken as a comment here; the old programs take it as part of the "
         "value; put comments on lines of their own\n"},
    };
    for (const auto& each : cases) {
        INFO(each.file);
        const std::string text = shared(std::string("real-configs/") + each.file);
        if (text.empty()) continue;
        Files files;
        for (const auto& [name, stands] : each.includes) files[name] = shared("real-configs/" + stands);
        CHECK(format_of(text) == Format::classic);
        CHECK(test::classic_findings(text, each.purpose, files) == each.expected);
        const auto loaded = test::classic(text, files);
        CHECK(read_toml("t.toml", render(loaded.config, Secrets::shown)).config == loaded.config);
    }
}

TEST_CASE("the tutorial's own text, whose tabs were lost, is told line by line") {
    const Files files = article();
    if (files.empty()) return;
    REQUIRE(files.size() == 3);
    CHECK(test::classic_findings(files.at("mmm_common.conf"), Purpose::any) ==
          "t.conf:5:1: fault: \"pid_path/var/run/mysql-mmm/mmm_agentd.pid\" lacks the blank behind \"pid_path\"; write "
          "\"pid_path /var/run/mysql-mmm/mmm_agentd.pid\"\n"
          "t.conf:6:1: fault: \"bin_path/usr/libexec/mysql-mmm/\" lacks the blank behind \"bin_path\"; write "
          "\"bin_path /usr/libexec/mysql-mmm/\"\n"
          "t.conf:6:1: doubt: \"bin_path\" has no effect: the agent runs no helper programs; the line may stay\n"
          "t.conf:7:1: fault: \"replication_userreplication\" lacks the blank behind \"replication_user\"; write "
          "\"replication_user replication\"\n"
          "t.conf:8:1: fault: \"replication_password\" and its value stand together; write a blank between them\n"
          "t.conf:15:1: fault: \"modemaster\" lacks the blank behind \"mode\"; write \"mode master\"\n"
          "t.conf:16:1: fault: \"peerdb2\" lacks the blank behind \"peer\"; write \"peer db2\"\n"
          "t.conf:21:1: fault: \"modemaster\" lacks the blank behind \"mode\"; write \"mode master\"\n"
          "t.conf:22:1: fault: \"peerdb1\" lacks the blank behind \"peer\"; write \"peer db1\"\n"
          "t.conf:27:1: fault: \"modeslave\" lacks the blank behind \"mode\"; write \"mode slave\"\n"
          "t.conf:32:1: fault: \"modeslave\" lacks the blank behind \"mode\"; write \"mode slave\"\n"
          "t.conf:38:1: fault: \"modeexclusive\" lacks the blank behind \"mode\"; write \"mode exclusive\"\n"
          "t.conf:38:15: doubt: what follows \"#\" is taken as a comment here, as in line 44; the old programs take it "
          "as part of the value; put comments on lines of their own\n"
          "t.conf:44:1: fault: \"modebalanced\" lacks the blank behind \"mode\"; write \"mode balanced\"\n");
    // What they include has the same faults under its own name.
    const auto own = [&](const std::string& name, Purpose purpose) {
        std::string out;
        for (const auto& finding : all_findings(test::classic(files.at(name), files), purpose)) {
            if (finding.where.file == "t.conf") out += text(finding) + "\n";
        }
        return out;
    };
    CHECK(own("mmm_agent.conf", Purpose::agent) ==
          "t.conf:2:12: doubt: what follows \"#\" is taken as a comment here; the old programs take it as part of the "
          "value; put comments on lines of their own\n");
    CHECK(
        own("mmm_mon.conf", Purpose::monitor) ==
        "t.conf:5:1: fault: \"pid_path/var/run/mysql-mmm/mmm_mond.pid\" lacks the blank behind \"pid_path\"; write "
        "\"pid_path /var/run/mysql-mmm/mmm_mond.pid\"\n"
        "t.conf:6:1: fault: \"bin_path/usr/libexec/mysql-mmm\" lacks the blank behind \"bin_path\"; write \"bin_path "
        "/usr/libexec/mysql-mmm\"\n"
        "t.conf:8:1: fault: \"ping_ips192.168.10.131,192.168.10.132,192.168.10.133,192.168...\" lacks the blank behind "
        "\"ping_ips\"; write \"ping_ips 192.168.10.131,192.168.10.132,192.168.10.133,192.168.10.133,192.168.10.134\"\n"
        "t.conf:8:54: doubt: 192.168.10.133 stands in ping_ips twice; remove one\n"
        "t.conf:8:84: doubt: what follows \"#\" is taken as a comment here, as in line 9; the old programs take it as "
        "part of the value; put comments on lines of their own\n"
        "t.conf:12:1: fault: \"monitor_usermmm_monitor\" lacks the blank behind \"monitor_user\"; write \"monitor_user "
        "mmm_monitor\"\n"
        "t.conf:13:1: fault: \"monitor_password\" and its value stand together; write a blank between them\n");
}

TEST_CASE("the tutorial's text works once each line is written as its finding says") {
    Files files = article();
    if (files.empty()) return;
    std::string& common = files.at("mmm_common.conf");
    common = mended(common, test::classic(common).findings);
    std::string& monitor = files.at("mmm_mon.conf");
    monitor = mended(monitor, test::classic(monitor, files).findings);
    CHECK_FALSE(has_fault(all_findings(test::classic(files.at("mmm_agent.conf"), files), Purpose::agent)));
    const auto loaded = test::classic(monitor, files);
    CHECK_FALSE(has_fault(all_findings(loaded, Purpose::monitor)));
    CHECK(loaded.config.hosts.size() == 4);
    CHECK(loaded.config.host("db1")->peer == "db2");
    CHECK(loaded.config.host("db4")->monitor.password == "monitor");
    CHECK(loaded.config.host("db4")->replication.user == "replication");
    CHECK(loaded.config.monitor.ping_ips.size() == 5);
    CHECK(loaded.config.monitor.auto_set_online == std::chrono::seconds(10));
    CHECK(loaded.config.slots().size() == 3);
}
