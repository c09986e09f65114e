#include "cmd/config_places.hpp"

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using config::Purpose;
using Words = std::vector<std::string>;

namespace {

/// A root folder with empty files in it.
class Root {
  public:
    explicit Root(const Words& files) {
        for (const auto& file : files) {
            const std::string path = folder_.path() + file;
            std::filesystem::create_directories(std::filesystem::path(path).parent_path());
            std::ofstream(path).flush();
        }
    }
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;
    ~Root() { std::filesystem::remove_all(folder_.path() + "/etc"); }

    [[nodiscard]] const std::string& path() const { return folder_.path(); }
    /// Where the configuration is found, seen from the root; "?" when it isn't.
    [[nodiscard]] std::string find(const ConfigChoice& choice, Purpose purpose) const {
        const auto found = find_config(choice, purpose, path());
        if (!found) return "?";
        return found->path.starts_with(path()) ? found->path.substr(path().size()) : found->path;
    }

  private:
    test::Folder folder_;
};

}  // namespace

TEST_CASE("the places of a configuration follow from program and cluster", "[places]") {
    CHECK(config_places(Purpose::monitor, "") ==
          Words{"/etc/mmm/mmm.toml", "/etc/mmm_mon.conf", "/etc/mmm/mmm_mon.conf", "/etc/mysql-mmm/mmm_mon.conf"});
    CHECK(config_places(Purpose::control, "shop") == Words{"/etc/mmm/shop.toml", "/etc/mmm_mon_shop.conf",
                                                           "/etc/mmm/mmm_mon_shop.conf",
                                                           "/etc/mysql-mmm/mmm_mon_shop.conf"});
    CHECK(config_places(Purpose::agent, "") == Words{"/etc/mmm/mmm.toml", "/etc/mmm_agent.conf",
                                                     "/etc/mmm/mmm_agent.conf", "/etc/mysql-mmm/mmm_agent.conf"});
    CHECK(config_places(Purpose::any, "", "/r").size() == 7);
    CHECK(config_places(Purpose::any, "", "/r").back() == "/r/etc/mysql-mmm/mmm_agent.conf");
}

TEST_CASE("the first place that exists counts", "[places]") {
    struct Case {
        Words files;
        ConfigChoice choice;
        Purpose purpose;
        std::string found;
    };
    for (const Case& c : {
             Case{{"/etc/mmm/mmm.toml", "/etc/mmm_mon.conf"}, {}, Purpose::monitor, "/etc/mmm/mmm.toml"},
             Case{{"/etc/mysql-mmm/mmm_mon.conf", "/etc/mmm/mmm_mon.conf"},
                  {},
                  Purpose::control,
                  "/etc/mmm/mmm_mon.conf"},
             Case{{"/etc/mysql-mmm/mmm_mon.conf", "/etc/mysql-mmm/mmm_agent.conf"},
                  {},
                  Purpose::agent,
                  "/etc/mysql-mmm/mmm_agent.conf"},
             Case{{"/etc/mysql-mmm/mmm_agent.conf"}, {}, Purpose::any, "/etc/mysql-mmm/mmm_agent.conf"},
             Case{{"/etc/mysql-mmm/mmm_agent.conf", "/etc/mysql-mmm/mmm_common.conf"}, {}, Purpose::monitor, "?"},
             Case{{"/etc/mysql-mmm/mmm_mon.conf", "/etc/mysql-mmm/mmm_mon_shop.conf"},
                  {"", "shop"},
                  Purpose::monitor,
                  "/etc/mysql-mmm/mmm_mon_shop.conf"},
             Case{{"/etc/mysql-mmm/mmm_mon.conf", "/etc/mmm/mmm.toml"}, {"", "shop"}, Purpose::monitor, "?"},
         }) {
        CAPTURE(c.files, c.choice.cluster);
        CHECK(Root(c.files).find(c.choice, c.purpose) == c.found);
    }
}

TEST_CASE("a file that is named may lack its .conf, and a bare name is looked for in the classic folders", "[places]") {
    const Root root({"/etc/mysql-mmm/mmm_mon_shop.conf"});
    const std::string full = root.path() + "/etc/mysql-mmm/mmm_mon_shop";
    CHECK(root.find({full + ".conf", ""}, Purpose::any) == "/etc/mysql-mmm/mmm_mon_shop.conf");
    CHECK(root.find({full, ""}, Purpose::any) == "/etc/mysql-mmm/mmm_mon_shop.conf");
    CHECK(root.find({"mmm_mon_shop", ""}, Purpose::any) == "/etc/mysql-mmm/mmm_mon_shop.conf");
    CHECK(root.find({"mmm_mon_shop.conf", ""}, Purpose::any) == "/etc/mysql-mmm/mmm_mon_shop.conf");
    CHECK(root.find({"mmm_mon_none", ""}, Purpose::any) == "mmm_mon_none");
    CHECK(root.find({"/none/x.toml", ""}, Purpose::any) == "/none/x.toml");
}

TEST_CASE("who finds nothing is told all that was looked at; who names two things, that they exclude each other",
          "[places]") {
    const Root root({"/etc/mmm/mmm.toml"});
    const auto missing = find_config({"", "shop"}, Purpose::monitor, root.path());
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == Code::not_found);
    for (const auto& place : config_places(Purpose::monitor, "shop", root.path()))
        CHECK(missing.error().message.find(place) != std::string::npos);
    CHECK(find_config({"x.toml", "shop"}, Purpose::monitor, root.path()).error().code == Code::invalid);
}

TEST_CASE("a classic file beside the TOML one is a doubt, several classic ones are none", "[places]") {
    const Root both({"/etc/mmm/mmm.toml", "/etc/mysql-mmm/mmm_mon.conf"});
    const auto found = find_config({}, Purpose::monitor, both.path());
    REQUIRE(found);
    REQUIRE(found->doubt);
    CHECK(found->doubt->message == both.path() + "/etc/mysql-mmm/mmm_mon.conf exists too and is not read");
    CHECK_FALSE(find_config({}, Purpose::agent, both.path())->doubt);
    const Root classic({"/etc/mmm/mmm_mon.conf", "/etc/mysql-mmm/mmm_mon.conf"});
    CHECK_FALSE(find_config({}, Purpose::monitor, classic.path())->doubt);
}

TEST_CASE("@NAME is taken out of the arguments wherever it stands", "[places]") {
    for (Words words : {Words{"@shop", "show"}, Words{"show", "@shop"}}) {
        CHECK(take_cluster(words) == "shop");
        CHECK(words == Words{"show"});
    }
    Words none{"show"};
    CHECK(take_cluster(none) == "");
    for (const char* name : {"@", "@../x", "@.x", "@a/b", "@a b", "@-x", "@caf\xc3\xa9"}) {
        CAPTURE(name);
        Words words{name, "show"};
        CHECK_FALSE(take_cluster(words));
    }
    Words longest{"@" + std::string(64, 'a')};
    CHECK(take_cluster(longest));
    Words too_long{"@" + std::string(65, 'a')};
    CHECK_FALSE(take_cluster(too_long));
    Words two{"@shop", "@news"};
    CHECK_FALSE(take_cluster(two));
}
