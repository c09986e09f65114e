#include "tests/golden/control_script.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>

#include "tests/golden/dialogues.hpp"

namespace mmm::test {

namespace {

using namespace std::chrono_literals;

/// How long the port may take to answer and close.
constexpr auto kPatience = 10s;

/// Where nobody else's files are; gone with the process.
class Scratch {
  public:
    Scratch() {
        if (::mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no folder in /tmp");
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::string& path() const { return path_; }

  private:
    std::string path_ = "/tmp/mmm-golden-XXXXXX";
};

config::Config control_config() {
    static const Scratch scratch;
    config::Config config = monitor::test::five_hosts();
    config.monitor.control_socket = scratch.path() + "/monitor.sock";
    config.monitor.audit_path = scratch.path() + "/audit";
    config.monitor.ip = Address::v4({127, 0, 0, 1});
    config.monitor.port = 0;
    return config;
}

net::LogOptions errors_only() {
    net::LogOptions options;
    options.level = LogLevel::error;
    return options;
}

/// "show\n": what stands between the quotes, with \n, \r, \t, \\, \" and \xNN.
std::string read_quoted(std::istringstream& words) {
    const std::string text = rest_of(words);
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') unknown("text without quotes", text);
    std::string bytes;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] != '\\') {
            bytes += text[i];
            continue;
        }
        const char kind = text.at(++i);
        if (kind == 'x') {
            bytes += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
            i += 2;
        } else {
            bytes += kind == 'n' ? '\n' : kind == 'r' ? '\r' : kind == 't' ? '\t' : kind;
        }
    }
    return bytes;
}

std::string quoted(const std::string& bytes) {
    std::string text = "\"";
    for (const char byte : bytes) {
        if (byte == '\n') {
            text += "\\n";
        } else if (byte == '"' || byte == '\\') {
            text += std::string("\\") + byte;
        } else if (static_cast<unsigned char>(byte) < 0x20 || static_cast<unsigned char>(byte) >= 0x7f) {
            text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
        } else {
            text += byte;
        }
    }
    return text + "\"";
}

/// A line of output for each line that came; the last may lack its end.
std::string quoted_lines(const std::string& bytes) {
    std::string text;
    for (std::size_t begin = 0; begin < bytes.size();) {
        const std::size_t end = std::min(bytes.find('\n', begin), bytes.size() - 1) + 1;
        text += "    " + quoted(bytes.substr(begin, end - begin)) + "\n";
        begin = end;
    }
    return text;
}

}  // namespace

ControlDialogue::ControlDialogue() : log_(errors_only()) {
    port_ = std::make_unique<ControlPort>(loop_, control_config(), log_, nullptr, [this](monitor::AdminAsked asked) {
        story_.cluster().handle(std::move(asked));
    });
    if (!port_->listen()) throw std::runtime_error("can't listen on 127.0.0.1");
}

std::string ControlDialogue::play(std::istream& script) {
    for (std::string line; std::getline(script, line);) {
        if (line.starts_with("    ")) continue;
        output_ += line + "\n";
        if (!line.empty() && line[0] != '#') play_line(line);
    }
    return output_;
}

void ControlDialogue::play_line(const std::string& line) {
    std::istringstream words(line);
    const std::string command = word_of(words);
    if (command == "connect") {
        connect();
    } else if (command == "send") {
        send(read_quoted(words));
    } else if (command == "send-many") {
        const int count = std::stoi(word_of(words));
        const std::string piece = read_quoted(words);
        std::string bytes;
        for (int i = 0; i < count; ++i) bytes += piece;
        send(bytes);
    } else if (command == "finish") {
        ::shutdown(client_.get(), SHUT_WR);
    } else if (command == "receive") {
        receive();
    } else {
        story_.play_line(line);
        story_.cluster().answered = [this](const monitor::AnswerAdmin& answer) {
            port_->answer(answer.id, answer.reply);
        };
    }
}

void ControlDialogue::connect() {
    client_ = net::FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port_->port());
    if (::connect(client_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
        throw std::runtime_error("can't connect to the control port");
}

/// Gives the port a moment, so that the next bytes come in a packet of their own.
void ControlDialogue::send(const std::string& bytes) {
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (std::size_t sent = 0; sent < bytes.size();) {
        // The port lives on this thread: waiting for it to take more means letting it run.
        const ssize_t count =
            ::send(client_.get(), bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0 && (errno != EAGAIN || std::chrono::steady_clock::now() > end))
            throw std::runtime_error("can't send to the control port");
        if (count > 0) sent += static_cast<std::size_t>(count);
        if (count < 0) {
            loop_.restart();
            loop_.run_one_for(10ms);
        }
    }
    loop_.restart();
    loop_.run_for(10ms);
}

void ControlDialogue::receive() {
    std::string bytes;
    const auto end = std::chrono::steady_clock::now() + kPatience;
    while (true) {
        std::array<char, 4096> buffer{};
        const ssize_t count = ::recv(client_.get(), buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count > 0) {
            bytes.append(buffer.data(), static_cast<std::size_t>(count));
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            output_ += quoted_lines(bytes) + (count == 0 ? "    closed\n" : "    reset\n");
            return;
        } else if (std::chrono::steady_clock::now() > end) {
            output_ += quoted_lines(bytes) + "    still open\n";
            return;
        } else {
            loop_.restart();
            loop_.run_one_for(10ms);
        }
    }
}

}  // namespace mmm::test
