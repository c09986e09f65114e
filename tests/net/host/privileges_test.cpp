#include "net/host/privileges.hpp"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <asio/io_context.hpp>
#include <fstream>
#include <functional>
#include <optional>

#include "net/host/addresses.hpp"
#include "net/host/hand_over.hpp"
#include "net/host/icmp.hpp"
#include "net/host/interfaces.hpp"
#include "tests/net/host/folder.hpp"
#include "tests/net/host/namespaces.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace mmm::net::test;

namespace {

constexpr Capabilities kAgent = capability(CAP_NET_ADMIN) | capability(CAP_NET_RAW);
/// A user that exists nowhere but by its number, so that no machine needs one for this.
const ServiceUser kNumber{"mmm", 64321, 64322, {64322, 64323}};

/// What `action` says in a process of its own, whose rights are gone with it.
std::string in_child(const std::function<std::string()>& action) {
    int ends[2]{};
    REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        const std::string said = action();
        [[maybe_unused]] const auto written = ::write(ends[1], said.data(), said.size());
        ::_exit(0);
    }
    ::close(ends[1]);
    const FileDescriptor reader(ends[0]);
    std::string said;
    char buffer[4096];
    ssize_t got = 0;
    while ((got = ::read(reader.get(), buffer, sizeof buffer)) > 0) said.append(buffer, static_cast<std::size_t>(got));
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
    return said;
}

/// The lines of /proc/self/status that tell of rights, without what is between.
std::string status() {
    std::ifstream file("/proc/self/status");
    std::string line, found;
    while (std::getline(file, line)) {
        for (const char* wanted : {"Uid:", "Gid:", "Groups:", "Cap", "NoNewPrivs:"}) {
            if (!line.starts_with(wanted)) continue;
            for (char& letter : line) letter = letter == '\t' ? ' ' : letter;
            while (line.ends_with(' ')) line.pop_back();
            found += line + "\n";
        }
    }
    return found;
}

std::string give_up(const ServiceUser& user, Capabilities kept) {
    if (const auto done = become(user, kept); !done) return done.error().message;
    const auto left = keep_only(kept);
    return left ? capabilities_text(*left) : left.error().message;
}

}  // namespace

TEST_CASE("a process that root started is the user, with what it needs and no way back") {
    MMM_NEEDS_ROOT();
    struct {
        ServiceUser user;
        Capabilities kept;
        std::string ids;
        std::string set;
    } const cases[] = {
        {kNumber, kAgent, "Uid: 64321 64321 64321 64321\nGid: 64322 64322 64322 64322\nGroups: 64322 64323\n",
         "0000000000003000"},
        {kNumber, 0, "Uid: 64321 64321 64321 64321\nGid: 64322 64322 64322 64322\nGroups: 64322 64323\n",
         "0000000000000000"},
        {{"root", 0, 0, {0}}, kAgent, "Uid: 0 0 0 0\nGid: 0 0 0 0\nGroups: 0\n", "0000000000003000"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.user.name, each.kept);
        const std::string none = "0000000000000000";
        CHECK(in_child([&] {
                  const std::string said = give_up(each.user, each.kept);
                  return said + "\n" + status();
              }) == capabilities_text(each.kept) + "\n" + each.ids + "CapInh: " + none + "\nCapPrm: " + each.set +
                        "\nCapEff: " + each.set + "\nCapBnd: " + none + "\nCapAmb: " + none + "\nNoNewPrivs: 1\n");
    }
}

TEST_CASE("what root may do is gone, and programs that are run have none of the capabilities that are kept") {
    MMM_NEEDS_ROOT();
    for (const ServiceUser& user : {kNumber, ServiceUser{"root", 0, 0, {0}}}) {
        CAPTURE(user.name);
        const std::string said = in_child([&] {
            std::string text = give_up(user, kAgent) + ";";
            // This thread alone: a sanitizer's own one has its rights still, and the C library aborts when they
            // disagree.
            text += ::syscall(SYS_setuid, 64399) == 0 ? "became another;" : "stayed;";
            text += ::chown("/proc/self", 1, 1) == 0 || ::chroot("/") == 0 ? "chroot;" : "no chroot;";
            text += ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? "no dump;" : "dump;";
            rlimit core{1, 1};
            ::getrlimit(RLIMIT_CORE, &core);
            return text + (core.rlim_cur == 0 && core.rlim_max == 0 ? "no core" : "core");
        });
        CHECK(said == "CAP_NET_ADMIN CAP_NET_RAW;stayed;no chroot;no dump;no core");
        const Folder folder;
        REQUIRE(::chmod(folder.path("").c_str(), 0777) == 0);
        const std::string seen = folder.path("seen");
        in_child([&] {
            give_up(user, kAgent);
            const std::string script = "grep -E 'CapEff|CapPrm|CapBnd' /proc/self/status > " + seen;
            ::execl("/bin/sh", "sh", "-c", script.c_str(), nullptr);
            return std::string("no shell");
        });
        std::ifstream file(seen);
        std::string name, set;
        int lines = 0;
        while (file >> name >> set) {
            ++lines;
            CHECK(set == "0000000000000000");
        }
        CHECK(lines == 3);
    }
}

TEST_CASE("an agent without root's rights puts an address on and takes it off; a monitor's can't") {
    MMM_NEEDS_ROOT();
    const Pair& pair = shared_pair();
    for (const auto& [kept, expected] :
         {std::pair{kAgent, "put and removed"}, std::pair{capability(CAP_NET_RAW), "refused"}}) {
        const std::string said = in_child([&, kept = kept] {
            std::string text;
            pair.host.inside([&] {
                give_up(kNumber, kept);
                auto table = AddressTable::open();
                const auto eth0 = find_interface("eth0");
                if (!table || !eth0) {
                    text = "no table";
                } else if (!table->put(address("192.168.10.128"), 32, eth0->index, std::chrono::seconds(5))) {
                    text = "refused";
                } else {
                    text = table->remove(address("192.168.10.128")) ? "put and removed" : "only put";
                }
            });
            return text;
        });
        CHECK(said == expected);
    }
}

TEST_CASE("a monitor pings without any capability where its group may, and else with CAP_NET_RAW") {
    MMM_NEEDS_ROOT();
    const Namespace alone;
    struct {
        const char* range;
        Capabilities kept;
        const char* expected;
    } const cases[] = {
        {"64322 64322", 0, "ping sockets, answered"},
        {"1 0", capability(CAP_NET_RAW), "raw sockets, answered"},
        {"1 0", 0, "raw sockets, no"},
    };
    for (const auto& each : cases) {
        CAPTURE(each.range, each.kept);
        const std::string said = in_child([&] {
            std::string text;
            alone.inside([&] {
                std::ofstream("/proc/sys/net/ipv4/ping_group_range") << each.range;
                if (!become(kNumber, each.kept)) return;
                text = may_ping_unprivileged() ? "ping sockets, " : "raw sockets, ";
                if (!keep_only(each.kept)) return;
                asio::io_context loop;
                std::optional<bool> answered;
                Pinger pinger(loop);
                pinger.ping(address("127.0.0.1"), Duration(1000),
                            [&](const Result<Duration>& result) { answered = result.has_value(); });
                run_until(loop, Duration(1500), [&] { return answered.has_value(); });
                text += answered.value_or(false) ? "answered" : "no";
            });
            return text;
        });
        CHECK(said == each.expected);
    }
}

TEST_CASE("what a user can't use is found out as that user, and root is itself again afterwards") {
    MMM_NEEDS_ROOT();
    const Folder folder;
    REQUIRE(::chmod(folder.path("").c_str(), 0755) == 0);
    const std::string secret = folder.path("secret"), shared = folder.path("shared"), open = folder.path("open");
    for (const auto& path : {secret, shared, open}) std::ofstream(path) << "x";
    REQUIRE(
        (::chmod(secret.c_str(), 0600) == 0 && ::chmod(shared.c_str(), 0640) == 0 && ::chmod(open.c_str(), 0644) == 0));
    REQUIRE(::chown(shared.c_str(), 0, 64323) == 0);
    const std::string before = status();
    const std::vector<std::string> all{secret, shared, open, folder.path("missing")};
    CHECK(unusable(kNumber, all, R_OK) == std::vector<std::string>{secret, folder.path("missing")});
    CHECK(unusable(kNumber, all, W_OK) == all);
    CHECK(unusable({"root", 0, 0, {0}}, all, W_OK) == std::vector<std::string>{folder.path("missing")});
    REQUIRE(::chown(secret.c_str(), 64321, 0) == 0);
    CHECK(unusable({"root", 0, 0, {0}}, {secret}, R_OK) == std::vector<std::string>{secret});  // not by being root
    CHECK(status() == before);
}

TEST_CASE("a user is found with its groups, and one that isn't there is said") {
    const auto root = find_service_user("root");
    REQUIRE(root);
    CHECK((root->uid == 0 && root->gid == 0 && root->groups == std::vector<gid_t>{0}));
    const auto nobody = find_service_user("no-such-user");
    REQUIRE_FALSE(nobody);
    CHECK(nobody.error().code == Code::not_found);
    CHECK(nobody.error().message == "there is no user no-such-user");
}

namespace {

uid_t owner(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 ? found.st_uid : 99;
}

}  // namespace

TEST_CASE("files of root's and of the former user's are handed over, and nothing else is") {
    MMM_NEEDS_ROOT();
    const Folder folder;
    constexpr uid_t kFormer = 64400, kOther = 64500;
    const std::string roots = folder.path("roots"), former = folder.path("former"), other = folder.path("other"),
                      twice = folder.path("twice"), link = folder.path("link"), pipe = folder.path("pipe");
    for (const auto& path : {roots, former, other, twice}) std::ofstream(path) << "x";
    REQUIRE((::chown(former.c_str(), kFormer, 0) == 0 && ::chown(other.c_str(), kOther, 0) == 0));
    REQUIRE((::link(twice.c_str(), folder.path("twin").c_str()) == 0 && ::symlink("roots", link.c_str()) == 0));
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    for (const auto& path : {other, twice, link, pipe, folder.path("missing")})
        CHECK(hand_over_file(path, kNumber, kFormer));
    CHECK((owner(other) == kOther && owner(twice) == 0 && owner(roots) == 0 && owner(link) == 0 && owner(pipe) == 0));
    for (const auto& path : {roots, former}) {
        CHECK(hand_over_file(path, kNumber, kFormer));
        CHECK(owner(path) == kNumber.uid);
    }
}

TEST_CASE("a folder is handed over when it was missing or has our name below /var or /run, not in /etc") {
    MMM_NEEDS_ROOT();
    const Folder folder;
    REQUIRE(::mkdir(folder.path("mmm").c_str(), 0755) == 0);
    CHECK(hand_over_folder_of(folder.path("mmm/status"), kNumber, 0));
    CHECK(owner(folder.path("mmm")) == 0);  // /tmp/.../mmm is as little ours as /etc/mmm
    CHECK(hand_over_folder_of(folder.path("one/two/status"), kNumber, 0));
    CHECK((owner(folder.path("")) == 0 && owner(folder.path("one")) == kNumber.uid));
    CHECK(owner(folder.path("one/two")) == kNumber.uid);
    std::string run = "/run/mmm-test-XXXXXX";
    REQUIRE(::mkdtemp(run.data()) != nullptr);
    const std::string ours = run + "/mmm", others = run + "/misc";
    REQUIRE((::mkdir(ours.c_str(), 0755) == 0 && ::mkdir(others.c_str(), 0755) == 0));
    for (const auto& path : {ours, others}) CHECK(hand_over_folder_of(path + "/status", kNumber, 0));
    CHECK((owner(run) == 0 && owner(ours) == kNumber.uid && owner(others) == 0));
    std::filesystem::remove_all(run);
}
