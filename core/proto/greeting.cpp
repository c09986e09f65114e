#include "core/proto/greeting.hpp"

#include "core/proto/field_reader.hpp"
#include "core/proto/utf8.hpp"

namespace mmm::proto {

std::string encode_reload(const HostName& host) {
    return encode({std::string(kReload), host, {}});
}

std::string encode_hello(const Hello& hello) {
    return encode({std::string(kHello),
                   hello.host,
                   {{"cluster", hello.cluster}, {"monitor", hello.monitor_id}, {"version", hello.version}}});
}

std::string encode_welcome(const Welcome& welcome) {
    Message message{std::string(kWelcome), welcome.host, {{"version", welcome.version}}};
    if (welcome.leases) message.fields.emplace_back("leases", "1");
    return encode(message);
}

std::string encode_refused(const Refused& refused) {
    return encode({std::string(kRefused), refused.host, {{"reason", refused.reason}}});
}

Result<Hello> decode_hello(const Message& message) {
    FieldReader reader(message, kHello);
    Hello hello{message.host, reader.text("cluster"), reader.text("monitor"), reader.text("version")};
    if (hello.monitor_id.empty()) reader.refuse_value("monitor", "");
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return hello;
}

Result<Welcome> decode_welcome(const Message& message) {
    FieldReader reader(message, kWelcome);
    const Welcome welcome{message.host, reader.text("version"), reader.has("leases") && reader.flag("leases")};
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return welcome;
}

Result<Refused> decode_refused(const Message& message) {
    FieldReader reader(message, kRefused);
    Refused refused{message.host, reader.text("reason")};
    if (auto outcome = reader.outcome(); !outcome) return tl::make_unexpected(outcome.error());
    return refused;
}

Result<void> accept_hello(const Hello& hello, const HostName& self, const std::string& cluster,
                          const std::string& current_monitor) {
    if (hello.host != self) {
        return fail(Code::refused, "this is the agent of host '" + self + "', not of '" + printable(hello.host) +
                                       "': is the address of one of them wrong in the configuration?");
    }
    if (hello.cluster != cluster) {
        return fail(Code::refused,
                    "this agent belongs to cluster '" + cluster + "', not to '" + printable(hello.cluster) + "'");
    }
    if (!current_monitor.empty() && hello.monitor_id != current_monitor) {
        return fail(Code::busy, "another monitor (" + printable(current_monitor) +
                                    ") is connected to this agent: only one may run for a cluster");
    }
    return {};
}

}  // namespace mmm::proto
