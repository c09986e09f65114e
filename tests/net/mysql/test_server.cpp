#include "test_server.hpp"

#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "net/host/boot_clock.hpp"
#include "net/host/file_descriptor.hpp"

namespace mmm::net::mysql {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

// The rights of mmm's users are exactly those that the documentation asks for: the tests prove them sufficient.
constexpr const char* kUsers = R"(FLUSH PRIVILEGES;
CREATE USER admin@'%' IDENTIFIED BY 'secret-admin';
GRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION;
CREATE USER monitor@'%' IDENTIFIED BY 'secret-monitor';
GRANT SLAVE MONITOR ON *.* TO monitor@'%';
CREATE USER agent@'%' IDENTIFIED BY 'secret-agent';
GRANT PROCESS, CONNECTION ADMIN, READ_ONLY ADMIN, RELOAD, REPLICATION SLAVE ADMIN, SLAVE MONITOR ON *.* TO agent@'%';
CREATE USER replication@'%' IDENTIFIED BY 'secret-replication';
GRANT REPLICATION SLAVE ON *.* TO replication@'%';
CREATE USER app@'%' IDENTIFIED BY 'secret-app';
GRANT ALL ON test.* TO app@'%';
CREATE USER nobody@'%' IDENTIFIED BY 'secret-nobody';
CREATE DATABASE IF NOT EXISTS test;
CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, x INT) ENGINE=InnoDB;
)";

// The same for MySQL; a statement a line.
constexpr const char* kMysqlUsers = R"(CREATE USER admin@'%' IDENTIFIED BY 'secret-admin';
GRANT ALL ON *.* TO admin@'%' WITH GRANT OPTION;
CREATE USER monitor@'%' IDENTIFIED BY 'secret-monitor';
GRANT REPLICATION CLIENT ON *.* TO monitor@'%';
CREATE USER agent@'%' IDENTIFIED BY 'secret-agent';
GRANT PROCESS, REPLICATION CLIENT, CONNECTION_ADMIN, REPLICATION_SLAVE_ADMIN, SYSTEM_VARIABLES_ADMIN ON *.* TO agent@'%';
CREATE USER replication@'%' IDENTIFIED BY 'secret-replication';
GRANT REPLICATION SLAVE ON *.* TO replication@'%';
CREATE USER app@'%' IDENTIFIED BY 'secret-app';
GRANT ALL ON test.* TO app@'%';
CREATE USER nobody@'%' IDENTIFIED BY 'secret-nobody';
CREATE DATABASE test;
CREATE TABLE test.t (id INT PRIMARY KEY AUTO_INCREMENT, x INT) ENGINE=InnoDB;
)";

pid_t spawn(const std::vector<std::string>& words, const std::string& log) {
    const pid_t parent = getpid();
    const pid_t child = fork();
    if (child != 0) return child;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(1);
    if (freopen(log.c_str(), "a", stdout) == nullptr || freopen(log.c_str(), "a", stderr) == nullptr) _exit(1);
    std::vector<char*> arguments;
    for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
    arguments.push_back(nullptr);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

void run_program(const std::vector<std::string>& words, const std::string& log) {
    int status = 0;
    REQUIRE(waitpid(spawn(words, log), &status, 0) > 0);
    INFO(words[0] << " failed, see " << log);
    REQUIRE(status == 0);
}

fs::path cache_folder() {
    const char* const cache = std::getenv("MMM_CACHE");
    const char* const home = std::getenv("HOME");
    return cache != nullptr ? fs::path(cache) : fs::path(home != nullptr ? home : "/tmp") / ".cache/mmm";
}

fs::path mysql9_root() {
    return cache_folder() / "server-mysql-9";
}

/// How the server is called; a server of another Debian with that one's loader, libraries and files.
std::vector<std::string> command(Kind kind) {
    if (kind == Kind::mariadb) return {"mariadbd", "--no-defaults", "--user=root"};
    const std::string root = mysql9_root();
    const std::string program = root + "/usr/sbin/mysqld";
    return {root + "/lib64/ld-linux-x86-64.so.2",
            "--library-path",
            root + "/usr/lib/x86_64-linux-gnu:" + root + "/usr/lib/mysql/private",
            "--argv0",
            program,
            program,
            "--no-defaults",
            "--user=root",
            "--basedir=" + root + "/usr",
            "--lc-messages-dir=" + root + "/usr/share/mysql",
            "--character-sets-dir=" + root + "/usr/share/mysql/charsets"};
}

void make_mysql_data(const fs::path& folder) {
    std::vector<std::string> words = command(Kind::mysql9);
    words.insert(words.end(), {"--initialize-insecure", "--datadir=" + (folder / "data").string(),
                               "--init-file=" + (folder / "users.sql").string()});
    run_program(words, folder / "log");
    fs::remove(folder / "data/auto.cnf");  // the server's UUID: each copy needs its own
}

/// A data directory with the users in it, made once and kept.
fs::path data_template(Kind kind) {
    const std::string users = kind == Kind::mariadb ? kUsers : kMysqlUsers;
    const fs::path ready = cache_folder() / ("mysql-test-" + std::to_string(std::hash<std::string>()(users)));
    if (fs::exists(ready)) return ready;
    const fs::path making = ready.string() + "." + std::to_string(getpid());
    fs::create_directories(making);
    std::ofstream(making / "users.sql") << users;
    if (kind == Kind::mysql9)
        make_mysql_data(making);
    else
        run_program({"mariadb-install-db", "--no-defaults", "--user=root", "--datadir=" + (making / "data").string(),
                     "--skip-test-db", "--innodb-log-file-size=4M", "--auth-root-authentication-method=normal",
                     "--extra-file=" + (making / "users.sql").string()},
                    making / "log");
    std::error_code lost_race;
    fs::rename(making, ready, lost_race);
    return ready;
}

std::uint16_t free_port() {
    const FileDescriptor listener{socket(AF_INET, SOCK_STREAM, 0)};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    REQUIRE(bind(listener.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    REQUIRE(getsockname(listener.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return ntohs(address.sin_port);
}

}  // namespace

TestServer::TestServer(unsigned server_id, std::vector<std::string> options, Kind kind)
    : server_id_(server_id), kind_(kind), options_(std::move(options)) {
    std::string name = fs::temp_directory_path() / "mmm-mysql-XXXXXX";
    REQUIRE(mkdtemp(name.data()) != nullptr);
    folder_ = name;
    socket_ = folder_ + "/socket";
    port_ = free_port();
    fs::copy(data_template(kind_) / "data", folder_ + "/data", fs::copy_options::recursive);
    start();
}

TestServer::~TestServer() {
    admin_.close();
    kill();
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void TestServer::start() {
    std::vector<std::string> words = command(kind_);
    words.insert(
        words.end(),
        {"--datadir=" + folder_ + "/data", "--socket=" + socket_, "--port=" + std::to_string(port_),
         "--bind-address=127.0.0.1", "--server-id=" + std::to_string(server_id_), "--pid-file=" + folder_ + "/pid",
         "--log-bin=" + folder_ + "/data/binlog", "--relay-log=" + folder_ + "/data/relay", "--skip-name-resolve",
         "--innodb-buffer-pool-size=8M", "--innodb-flush-log-at-trx-commit=0"});
    if (kind_ == Kind::mariadb)
        words.insert(words.end(), {"--log-slave-updates", "--gtid-strict-mode=1", "--skip-slave-start",
                                   "--innodb-log-file-size=4M", "--slave-net-timeout=5"});
    else
        words.insert(words.end(), {"--gtid-mode=ON", "--enforce-gtid-consistency=ON", "--skip-replica-start",
                                   "--innodb-redo-log-capacity=8M", "--replica-net-timeout=5", "--mysqlx=0",
                                   "--secure-file-priv=NULL"});
    words.insert(words.end(), options_.begin(), options_.end());
    pid_ = spawn(words, folder_ + "/log");
    const Time deadline = in(20s);
    while (!admin_.open(endpoint("admin"), deadline)) {
        INFO("the server doesn't start, see " << folder_ << "/log");
        REQUIRE(boot_now() < deadline);
        usleep(10'000);
    }
}

void TestServer::kill() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
    pid_ = -1;
}

void TestServer::freeze() const {
    ::kill(pid_, SIGSTOP);
    int status = 0;
    REQUIRE(waitpid(pid_, &status, WUNTRACED) == pid_);
    REQUIRE(WIFSTOPPED(status));
}

void TestServer::thaw() const {
    ::kill(pid_, SIGCONT);
}

Endpoint TestServer::endpoint(const std::string& user) const {
    Endpoint endpoint;
    endpoint.host = "127.0.0.1";
    endpoint.port = port_;
    endpoint.user = user;
    endpoint.password = "secret-" + user;
    endpoint.get_public_key = kind_ == Kind::mysql9;
    return endpoint;
}

Rows TestServer::run(const std::string& sql) {
    if (!admin_.connected()) open(admin_, endpoint("admin"));
    auto rows = admin_.query(sql, in(20s));
    INFO(sql);
    if (!rows) FAIL(rows.error().message);
    return *rows;
}

void TestServer::replicate_from(const TestServer& source) {
    if (kind_ == Kind::mysql9) {
        run("CHANGE REPLICATION SOURCE TO SOURCE_HOST='127.0.0.1', SOURCE_PORT=" + std::to_string(source.port_) +
            ", SOURCE_USER='replication', SOURCE_PASSWORD='secret-replication', SOURCE_CONNECT_RETRY=1, "
            "SOURCE_AUTO_POSITION=1, GET_SOURCE_PUBLIC_KEY=1");
        run("START REPLICA");
        await("SELECT COUNT(*) FROM performance_schema.replication_connection_status WHERE SERVICE_STATE='ON'", "1");
        return;
    }
    run("CHANGE MASTER TO MASTER_HOST='127.0.0.1', MASTER_PORT=" + std::to_string(source.port_) +
        ", MASTER_USER='replication', MASTER_PASSWORD='secret-replication', MASTER_CONNECT_RETRY=1, "
        "MASTER_USE_GTID=slave_pos");
    run("START SLAVE");
    await("SELECT VARIABLE_VALUE FROM information_schema.GLOBAL_STATUS WHERE VARIABLE_NAME='SLAVES_RUNNING'", "1");
}

void TestServer::await(const std::string& sql, const std::string& expected) {
    const Time deadline = in(10s);
    std::string value;
    do {
        const Rows rows = run(sql);
        value = rows.empty() ? "(no row)" : rows.values[0][0].value_or("NULL");
        if (value == expected) return;
        usleep(5'000);
    } while (boot_now() < deadline);
    INFO(sql);
    REQUIRE(value == expected);
}

Pair::Pair() {
    replica.replicate_from(source);
}

void Pair::in_step() {
    replica.await("SELECT @@global.gtid_slave_pos", *source.run("SELECT @@global.gtid_binlog_pos").values[0][0]);
}

Pair& pair_of_servers() {
    static Pair servers;
    return servers;
}

MysqlPair::MysqlPair() {
    replica.replicate_from(source);
}

void MysqlPair::in_step() {
    replica.await("SELECT GTID_SUBSET('" + *source.run("SELECT @@global.gtid_executed").values[0][0] +
                      "', @@global.gtid_executed)",
                  "1");
}

MysqlPair* pair_of_mysql9() {
    if (!fs::exists(mysql9_root() / "usr/sbin/mysqld")) {
        WARN("NOT RUN: MySQL 9 isn't in the cache; 'sudo packaging/server-root mysql-9' puts it there");
        return nullptr;
    }
    static MysqlPair servers;
    return &servers;
}

Time in(Duration span) {
    return boot_now() + span;
}

void open(Connection& connection, const Endpoint& endpoint) {
    const auto opened = connection.open(endpoint, in(5s));
    if (!opened) FAIL(opened.error().message);
}

}  // namespace mmm::net::mysql
