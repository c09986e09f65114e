#include "cmd/config_key.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <tuple>

#include "cmd/config_file.hpp"
#include "core/model/cluster_key.hpp"
#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using test::example;
using test::Folder;

namespace {

ClusterKey key(const std::string& name) {
    ClusterKey out{name, {}};
    out.secret.fill(static_cast<std::uint8_t>(name.size() + 65));
    return out;
}

std::string line(const std::string& name) {
    return cluster_key_text(key(name)) + "\n";
}

/// What keeps a program from starting, or "done".
std::string start(config::Config& config, const std::string& path) {
    const auto read = read_cluster_keys(config, path, KeyUse::link);
    return read ? "done" : read.error().message;
}

}  // namespace

TEST_CASE("a key file is read when a program starts, and told about when it can't be used") {
    Folder folder;
    const auto path = folder.write("mmm.toml", example(), 0644);
    auto config = load_config(path)->config;
    const std::string file = folder.path() + "/cluster.key";
    CHECK(start(config, path) == "[security] key_file: cannot open " + file +
                                     ": No such file or directory; make a key by `mmm keygen` and put it there, the "
                                     "same on all hosts");
    folder.write("cluster.key", line("one"), 0640);
    CHECK(start(config, path) == "done");
    CHECK(config.security.keys == std::vector<ClusterKey>{key("one")});
    CHECK(config.security.key_file == file);

    // Read again, from anywhere: a bad file leaves the old key in force.
    folder.write("cluster.key", "# changed on Monday\n\n" + line("second") + line("one"), 0640);
    CHECK(start(config, "") == "done");
    CHECK(config.security.keys == std::vector<ClusterKey>{key("second"), key("one")});
    const struct {
        std::string text;
        mode_t mode;
        std::string message;
    } cases[] = {
        {line("one"), 0644,
         file + " holds a secret, but everybody on this host may use it (mode 644); run: chmod 640 " + file},
        {"", 0640, file + " is empty; it should hold the secret on one line"},
        {"# none\n", 0640, file + ": there is no key in it; make one by `mmm keygen`"},
        {"secret\n", 0640,
         file + ": line 1: this is no key of mmm, which begins with mmm-key-1:; make one by `mmm keygen`"},
    };
    for (const auto& each : cases) {
        folder.write("cluster.key", each.text, each.mode);
        CHECK(start(config, "") == "[security] key_file: " + each.message);
        CHECK(config.security.keys.size() == 2);
    }
}

TEST_CASE("without key_file nothing is read") {
    Folder folder;
    const auto path = folder.write("mmm.toml", example("key_file = \"cluster.key\"", "plain = true"), 0644);
    auto config = load_config(path)->config;
    CHECK(start(config, path) == "done");
    CHECK(config.security.keys.empty());
}

TEST_CASE("a key file that is here is checked with the configuration, and one that isn't is no fault") {
    Folder folder;
    const auto path = folder.write("mmm.toml", example(), 0644);
    const auto findings = [&] {
        std::string out;
        const auto file = read_config(path);
        for (const auto& each : file->findings) out += config::text(each) + "\n";
        return out;
    };
    CHECK(findings().empty());
    folder.write("cluster.key", line("one"), 0600);
    CHECK(findings().empty());
    const auto file = folder.write("cluster.key", line("one"), 0660);
    const auto at = [&] {
        const std::string text = test::read(path);
        return path + ":" +
               std::to_string(1 + std::count(text.begin(),
                                             text.begin() + static_cast<std::ptrdiff_t>(text.find("key_file")), '\n')) +
               ":12: fault: ";
    }();
    CHECK(findings() ==
          at + file + " holds a secret, but its group may change it (mode 660); run: chmod 640 " + file + "\n");
    folder.write("cluster.key", "\n" + line("one").substr(0, 40) + "\n", 0640);
    CHECK(findings().find(at + file + ": line 2: the key has 3 parts instead of 4; copy the whole line again\n") == 0);
}

TEST_CASE("mmm ctl takes the key that it may read; a monitor needs both") {
    Folder folder;
    const auto path =
        folder.write("mmm.toml", example("\"cluster.key\"", "\"cluster.key\"\nread_key_file = \"read.key\""), 0644);
    const auto whole = load_config(path)->config;
    const auto read = [&](KeyUse use) {
        config::Config config = whole;
        const auto done = read_cluster_keys(config, path, use);
        return std::tuple{done.has_value(), config.security.keys.size(), config.security.read_keys.size()};
    };
    CHECK(read(KeyUse::ask) == std::tuple{false, 0, 0});
    folder.write("read.key", line("look"), 0640);
    CHECK(read(KeyUse::ask) == std::tuple{true, 0, 1});
    CHECK(read(KeyUse::control) == std::tuple{false, 0, 0});
    folder.write("cluster.key", line("one"), 0640);
    CHECK(read(KeyUse::ask) == std::tuple{true, 1, 1});
    CHECK(read(KeyUse::control) == std::tuple{true, 1, 1});
    CHECK(read(KeyUse::link) == std::tuple{true, 1, 0});
}
