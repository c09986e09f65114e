#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/base/time.hpp"
#include "net/host/log_record.hpp"

namespace mmm::net {

/// Lets only so many records of a kind through in each window, and counts the others.
class LogLimit {
  public:
    static constexpr Duration kWindow{10'000};
    /// Kinds watched at a time; all further ones are taken for one kind.
    static constexpr std::size_t kMostKinds = 200;

    /// `most`: records of a kind in a window, at least 1; `most_of_others`: of all kinds that aren't watched.
    LogLimit(unsigned most, unsigned most_of_others) : most_(most), most_of_others_(most_of_others) {}

    /// Whether `record`, which is of kind `kind`, may be written now.
    bool admit(const std::string& kind, const LogRecord& record, Time now);

    /// Ends the windows that are over. Returns a record for each kind of which some were held back: the first of them,
    /// with the field "suppressed" and their number; and with its other fields only if `keep_fields`.
    std::vector<LogRecord> sums(Time now, bool keep_fields);

  private:
    struct Window {
        Time begun;
        unsigned admitted = 0;
        unsigned long suppressed = 0;
        LogRecord first_suppressed;
    };

    unsigned most_;
    unsigned most_of_others_;
    std::map<std::string, Window> windows_;
    Time earliest_{};  ///< When the oldest window began: before it ends there is nothing to sum up.
};

}  // namespace mmm::net
