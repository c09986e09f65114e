#include "net/host/log.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

#include "net/host/file_descriptor.hpp"
#include "net/host/log_escape.hpp"

using namespace mmm;
using namespace mmm::net;

namespace {

const auto kMoment = std::chrono::system_clock::time_point(std::chrono::milliseconds(1'795'347'796'123));

/// A pipe or socket pair; what is written to `in` comes out of `out`, which doesn't block.
struct Channel {
    explicit Channel(bool socket) {
        std::array<int, 2> ends{-1, -1};
        REQUIRE((socket ? ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) : ::pipe(ends.data())) == 0);
        out = FileDescriptor(ends[0]);
        in = FileDescriptor(ends[1]);
        ::fcntl(out.get(), F_SETFL, O_NONBLOCK);
    }
    [[nodiscard]] std::string read() const {
        std::string all(std::size_t{1024} * 1024, '\0');
        const auto got = ::read(out.get(), all.data(), all.size());
        return all.substr(0, got < 0 ? 0 : static_cast<std::size_t>(got));
    }
    FileDescriptor out;
    FileDescriptor in;
};

LogOptions options_for(const Channel& channel, LogForm form = LogForm::journal) {
    LogOptions options;
    options.form = form;
    options.descriptor = channel.in.get();
    return options;
}

}  // namespace

TEST_CASE("a log line has its form's look") {
    const LogRecord record{LogLevel::warning, "writer moved", {{"from", "db1"}, {"why", "too \"slow\""}, {"to", ""}}};
    ::setenv("TZ", "UTC-2", 1);
    ::tzset();
    CHECK(render(record, LogForm::text, kMoment) ==
          "2026-11-22 13:43:16.123 WARN  writer moved from=db1 why=\"too \\\"slow\\\"\" to=\"\"\n");
    CHECK(render(record, LogForm::journal, kMoment) == "<4>writer moved from=db1 why=\"too \\\"slow\\\"\" to=\"\"\n");
    CHECK(render(record, LogForm::json, kMoment) ==
          R"({"time":"2026-11-22T11:43:16.123Z","level":"warning","message":"writer moved","from":"db1",)"
          R"("why":"too \"slow\"","to":""})"
          "\n");
    ::unsetenv("TZ");
    ::tzset();
}

TEST_CASE("nothing that a terminal or a line reader acts on gets through") {
    struct {
        const char* raw;
        const char* text;
        const char* json;
    } const cases[] = {
        {"plain", "plain", "\"plain\""},
        {"a b", "\"a b\"", "\"a b\""},
        {"two\nlines", "\"two\\nlines\"", "\"two\\u000alines\""},
        {"\x1b[31mred", "\"\\x1b[31mred\"", "\"\\u001b[31mred\""},
        {"del\x7f", "\"del\\x7f\"", "\"del\\u007f\""},
        {"C:\\x", "\"C:\\\\x\"", "\"C:\\\\x\""},
        {"M\xc3\xbcller", "M\xc3\xbcller", "\"M\xc3\xbcller\""},
        {"\xc2\x9b"
         "31m",
         "\"\\xc2\\x9b31m\"", "\"\\u009b31m\""},  // C1: another way to begin an escape
        {"a\xe2\x80\xae"
         "b",
         "\"a\\xe2\\x80\\xaeb\"", "\"a\\u202eb\""},                                           // right to left from here
        {"\xff\xfe", "\"\\xff\\xfe\"", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                       // not UTF-8
        {"\xc0\xaf", "\"\\xc0\\xaf\"", "\"\xef\xbf\xbd\xef\xbf\xbd\""},                       // an overlong '/'
        {"\xed\xa0\x80", "\"\\xed\\xa0\\x80\"", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},  // half a surrogate pair
        {"cut \xe2\x82", "\"cut \\xe2\\x82\"", "\"cut \xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\""},
    };
    for (const auto& each : cases) {
        CHECK(quote_text(each.raw) == each.text);
        CHECK(quote_json(each.raw) == each.json);
    }
    CHECK(escape_text("a=b \"c\" \r\t") == "a=b \"c\" \\r\\t");
}

TEST_CASE("no line is longer than a pipe takes in one piece") {
    for (const auto form : {LogForm::text, LogForm::journal, LogForm::json}) {
        LogRecord record{LogLevel::info, std::string(5000, '\x01'), {}};
        for (int i = 0; i < 30; ++i) record.fields.push_back({"key" + std::to_string(i), std::string(2000, '\x1b')});
        const std::string line = render(record, form, kMoment);
        CHECK(line.size() <= kMostLineBytes);
        CHECK(line.back() == '\n');
        CHECK(line.find("truncated") != std::string::npos);
    }
    CHECK(shorten("M\xc3\xbcller", 2) == "M...");
    CHECK(shorten("M\xc3\xbcller", 7) == "M\xc3\xbcller");
}

TEST_CASE("only lines of the wanted level are written, to pipes and to sockets") {
    for (const bool socket : {false, true}) {
        const Channel channel(socket);
        Logger log(options_for(channel));
        log.error("one");
        log.warning("two", {{"host", "db1"}});
        log.info("three");
        log.debug("four");
        CHECK_FALSE(log.writes(LogLevel::debug));
        CHECK(channel.read() == "<3>one\n<4>two host=db1\n<6>three\n");
    }
}

TEST_CASE("a full pipe or socket loses lines, blocks nobody, and the loss is told") {
    for (const bool socket : {false, true}) {
        const Channel channel(socket);
        auto options = options_for(channel);
        options.most_of_a_message = 100'000;
        Logger log(options);
        for (int i = 0; i < 20'000; ++i)
            log.info("event", {{"number", std::to_string(i)}, {"fill", std::string(100, 'x')}});
        const std::string before = channel.read();
        CHECK(before.substr(0, 18) == "<6>event number=0 ");
        log.info("afterwards");
        const std::string after = channel.read();
        const std::string loss = "<4>log lines were lost: nobody read them fast enough lines=1";
        const auto found = after.find(loss);
        REQUIRE(found != std::string::npos);
        // Five digits, then the line that came afterwards, and nothing else.
        CHECK(after.substr(found + loss.size() + 4) == "\n<6>afterwards\n");
    }
    Channel broken(false);
    Logger log(options_for(broken));
    broken.out.close();
    log.info("nobody is there");  // and no SIGPIPE
}

TEST_CASE("identical lines and lines with the same message are limited, counted and summed up") {
    LogLimit limit(2, 2);
    const LogRecord record{LogLevel::warning, "bad line", {{"peer", "db3"}}};
    const Time start{Duration(1000)};
    CHECK(limit.admit("kind", record, start));
    CHECK(limit.admit("kind", record, start));
    for (int i = 0; i < 40; ++i) CHECK_FALSE(limit.admit("kind", record, start + Duration(100)));
    CHECK(limit.admit("another", record, start + Duration(100)));
    CHECK(limit.sums(start + LogLimit::kWindow - Duration(1), true).empty());
    const auto sums = limit.sums(start + LogLimit::kWindow, true);
    REQUIRE(sums.size() == 1);
    CHECK(render(sums[0], LogForm::journal, kMoment) == "<4>bad line peer=db3 suppressed=40\n");
    CHECK(limit.admit("kind", record, start + LogLimit::kWindow));
    CHECK(limit.sums(start + LogLimit::kWindow * 3, true).empty());
}

TEST_CASE("more kinds of lines than are watched share one window") {
    LogLimit limit(1, 3);
    int admitted = 0;
    for (int i = 0; i < 5000; ++i)
        if (limit.admit(std::to_string(i), {LogLevel::info, "kind " + std::to_string(i), {}}, Time())) ++admitted;
    CHECK(admitted == static_cast<int>(LogLimit::kMostKinds) + 3);
    const auto sums = limit.sums(Time() + LogLimit::kWindow, false);
    REQUIRE(sums.size() == 1);
    CHECK(sums[0].fields == std::vector<LogField>{{"suppressed", "4797"}});
}

TEST_CASE("the journal's form is chosen when standard error is the journal's stream") {
    const Channel channel(true);
    CHECK(detect_log_form(channel.in.get()) == LogForm::text);
    ::setenv("JOURNAL_STREAM", "1:2", 1);
    CHECK(detect_log_form(channel.in.get()) == LogForm::text);
    struct stat status {};
    REQUIRE(::fstat(channel.in.get(), &status) == 0);
    ::setenv("JOURNAL_STREAM", (std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino)).c_str(), 1);
    CHECK(detect_log_form(channel.in.get()) == LogForm::journal);
    ::unsetenv("JOURNAL_STREAM");
}
