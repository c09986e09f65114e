// Lines of version 1, from an old program or a stranger: whatever is understood is said and understood again.

#include "core/proto/frame.hpp"
#include "core/proto/version1.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using namespace mmm::proto;
using fuzz::require;

namespace {

void check_request(std::string_view line) {
    const auto request = v1::decode_request(line);
    if (!request) return;
    require(v1::is_request(line), "what is a request looks like one");
    const std::string again = v1::encode(*request);
    require(v1::decode_request(again) == *request, "a request survives being sent on");
}

void check_fields(const std::vector<std::string>& fields) {
    if (const auto status = v1::agent_status(fields))
        require(v1::agent_status(v1::fields_of(*status)) == *status, "an agent's status survives being sent on");
    if (const auto status = v1::system_status(fields))
        require(v1::system_status(v1::fields_of(*status)) == *status, "a system's status survives being sent on");
}

void check_reply(std::string_view line) {
    const auto reply = v1::decode_reply(line);
    if (!reply) return;
    const std::string line_again = v1::encode(*reply);  // the uptime loses its third decimal
    const auto again = v1::decode_reply(line_again);
    require(again && again->ok == reply->ok && again->text == reply->text && again->fields == reply->fields,
            "a reply survives being sent on");
    require(v1::encode(*again) == line_again, "a reply is sent on as it came");
    check_fields(reply->fields);
}

void check_roles(std::string_view text) {
    if (const auto roles = v1::parse_roles(text))
        require(v1::parse_roles(v1::roles_text(*roles)) == *roles, "roles survive being written");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    for (const auto line : fuzz::lines_of(fuzz::text_of(data, size), 20)) {
        if (!check_line(line)) continue;  // such a line ends the connection
        check_request(line);
        check_reply(line);
        check_roles(line);
    }
    return 0;
}
