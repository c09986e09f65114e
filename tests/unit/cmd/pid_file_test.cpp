#include "cmd/pid_file.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

using namespace mmm;

namespace {

std::string own_path() {
    return std::filesystem::temp_directory_path() / ("mmm-pid-test-" + std::to_string(getpid()));
}

}  // namespace

TEST_CASE("a pid file holds this process's id while its object lives, also after a move") {
    const std::string path = own_path();
    {
        auto written = PidFile::write(path);
        REQUIRE(written.has_value());
        const PidFile moved = std::move(*written);
        std::ifstream in(path);
        int pid = 0;
        in >> pid;
        CHECK(pid == getpid());
    }
    CHECK_FALSE(std::filesystem::exists(path));
}

TEST_CASE("without a path there is no pid file, and one that can't be written says which key to mend") {
    CHECK(PidFile::write("").has_value());
    const auto refused = PidFile::write("/nonexistent-folder/mmm.pid");
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("/nonexistent-folder/mmm.pid (key pid_path)") != std::string::npos);
}
