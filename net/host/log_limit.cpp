#include "net/host/log_limit.hpp"

#include <algorithm>

namespace mmm::net {

namespace {
// The key of all kinds that aren't watched one by one.
const char* const kOthers = "";
}  // namespace

bool LogLimit::admit(const std::string& kind, const LogRecord& record, Time now) {
    auto found = windows_.find(kind);
    if (found == windows_.end()) {
        const std::string key = windows_.size() < kMostKinds ? kind : kOthers;
        if (windows_.empty()) earliest_ = now;
        found = windows_.try_emplace(key, Window{now, 0, 0, {}}).first;
    }
    Window& window = found->second;
    if (window.admitted < (found->first == kOthers ? most_of_others_ : most_)) {
        ++window.admitted;
        return true;
    }
    if (window.suppressed++ == 0) window.first_suppressed = record;
    return false;
}

std::vector<LogRecord> LogLimit::sums(Time now, bool keep_fields) {
    std::vector<LogRecord> sums;
    if (windows_.empty() || now - earliest_ < kWindow) return sums;
    earliest_ = now;
    for (auto window = windows_.begin(); window != windows_.end();) {
        if (now - window->second.begun < kWindow) {
            earliest_ = std::min(earliest_, window->second.begun);
            ++window;
            continue;
        }
        if (window->second.suppressed > 0) {
            LogRecord sum = std::move(window->second.first_suppressed);
            if (!keep_fields) sum.fields.clear();
            sum.fields.push_back({"suppressed", std::to_string(window->second.suppressed)});
            sums.push_back(std::move(sum));
        }
        window = windows_.erase(window);
    }
    return sums;
}

}  // namespace mmm::net
