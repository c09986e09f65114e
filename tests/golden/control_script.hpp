#pragma once

#include <asio/io_context.hpp>
#include <istream>
#include <memory>
#include <sstream>
#include <string>

#include "cmd/control_port.hpp"
#include "net/host/file_descriptor.hpp"
#include "tests/golden/monitor_script.hpp"

namespace mmm::test {

/// Plays one dialogue of tests/golden/control (the commands: README.md there): bytes go through a real socket to the
/// real control port in front of the real core. Throws std::runtime_error on anything it doesn't know.
class ControlDialogue {
  public:
    ControlDialogue();

    /// The dialogue anew: every line of the script, and below each `receive` the bytes that came.
    std::string play(std::istream& script);

  private:
    void play_line(const std::string& line);
    void connect();
    void send(const std::string& bytes);
    void receive();

    asio::io_context loop_;
    net::Logger log_;
    monitor::test::Dialogue story_;
    std::unique_ptr<ControlPort> port_;
    net::FileDescriptor client_;
    std::string output_;
};

}  // namespace mmm::test
