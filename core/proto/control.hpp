#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.hpp"

namespace mmm::proto {

/// A command on the control port: at most this many words, in at most this many bytes.
inline constexpr std::size_t kMaxControlWords = 20;
inline constexpr std::size_t kMaxControlLine = 1024;

/// One line of a client: the command's words, the first with underscores (`set-online` means `set_online`).
struct ControlRequest {
    std::vector<std::string> words;  ///< none: an empty line, to be ignored
    bool json = false;               ///< the line began with the word `json`: answer in that form

    [[nodiscard]] bool empty() const { return words.empty() && !json; }
    [[nodiscard]] bool quit() const { return words.size() == 1 && words[0] == "quit"; }
    bool operator==(const ControlRequest&) const = default;
};

/// Does the line ask for an answer in JSON? Answers also when the line is otherwise wrong.
bool wants_json(std::string_view line);

/// Splits a line at blanks. Errors: Code::invalid: too long, too many words, `json` without a command.
Result<ControlRequest> parse_control(std::string_view line);

/// Exit status of a command, as `mmm ctl` returns it.
inline constexpr int kExitDone = 0;
inline constexpr int kExitRefused = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitNoMonitor = 3;

/// What a command says.
struct ControlReply {
    int exit = kExitDone;
    std::string text;       ///< the classic answer
    std::string data_json;  ///< one JSON value with the same for programs; empty: none

    bool operator==(const ControlReply&) const = default;
};

/// The classic form: the text, nothing added.
std::string render_classic(const ControlReply& reply);

/// The structured form: one line `{"ok":true,"exit":0,"text":"...","data":{...}}` and its line end; never a second
/// line end in it. Text that isn't UTF-8 is repaired; data that isn't JSON becomes null.
std::string render_json(const ControlReply& reply);

/// Reads the structured form, with or without line end. Errors: Code::invalid when it isn't that: perhaps an older
/// monitor, which answers in the classic form.
Result<ControlReply> parse_reply(std::string_view line);

}  // namespace mmm::proto
