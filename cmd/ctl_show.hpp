#pragma once

#include <string>
#include <string_view>

#include "core/proto/control.hpp"

namespace mmm {

/// Text for a terminal: characters that would steer it become `?`; line ends stay.
std::string terminal_text(std::string_view text);

/// The classic `show` for people at a terminal: behind each host that isn't ONLINE, since when and why; with `colour`
/// what needs attention is coloured. `reply` is the monitor's answer to show; without data only the text is used.
std::string show_for_people(const proto::ControlReply& reply, bool colour);

/// What `--json` prints: the data where there is some, else {"ok":..,"exit":..,"text":..}; one line with its end.
std::string json_for_programs(const proto::ControlReply& reply);

/// "ACTIVE, cluster C1" for a heading; empty when the data doesn't say.
std::string show_heading(const proto::ControlReply& reply);

/// `text` in red (or what the terminal takes for it) when `colour`.
std::string alarm(const std::string& text, bool colour);

}  // namespace mmm
