#include "net/mysql/errors.hpp"

#include <catch2/catch.hpp>

using namespace mmm;
using namespace mmm::net::mysql;

TEST_CASE("an error's number and text say what kind of fault it is") {
    struct {
        int number;
        const char* message;
        Code code;
    } const cases[] = {
        {2002, "Can't connect to server on '192.0.2.1' (111)", Code::unreachable},
        {2003, "Can't connect to MySQL server on '192.0.2.1' (111 \"Connection refused\")", Code::unreachable},
        {2002, "Can't connect to local server through socket '/run/mysqld.sock' (2)", Code::unreachable},
        {2002, "Can't connect to server on '192.0.2.1' (113)", Code::timeout},
        {2002, "Can't connect to server on '192.0.2.1' (101)", Code::timeout},
        {2002, "Can't connect to server on '192.0.2.1' (110)", Code::timeout},
        {2002, "Can't connect to local server through socket '/run/mysqld.sock' (13)", Code::permission},
        {2002, "Can't connect to server", Code::io},
        {2006, "Server has gone away", Code::unreachable},
        {2013, "Lost connection to server at 'handshake: reading initial communication packet', system error: 104",
         Code::unreachable},
        {2013, "Lost connection to server during query", Code::unreachable},
        // The end of the stream sets no errno: what the text shows then is a stale one.
        {2013, "Lost connection to server at 'reading initial communication packet', system error: 11",
         Code::unreachable},
        {2013, "Lost connection to server at 'reading authorization packet', system error: 110", Code::timeout},
        {1040, "Too many connections", Code::busy},
        {1203, "User app already has more than 'max_user_connections' active connections", Code::busy},
        {1226, "User 'app' has exceeded the 'max_queries_per_hour' resource", Code::busy},
        {1044, "Access denied for user 'app'@'%' to database 'x'", Code::permission},
        {1045, "Access denied for user 'app'@'localhost' (using password: YES)", Code::permission},
        {1045, "Plugin caching_sha2_password could not be loaded", Code::permission},
        {1698, "Access denied for user 'root'@'localhost'", Code::permission},
        {2059, "Authentication plugin 'x' cannot be loaded", Code::permission},
        {1142, "SELECT command denied to user 'app'@'localhost'", Code::permission},
        {1227, "Access denied; you need (at least one of) the SLAVE MONITOR privilege(s)", Code::permission},
        {2026, "TLS/SSL error: certificate verify failed", Code::permission},
        {2026, "TLS/SSL error: Connection reset by peer (104)", Code::unreachable},
        {2026, "TLS/SSL error: No such file or directory (2)", Code::permission},
        {5010, "Authentication plugin 'mysql_clear_password' is not allowed", Code::permission},
        {1053, "Server shutdown in progress", Code::unreachable},
        {1205, "Lock wait timeout exceeded; try restarting transaction", Code::timeout},
        {1094, "Unknown thread id: 7", Code::not_found},
        {1193, "Unknown system variable 'super_read_only'", Code::unsupported},
        {1064, "You have an error in your SQL syntax", Code::invalid},
        {1290, "The server is running with the --read-only option", Code::refused},
        {2014, "Commands out of sync", Code::io},
    };
    for (const auto& each : cases) {
        INFO(each.number << " " << each.message);
        CHECK(code_of(each.number, each.message) == each.code);
    }
}

TEST_CASE("only the client library's errors break a connection") {
    for (const int number : {2000, 2006, 2013, 2026, 5000, 5014}) CHECK(breaks_connection(number));
    for (const int number : {0, 1040, 1205, 1927, 1999, 3000, 3024, 4031, 6000}) CHECK_FALSE(breaks_connection(number));
}

TEST_CASE("texts of others are one bounded line in our messages") {
    CHECK(printable("plain") == "plain");
    CHECK(printable("a\nb\tc\x7f"
                    "d") == "a b c d");
    CHECK(printable(std::string(400, 'x')) == std::string(300, 'x') + "...");
}
