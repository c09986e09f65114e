#pragma once

#include <string>

#include "core/lease/report.hpp"
#include "core/proto/field_reader.hpp"
#include "core/proto/message.hpp"

namespace mmm::proto {

/// The line for a STATUS with what the agent tells of its part in leases: `held=SLOT EPOCH LEASED LEFT VOTER VOTER...`,
/// `released=SLOT RELINQUISHED PROMISED`, `by_contact=SLOT`, `supported=SLOT AGE EPOCH HOLDER`, all repeated,
/// `silent_ms`, `voters`; each only if there is something to tell. What a voter supported is left out where a line or
/// its number of fields would get too large: it only spares waiting.
std::string encode_with_report(Message status, const lease::Report& report);

/// An agent that doesn't take part has none of these keys: everything is empty then. Faults go to the reader.
lease::Report read_report(FieldReader& reader);

}  // namespace mmm::proto
