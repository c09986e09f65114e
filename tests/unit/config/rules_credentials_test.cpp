#include <catch2/catch.hpp>

#include "tests/unit/config/cases.hpp"

using mmm::config::test::Case;
using mmm::config::test::findings_of;

TEST_CASE("every host needs three users with one password each") {
    const std::vector<Case> cases{
        {"no user anywhere",
         {{"agent_user = \"mmm_agent\"\n", ""}},
         "t.toml:5:1: fault: db1, db2, db3 and db4 have no agent_user, the agent's database user; add agent_user = "
         "\"NAME\" to [defaults.host]\n"},
        {"no password anywhere",
         {{"replication_password_file = \"replication.password\"\n", ""}},
         "t.toml:5:1: fault: db1, db2, db3 and db4 have no password for the replication user; add "
         "replication_password_file = \"FILE\", replication_password_credential or replication_password to "
         "[defaults.host]\n"},
        {"an empty password on one host",
         {{"peer = \"db2\"", "peer = \"db2\"\nmonitor_password = \"\""}},
         "t.toml:12:1: fault: db1 has no password for the monitor user; add monitor_password_file = \"FILE\", "
         "monitor_password_credential or monitor_password to [host.db1]\n"},
        {"two sources of a password",
         {{"agent_user = \"mmm_agent\"", "agent_user = \"mmm_agent\"\nagent_password_credential = \"agent\""}},
         "t.toml:7:29: fault: \"agent_password_credential\" of [defaults.host] is given besides agent_password_file; "
         "leave one of them\n"},
        {"a credential with a path",
         {{"agent_password_file = \"agent.password\"", "agent_password_credential = \"/etc/agent\""}},
         "t.toml:7:29: fault: \"agent_password_credential\" of [defaults.host] isn't the name of a credential; write "
         "the name that the unit's LoadCredential= has, without a path\n"},
        {"a password with control characters",
         {{"agent_password_file = \"agent.password\"", "agent_password = \"s3cret\\u0001\""}},
         "t.toml:7:18: fault: \"agent_password\" of [defaults.host] has control characters; write printable characters "
         "only\n"},
        {"a user with control characters",
         {{"agent_user = \"mmm_agent\"", "agent_user = \"a\\nb\""}},
         "t.toml:6:14: fault: \"agent_user\" of [defaults.host] can't be a database user; write 1 to 128 printable "
         "characters\n"},
    };
    for (const auto& each : cases) {
        INFO(each.name);
        CHECK(findings_of(each) == each.expected);
    }
}
