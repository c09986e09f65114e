// Lines of strangers on the control port, and answers of whatever listens on a monitor's port to `mmm ctl`.

#include "core/proto/control.hpp"
#include "core/proto/frame.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using namespace mmm::proto;
using fuzz::require;

namespace {

void check_request(std::string_view line) {
    const auto request = parse_control(line);
    if (!request) return;
    require(request->words.size() <= kMaxControlWords, "a command has few words");
    require(!request->json || wants_json(line), "the form of the answer is known from the start");
    std::string again = request->json ? "json" : "";
    for (const auto& word : request->words) {
        require(!word.empty() && word.find_first_of(" \t\n") == std::string::npos, "a word is one");
        again += (again.empty() ? "" : " ") + word;
    }
    require(parse_control(again) == *request, "a command survives being written");
}

void check_reply(const ControlReply& reply) {
    const std::string line = render_json(reply);
    require(line.ends_with('\n') && line.find('\n') == line.size() - 1, "an answer for programs is one line");
    const auto read = parse_reply(line);
    require(read && read->exit == reply.exit, "an answer for programs is understood");
    require(render_json(*read) == line, "and stays what it was");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    for (const auto line : fuzz::lines_of(text, 20)) check_request(line);
    if (const auto reply = parse_reply(text)) check_reply(*reply);
    check_reply({kExitRefused, std::string(text), std::string(text)});
    return 0;
}
