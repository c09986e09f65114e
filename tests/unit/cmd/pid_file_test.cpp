#include "cmd/pid_file.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>

#include "tests/unit/cmd/folder.hpp"

using namespace mmm;
using test::Folder;

TEST_CASE("a pid file holds this process's id while its object lives, also after a move", "[pid]") {
    const Folder folder;
    const std::string path = folder.path() + "/mmm.pid";
    {
        auto written = PidFile::write(path);
        REQUIRE(written.has_value());
        const PidFile moved = std::move(*written);
        CHECK(test::read(path) == std::to_string(getpid()) + "\n");
        struct stat status {};
        REQUIRE(::stat(path.c_str(), &status) == 0);
        CHECK((status.st_mode & 0777U) == 0644U);
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("a pid file brings its folder", "[pid]") {
    const Folder folder;
    CHECK(PidFile::write(folder.path() + "/run/mmm.pid"));
    CHECK(std::filesystem::remove(folder.path() + "/run"));
}

TEST_CASE("a pid file that a dead process left is replaced, and so is one without a number", "[pid]") {
    Folder folder;
    for (const char* left : {"4194305\n", "", "none of your business\n", "1\n"}) {
        CAPTURE(left);
        const std::string path = folder.write("mmm.pid", left, 0600);
        const auto written = PidFile::write(path);
        REQUIRE(written.has_value());
        CHECK(test::read(path) == std::to_string(getpid()) + "\n");
    }
}

TEST_CASE("a pid file whose process lives is refused and says which one that is", "[pid]") {
    const Folder folder;
    const std::string path = folder.path() + "/mmm.pid";
    const auto first = PidFile::write(path);
    REQUIRE(first.has_value());
    const auto second = PidFile::write(path);
    REQUIRE_FALSE(second.has_value());
    CHECK(second.error().code == Code::busy);
    CHECK(second.error().message.find("runs: pid " + std::to_string(getpid()) + " (") != std::string::npos);
    CHECK(std::filesystem::exists(path));
}

TEST_CASE("without a path there is no pid file, and one that can't be written says which key to mend", "[pid]") {
    CHECK(PidFile::write("").has_value());
    const auto refused = PidFile::write("/dev/null/mmm.pid");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("/dev/null/mmm.pid (key pid_path)") != std::string::npos);
}
