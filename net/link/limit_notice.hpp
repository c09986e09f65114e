#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "core/base/time.hpp"

namespace mmm::net {

/// Keeps what a stranger does from filling the log: each kind of notice is passed on at most once an interval, with how
/// many were left out since.
class LimitNotice {
  public:
    using Sink = std::function<void(const std::string&)>;

    LimitNotice(Duration interval, Sink sink) : interval_(interval), sink_(std::move(sink)) {}

    /// `kind` is one of few fixed texts; `text` what to log.
    void tell(const std::string& kind, const std::string& text, Time now) {
        Kind& seen = kinds_[kind];
        if (seen.told && now - seen.last < interval_) {
            ++seen.left_out;
            return;
        }
        const std::string more =
            seen.left_out == 0 ? "" : " (and " + std::to_string(seen.left_out) + " times more since the last notice)";
        seen = {true, now, 0};
        if (sink_) sink_(text + more);
    }

  private:
    struct Kind {
        bool told = false;
        Time last;
        std::size_t left_out = 0;
    };
    Duration interval_;
    Sink sink_;
    std::map<std::string, Kind> kinds_;
};

}  // namespace mmm::net
