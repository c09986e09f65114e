#include "net/link/line_question.hpp"

#include <utility>

namespace mmm::net {

LineQuestion::LineQuestion(asio::io_context& loop, LineClientOptions options, std::string line, Done done)
    : line_(std::move(line)), done_(std::move(done)) {
    LineClientHandlers handlers;
    handlers.on_open = [this] { client_->send(line_); };
    handlers.on_line = [this](std::string answer) { end(std::move(answer)); };
    handlers.on_close = [this](const Error& reason) { end(tl::make_unexpected(reason)); };
    options.repeat_end = true;  // an agent of version 1 hears nobody else before it heard the end of this
    client_ = std::make_unique<LineClient>(loop, std::move(options), std::move(handlers));
    client_->start();
}

void LineQuestion::end(Result<std::string> answer) {
    if (!done_) return;
    const Done done = std::exchange(done_, nullptr);
    done(std::move(answer));  // may be the end of this object
}

}  // namespace mmm::net
