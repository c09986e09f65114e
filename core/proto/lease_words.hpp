#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/time.hpp"
#include "core/lease/message.hpp"

namespace mmm::proto {

/// `role(ip) EPOCH`, the form of a slot in all that speaks of leases.
std::string held_text(const Slot& slot, const lease::Epoch& epoch);
/// `AGE`, or `AGE EPOCH HOLDER` when known.
std::string support_text(const lease::SupportReport& report);

/// Takes a value apart whose words are separated by one blank each: slots, epochs, names, numbers. Like FieldReader it
/// goes on with defaults after a fault; look at good() at the end. Names are those that configuration allows, so that
/// whatever is taken over can be written to a state file.
class Words {
  public:
    explicit Words(std::string_view value);

    Slot slot();
    lease::Epoch epoch();            ///< one that was ever proposed
    lease::Epoch maybe_epoch();      ///< or `0`, never
    std::string name();              ///< of a host
    Duration duration();             ///< in milliseconds
    bool flag();                     ///< `0` or `1`
    lease::SupportReport support();  ///< takes all that is left

    [[nodiscard]] bool more() const { return next_ < words_.size(); }
    /// True if every word was taken and is what it should be.
    [[nodiscard]] bool good() const { return good_ && !more(); }

  private:
    std::string_view take();

    std::vector<std::string_view> words_;
    std::size_t next_ = 0;
    bool good_ = true;
};

}  // namespace mmm::proto
