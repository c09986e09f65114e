#include "cmd/service_report.hpp"

#include "net/host/boot_clock.hpp"

namespace mmm {

void ServiceReport::tell(const std::string& doing) {
    const Time now = net::boot_now();
    const auto interval = manager_.watchdog_interval();
    if (interval && now >= watchdog_at_) {
        manager_.watchdog();
        watchdog_at_ = now + *interval;
    }
    if (doing == told_) return;
    manager_.status(doing);
    told_ = doing;
}

}  // namespace mmm
