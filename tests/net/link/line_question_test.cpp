#include "net/link/line_question.hpp"

#include <asio/ip/tcp.hpp>
#include <asio/write.hpp>
#include <catch2/catch.hpp>
#include <optional>

#include "tests/net/link/loop.hpp"

using namespace mmm;
using namespace mmm::net;
using namespace std::chrono_literals;

namespace {

/// An old agent's socket, by hand.
struct Agent {
    asio::io_context loop;
    asio::ip::tcp::acceptor acceptor{loop, {asio::ip::address_v4::loopback(), 0}};
    asio::ip::tcp::socket stream{loop};
    std::optional<Result<std::string>> answer;
    std::optional<LineQuestion> question;

    void ask(Duration silence) {
        LineClientOptions options;
        options.ip = Address::v4({127, 0, 0, 1});
        options.port = acceptor.local_endpoint().port();
        options.silence = silence;
        question.emplace(loop, options, "PING|1|db1", [this](Result<std::string> said) { answer = std::move(said); });
        bool accepted = false;
        acceptor.async_accept(stream, [&](const asio::error_code& error) { accepted = !error; });
        REQUIRE(run_until(loop, [&] { return accepted; }));
    }
    /// Reads to the end, which is eof, or connection_reset.
    asio::error_code end() {
        std::string bytes(4096, '\0');
        asio::error_code error;
        stream.non_blocking(true);
        REQUIRE(run_until(loop, [&] {
            error = {};
            while (!error) stream.read_some(asio::buffer(bytes), error);
            return error != asio::error::would_block;
        }));
        return error;
    }
};

}  // namespace

TEST_CASE("a question is answered, and ends without a reset", "[line_question]") {
    Agent agent;
    agent.ask(1s);
    asio::write(agent.stream, asio::buffer(std::string("OK: Pinged!|UP:1.00\n")));
    REQUIRE(run_until(agent.loop, [&] { return agent.answer.has_value(); }));
    CHECK(**agent.answer == "OK: Pinged!|UP:1.00");
    agent.question.reset();
    CHECK(agent.end() == asio::error::eof);
}

TEST_CASE("a question without an answer ends by its deadline, and without a reset", "[line_question]") {
    Agent agent;
    agent.ask(100ms);
    REQUIRE(run_until(agent.loop, [&] { return agent.answer.has_value(); }));
    CHECK(agent.answer->error().code == Code::timeout);
    CHECK(agent.end() == asio::error::eof);
}

TEST_CASE("a question that is given up ends without a reset, and says nothing more", "[line_question]") {
    Agent agent;
    agent.ask(5s);
    agent.question.reset();
    CHECK(agent.end() == asio::error::eof);
    CHECK_FALSE(agent.answer);
}
