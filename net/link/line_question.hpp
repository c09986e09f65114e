#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/result.hpp"
#include "net/link/line_client.hpp"

namespace mmm::net {

/// One line asked on a connection of its own and one line answered, as version 1 of the agent protocol does it. Ends by
/// its deadline; destroying it gives the question up, and `done` isn't called.
///
/// Used on the loop's thread only. It may be destroyed in `done`.
class LineQuestion {
  public:
    using Done = std::function<void(Result<std::string> answer)>;

    /// Connects within `options.connect_timeout` and waits `options.silence` for the answer. `done` is called exactly
    /// once, never before this returns. Errors: as LineClientHandlers::on_close.
    LineQuestion(asio::io_context& loop, LineClientOptions options, std::string line, Done done);
    LineQuestion(const LineQuestion&) = delete;
    LineQuestion& operator=(const LineQuestion&) = delete;

  private:
    void end(Result<std::string> answer);

    std::string line_;
    Done done_;
    std::unique_ptr<LineClient> client_;
};

}  // namespace mmm::net
