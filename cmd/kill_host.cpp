#include "cmd/kill_host.hpp"

#include "net/host/process.hpp"

namespace mmm {

void kill_host(asio::io_context& loop, const config::Monitor& monitor, const HostName& host, bool ping,
               std::function<void(monitor::KillDone)> done) {
    net::ProcessRequest request;
    request.arguments = {monitor.kill_host_bin, host, ping ? "1" : "0"};
    request.deadline = monitor.kill_host_timeout;
    net::run_process(loop, request, [host, done = std::move(done)](Result<net::ProcessResult> result) {
        if (!result) {
            done({host, false, result.error().message});
            return;
        }
        done({host, result->succeeded(), result->text() + (result->output.empty() ? "" : ": " + result->output)});
    });
}

}  // namespace mmm
