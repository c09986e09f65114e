#include "cmd/install_links.hpp"

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using test::Folder;
namespace fs = std::filesystem;

namespace {

constexpr const char* kTarget = "/opt/mmm-2/bin/mmm";

/// A folder for links, which goes away with them.
struct Links {
    Links() { fs::create_directory(path); }
    Links(const Links&) = delete;
    Links& operator=(const Links&) = delete;
    ~Links() { fs::remove_all(path); }

    Folder folder;
    std::string path = folder.path() + "/sbin";
};

}  // namespace

TEST_CASE("the links are made, and making them again changes nothing", "[links]") {
    const Links links;
    const auto made = install_links(links.path, kTarget);
    REQUIRE(made);
    CHECK(made->size() == 3);
    CHECK(made->front() == links.path + "/mmm_mond -> " + kTarget);
    for (const char* name : {"mmm_mond", "mmm_agentd", "mmm_control"})
        CHECK(fs::read_symlink(links.path + "/" + name) == kTarget);
    const auto again = install_links(links.path, kTarget);
    REQUIRE(again);
    CHECK(again->front() == made->front() + " (was there)");
    CHECK(std::distance(fs::directory_iterator(links.path), fs::directory_iterator()) == 3);
}

TEST_CASE("a link to another place of this program is renewed", "[links]") {
    const Links links;
    fs::create_symlink("/opt/mmm-1/bin/mmm", links.path + "/mmm_control");
    REQUIRE(install_links(links.path, kTarget));
    CHECK(fs::read_symlink(links.path + "/mmm_control") == kTarget);
}

TEST_CASE("what isn't such a link stays, is named, and then no link is made", "[links]") {
    const Links links;
    const std::string in_the_way = links.path + "/mmm_control";
    const auto check_refused = [&] {
        const auto refused = install_links(links.path, kTarget);
        REQUIRE_FALSE(refused);
        CHECK(refused.error().code == Code::refused);
        CHECK(refused.error().message.find(in_the_way + " is there and isn't a link to " + kTarget) == 0);
        CHECK_FALSE(fs::exists(fs::symlink_status(links.path + "/mmm_mond")));
    };
    fs::create_directory(in_the_way);
    check_refused();
    fs::remove(in_the_way);
    fs::create_symlink("/usr/share/mysql-mmm/control", in_the_way);
    check_refused();
}

TEST_CASE("links need a folder", "[links]") {
    CHECK(install_links("/nonexistent-folder", kTarget).error().code == Code::not_found);
}
