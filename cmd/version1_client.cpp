#include "cmd/version1_client.hpp"

#include <utility>

#include "net/host/boot_clock.hpp"

namespace mmm {
namespace {

constexpr std::chrono::milliseconds kLook{100};
/// An old agent answers SET_STATUS when it is done, and a new writer may have to catch up before.
constexpr Duration kAnswerTimeout{15'000};
constexpr Duration kConnectTimeout{1000};

}  // namespace

Version1Client::Version1Client(asio::io_context& loop, const config::Config& config, const config::Host& host,
                               std::shared_ptr<const net::TlsContext> tls, Handlers handlers)
    : loop_(loop),
      host_(host),
      tls_(std::move(tls)),
      handlers_(std::move(handlers)),
      talk_(config, host.name),
      timer_(loop) {
    proceed();
}

void Version1Client::send(const proto::Order& order) {
    talk_.set_order(order);
}

void Version1Client::proceed() {
    if (auto line = talk_.next_line(net::boot_now())) {
        net::LineClientOptions options;
        options.ip = host_.ip;
        options.port = host_.agent_port;
        options.connect_timeout = kConnectTimeout;
        options.silence = kAnswerTimeout;
        options.tls = tls_;
        question_ = std::make_unique<net::LineQuestion>(loop_, std::move(options), std::move(*line),
                                                        [this](const Result<std::string>& answer) { take(answer); });
    }
    timer_.expires_after(kLook);
    timer_.async_wait([this](const asio::error_code& error) {
        if (!error) proceed();
    });
}

/// Each handler that ends this object is called last.
void Version1Client::take(const Result<std::string>& answer) {
    if (!answer) {
        handlers_.on_gone(answer.error().message);
        return;
    }
    const auto heard = talk_.take_answer(*answer, net::boot_now());
    if (!heard) {
        handlers_.on_gone(heard.error().message);
    } else if (heard->speaks_version2) {
        handlers_.on_version2();
    } else {
        if (heard->status) handlers_.on_status(*heard->status);
        proceed();
    }
}

}  // namespace mmm
