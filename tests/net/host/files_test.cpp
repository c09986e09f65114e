#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "net/host/command_line.hpp"
#include "net/host/lock_file.hpp"
#include "net/host/lock_holder.hpp"
#include "net/host/secret_file.hpp"
#include "net/host/state_file.hpp"
#include "tests/net/host/folder.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;

namespace {

void write_file(const std::string& path, const std::string& content, mode_t mode = 0600) {
    ::unlink(path.c_str());
    std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
    REQUIRE(::chmod(path.c_str(), mode) == 0);
}

std::string content_of(const std::string& path) {
    std::ostringstream content;
    content << std::ifstream(path, std::ios::binary).rdbuf();
    return content.str();
}

}  // namespace

TEST_CASE("a saved state is loaded as it was, and leaves no other file behind") {
    const Folder folder;
    const std::string path = folder.path("state");
    CHECK(load_state(path).error().code == Code::not_found);
    for (const std::string content : {"", "one\n", "two\nlines\n", "#sum of nothing\n"}) {
        REQUIRE(save_state(path, content));
        CHECK(load_state(path) == content);
    }
    REQUIRE(save_state(path, "no end of line"));
    CHECK(load_state(path) == std::string("no end of line\n"));
    CHECK(content_of(path).find("\n#sum ") != std::string::npos);
    CHECK(folder.entries() == std::vector<std::string>{"state"});
}

TEST_CASE("a file that the original monitor left is loaded as it is, but not one without its last line end") {
    const Folder folder;
    const std::string path = folder.path("state");
    const std::string theirs = "db1|ONLINE|writer(192.168.10.128)\ndb2|AWAITING_RECOVERY|\n";
    write_file(path, theirs);
    CHECK(load_state(path) == theirs);
    write_file(path, theirs.substr(0, theirs.size() - 1));
    CHECK(load_state(path).error().code == Code::invalid);
}

TEST_CASE("a state file cut off at any byte, altered, or full of zeros is recognised") {
    const Folder folder;
    const std::string path = folder.path("state");
    REQUIRE(save_state(path, "host db1 ONLINE\nhost db2 ONLINE\n"));
    const std::string whole = content_of(path);
    std::vector<std::string> damaged{std::string(whole.size(), '\0'), whole + "\n", whole + whole,
                                     std::string(kMostStateBytes + 1, 'x')};
    for (std::size_t size = 0; size < whole.size(); ++size) damaged.push_back(whole.substr(0, size));
    for (std::size_t i = 0; i < whole.size(); ++i) {
        damaged.push_back(whole);
        damaged.back()[i] = static_cast<char>(damaged.back()[i] ^ 1);
    }
    for (const auto& content : damaged) {
        write_file(path, content);
        const auto loaded = load_state(path);
        REQUIRE_FALSE(loaded);
        CHECK(loaded.error().code == Code::invalid);
        CHECK(loaded.error().message.find(path) != std::string::npos);
    }
}

TEST_CASE("a state that can't be saved leaves the old one and says why") {
    const Folder folder;
    const std::string path = folder.path("state");
    REQUIRE(save_state(path, "old\n"));
    const auto long_one = save_state(path, std::string(kMostStateBytes, 'x'));
    REQUIRE_FALSE(long_one);
    CHECK(long_one.error().code == Code::invalid);
    REQUIRE(::mkdir((path + ".new").c_str(), 0700) == 0);
    const auto blocked = save_state(path, "new\n");
    REQUIRE_FALSE(blocked);
    CHECK(blocked.error().message == "cannot create " + path + ".new: Is a directory");
    CHECK(load_state(path) == std::string("old\n"));
    CHECK(save_state(folder.path("none/state"), "new\n").error().code == Code::not_found);
}

TEST_CASE("a second process is told which one holds the lock, and gets it when that one is gone") {
    const Folder folder;
    const std::string path = folder.path("state");
    const pid_t holder = ::fork();
    REQUIRE(holder >= 0);
    if (holder == 0) {
        const auto lock = LockFile::acquire(path, "cluster 'shop'");
        ::kill(::getpid(), SIGSTOP);  // until the parent kills it
        ::_exit(lock ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(holder, &status, WUNTRACED) == holder);
    const auto refused = LockFile::acquire(path);
    const std::string who = describe_holder(holder);
    ::kill(holder, SIGKILL);
    REQUIRE(::waitpid(holder, &status, 0) == holder);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == Code::busy);
    CHECK(refused.error().message.find(path + ".lock is held by pid " + std::to_string(holder) + " (") == 0);
    CHECK(refused.error().message.find("), cluster 'shop'; stop that process first") != std::string::npos);
    CHECK(who.ends_with("), cluster 'shop'"));
    CHECK(describe_holder(::getpid()) == describe_process(::getpid()));
    {
        const auto lock = LockFile::acquire(path);
        REQUIRE(lock);
        CHECK_FALSE(LockFile::acquire(path));
    }
    CHECK(LockFile::acquire(path));
}

TEST_CASE("a secret is read without its newline, and refused with the chmod to run when others may use it") {
    const Folder folder;
    const std::string path = folder.path("password");
    struct {
        const char* content;
        mode_t mode;
        const char* result;  // the secret, or the end of the message
    } const cases[] = {
        {"s3cret\n", 0600, "s3cret"},
        {"s3cret", 0440, "s3cret"},
        {"s3cret \n\n", 0640, "s3cret \n"},
        {"s3cret\n", 0644, "everybody on this host may use it (mode 644); run: chmod 640 "},
        {"s3cret\n", 0604, "everybody on this host may use it (mode 604); run: chmod 600 "},
        {"s3cret\n", 0660, "its group may change it (mode 660); run: chmod 640 "},
        {"\n", 0600, "is empty; it should hold the secret on one line"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.content, each.mode);
        write_file(path, each.content, each.mode);
        const auto secret = read_secret(path);
        const std::string text = secret ? *secret : secret.error().message;
        if (secret)
            CHECK(text == each.result);
        else
            CHECK(text.find(each.result) != std::string::npos);
        CHECK(secret.has_value() == (std::string(each.result).substr(0, 6) == "s3cret"));
    }
    write_file(path, std::string(5000, 'x'));
    CHECK(read_secret(path).error().message == path + " is longer than 4096 bytes");
    REQUIRE(::mkfifo(folder.path("fifo").c_str(), 0600) == 0);
    CHECK(read_secret(folder.path("fifo")).error().message == folder.path("fifo") + " is not a regular file");
    CHECK(read_secret(folder.path("none")).error().code == Code::not_found);
}
