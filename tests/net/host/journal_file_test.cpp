#include "net/host/journal_file.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "tests/net/host/folder.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;

namespace {

using Lines = std::vector<std::string>;

std::string content_of(const std::string& path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

void write_file(const std::string& path, const std::string& content) {
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

Lines lines_of(const std::string& path) {
    auto found = JournalFile(path).open();
    REQUIRE(found);
    return found->lines;
}

}  // namespace

TEST_CASE("what was appended is there at the next start, in its order, for the owner and the group alone") {
    const Folder folder;
    const std::string path = folder.path("journal");
    JournalFile journal(path);
    auto found = journal.open();
    REQUIRE(found);
    CHECK(found->lines.empty());
    CHECK(found->note.empty());
    REQUIRE(journal.append("one", true));
    REQUIRE(journal.append("", false));
    REQUIRE(journal.append("{\"two\": 2}", true));
    CHECK(lines_of(path) == Lines{"one", "", "{\"two\": 2}"});
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07137U) == 0);
}

TEST_CASE("a journal that wasn't opened is opened by the first line") {
    const Folder folder;
    JournalFile journal(folder.path("journal"));
    REQUIRE(journal.append("one", true));
    CHECK(lines_of(folder.path("journal")) == Lines{"one"});
}

TEST_CASE("an end torn at any byte is cut off and said, and what is appended then stands on a line of its own") {
    const Folder folder;
    const std::string path = folder.path("journal");
    JournalFile writing(path);
    REQUIRE(writing.append("first", true));
    const std::size_t first = content_of(path).size();
    REQUIRE(writing.append("second", true));
    const std::string whole = content_of(path);
    for (std::size_t size = first + 1; size < whole.size(); ++size) {
        CAPTURE(size);
        write_file(path, whole.substr(0, size));
        JournalFile journal(path);
        const auto found = journal.open();
        REQUIRE(found);
        CHECK(found->lines == Lines{"first"});
        CHECK(found->note.find("the last " + std::to_string(size - first) + " bytes") != std::string::npos);
        CHECK(content_of(path).size() == first);
        REQUIRE(journal.append("third", true));
        CHECK(lines_of(path) == Lines{"first", "third"});
    }
}

TEST_CASE("a line that was altered in the middle is left out and said, and those behind it stay") {
    const Folder folder;
    const std::string path = folder.path("journal");
    JournalFile writing(path);
    for (const char* line : {"first", "second", "third"}) REQUIRE(writing.append(line, true));
    std::string text = content_of(path);
    text[text.find("second")] = 'X';
    write_file(path, text);
    const auto found = JournalFile(path).open();
    REQUIRE(found);
    CHECK(found->lines == Lines{"first", "third"});
    CHECK(found->note.find("1 line(s)") != std::string::npos);
    CHECK(content_of(path) == text);
}

TEST_CASE("a file full of zeros, as a crash may leave it, is an empty journal") {
    const Folder folder;
    const std::string path = folder.path("journal");
    write_file(path, std::string(5000, '\0'));
    CHECK(lines_of(path).empty());
    REQUIRE(JournalFile(path).append("one", true));
    CHECK(lines_of(path) == Lines{"one"});
}

TEST_CASE("two files of bounded size are kept, and together they have the newest lines") {
    const Folder folder;
    const std::string path = folder.path("journal");
    constexpr std::size_t kMost = 1000;
    JournalFile journal(path, kMost);
    constexpr int kLines = 200;
    for (int number = 0; number < kLines; ++number) REQUIRE(journal.append("line " + std::to_string(number), false));
    CHECK(folder.entries() == Lines{"journal", "journal.1"});
    CHECK(content_of(path).size() <= kMost);
    CHECK(content_of(path + ".1").size() <= kMost);
    const auto found = JournalFile(path, kMost).open();
    REQUIRE(found);
    CHECK(found->note.empty());
    REQUIRE(found->lines.size() > 30);
    const int oldest = kLines - static_cast<int>(found->lines.size());
    for (int number = oldest; number < kLines; ++number)
        CHECK(found->lines[static_cast<std::size_t>(number - oldest)] == "line " + std::to_string(number));
    // A crash in the middle of it: the older one is there alone.
    std::filesystem::remove(path);
    CHECK_FALSE(lines_of(path).empty());
}

TEST_CASE("what isn't a line isn't appended") {
    const Folder folder;
    JournalFile journal(folder.path("journal"));
    CHECK(journal.append("two\nlines", true).error().code == Code::invalid);
    CHECK(journal.append(std::string(1, '\0'), true).error().code == Code::invalid);
    CHECK(journal.append(std::string(kMostJournalLine, 'x'), true).error().code == Code::invalid);
    CHECK(lines_of(folder.path("journal")).empty());
}

TEST_CASE("a folder that isn't there, or something else in the file's place, is refused with the reason") {
    const Folder folder;
    JournalFile journal(folder.path("none/journal"));
    CHECK(journal.open().error().code == Code::not_found);
    CHECK(journal.append("one", true).error().code == Code::not_found);
    REQUIRE(::mkfifo(folder.path("pipe").c_str(), 0600) == 0);
    CHECK(JournalFile(folder.path("pipe")).open().error().code == Code::invalid);
    std::filesystem::create_symlink(folder.path("elsewhere"), folder.path("link"));
    CHECK_FALSE(JournalFile(folder.path("link")).open());
}
