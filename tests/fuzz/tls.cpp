// TLS: a stranger's bytes on one of our ports, or from a server that we went to; and two ends of a link with somebody
// in between who cuts, changes, repeats and makes up what they say. Byte 1 picks the two ends, byte 2 who is attacked,
// byte 3 the size of pieces. The rest is what the stranger says, or what is done in between: see Between::act().

#include <algorithm>
#include <array>

#include "core/proto/frame.hpp"
#include "net/link/tls_session.hpp"
#include "tests/fuzz/fuzz.hpp"
#include "tests/fuzz/tls_openssl.hpp"
#include "tests/fuzz/tls_pairs.hpp"

using namespace mmm;
using fuzz::require;
using net::TlsSession;

namespace {

/// What OpenSSL takes for a session, a greeting of its greatest length included: far below what would hurt as often as
/// a port has places for strangers.
constexpr std::size_t kMostHeld = std::size_t{512} * 1024;
/// Our answers to a stranger: a flight with certificates and an alert.
constexpr std::size_t kMostAnswered = std::size_t{16} * 1024;
constexpr std::size_t kMostReason = 600;
constexpr std::size_t kMostActs = 200;
/// Flights of a handshake that two ends carry on by themselves.
constexpr std::size_t kMostFlights = 12;

const std::vector<fuzz::TlsPair>& pairs();

void check_reason(const Error& error) {
    fuzz::show_reason(error.message);
    require(error.code == Code::refused || error.code == Code::invalid, "a refusal has its code");
    require(!error.message.empty() && error.message.size() <= kMostReason, "a reason is there, and short");
    require(proto::check_line(error.message).has_value(), "a reason is fit for a log");
}

/// One end of a link: what it said, what it heard, and what went out for that.
class End {
  public:
    End(const fuzz::TlsPair& pair, TlsSession::Side side)
        : context_(side == TlsSession::Side::server ? pair.server : pair.client),
          peer_(side == TlsSession::Side::server ? pair.client_seen : pair.server_seen),
          before_(fuzz::openssl_bytes()),
          session_(context_, side),
          out_(session_.take_output()) {}

    void take(std::string_view bytes) {
        const std::size_t heard = heard_.size();
        const auto received = session_.receive(bytes, heard_);
        out_ += session_.take_output();
        require(fuzz::openssl_bytes() < before_ + kMostHeld, "what a session holds is bounded");
        require(reason_.empty() || (received && heard_.size() == heard), "a session that failed hears nothing");
        require(heard_.empty() || established(), "nothing is heard before both are known");
        if (!received && reason_.empty()) reason_ = received.error().message;
        if (!received) check_reason(received.error());
        if (!established()) return;
        require(peer_.has_value() && session_.peer() == *peer_, "who is admitted is who was meant");
        require(session_.still_good(*context_), "who was admitted is good");
    }

    void say(std::string_view text) {
        if (!established()) return;
        said_ += text;
        session_.send(text);
        out_ += session_.take_output();
    }

    void close() {
        session_.close();
        out_ += session_.take_output();
    }

    [[nodiscard]] bool established() const { return session_.established(); }
    [[nodiscard]] const std::string& out() const { return out_; }
    [[nodiscard]] const std::string& said() const { return said_; }
    [[nodiscard]] const std::string& heard() const { return heard_; }
    [[nodiscard]] const std::string& reason() const { return reason_; }
    [[nodiscard]] bool admits() const { return peer_.has_value(); }

  private:
    fuzz::TlsPointer context_;
    std::optional<net::TlsPeer> peer_;
    std::size_t before_;
    TlsSession session_;
    std::string out_;
    std::string said_;
    std::string heard_;
    std::string reason_;  ///< empty: it didn't fail
};

/// Bytes off the front of the input; zeroes and nothing when there are no more.
class Input {
  public:
    explicit Input(std::string_view bytes) : bytes_(bytes) {}
    [[nodiscard]] bool empty() const { return bytes_.empty(); }
    std::size_t number() {
        const auto byte = some(1);
        return byte.empty() ? 0 : static_cast<unsigned char>(byte.front());
    }
    std::string_view some(std::size_t size) {
        const auto out = bytes_.substr(0, size);
        bytes_.remove_prefix(out.size());
        return out;
    }

  private:
    std::string_view bytes_;
};

/// The record that begins `bytes`: all of it, or what is there.
std::string_view record_of(std::string_view bytes) {
    constexpr std::size_t kHeader = 5;
    if (bytes.size() < kHeader) return bytes;
    const auto high = std::size_t{static_cast<unsigned char>(bytes[3])};
    return bytes.substr(0, kHeader + high * 256 + static_cast<unsigned char>(bytes[4]));
}

/// Who carries what two ends say, and not always as it is.
class Between {
  public:
    explicit Between(const fuzz::TlsPair& pair)
        : pair_(pair), ends_{End(pair, TlsSession::Side::client), End(pair, TlsSession::Side::server)} {}

    /// Everything as it is, until nobody says any more.
    void carry_on() {
        for (std::size_t flight = 0; flight < kMostFlights; ++flight) {
            carry(flight % 2, std::string_view(ends_.at(flight % 2).out()).substr(carried_.at(flight % 2)));
        }
    }

    /// The act's lowest bit is who speaks, the client or the server; then what becomes of it.
    void act(Input& input) {
        const std::size_t what = input.number();
        const std::size_t from = what % 2;
        const std::string_view record = record_of(std::string_view(ends_.at(from).out()).substr(carried_.at(from)));
        switch (what / 2 % 10) {
            case 0:
                carry(from, record);
                break;
            case 1:  // a part of it
                carry(from, record.substr(0, input.number() + 1));
                break;
            case 2:  // lost
                carried_.at(from) += record.size();
                break;
            case 3:  // changed
                change(from, record, input);
                break;
            case 4:  // once more, one of those that were carried or not
                give(1 - from, any_record(from, input.number()));
                break;
            case 5:  // back to whom it came from
                give(from, any_record(from, input.number()));
                break;
            case 6: {  // made up
                const std::size_t size = input.number();
                give(1 - from, std::string(input.some(size)));
                break;
            }
            case 7:
                ends_.at(from).say("line " + std::to_string(++lines_) + "\n");
                break;
            case 8:
                ends_.at(from).close();
                break;
            default:
                carry_on();
        }
    }

    [[nodiscard]] const End& client() const { return ends_[0]; }
    [[nodiscard]] const End& server() const { return ends_[1]; }
    void say(std::size_t who, std::string_view text) { ends_.at(who).say(text); }

  private:
    void carry(std::size_t from, std::string_view bytes) {
        carried_.at(from) += bytes.size();
        give(1 - from, std::string(bytes));
    }

    /// A copy: what is carried may be what the receiver itself said, which grows.
    void give(std::size_t to, const std::string& bytes) {
        ends_.at(to).take(bytes);
        require(ends_.at(1 - to).said().starts_with(ends_.at(to).heard()), "what is heard was said, in that order");
        const bool first = pair_.server_first ? server().established() : client().established();
        const bool second = pair_.server_first ? client().established() : server().established();
        require(first || !second, "no handshake ends without the other side");
    }

    void change(std::size_t from, std::string_view record, Input& input) {
        std::string changed(record);
        const std::size_t at = input.number() * 256 + input.number();
        const std::size_t bits = input.number();
        if (!changed.empty()) changed[at % changed.size()] ^= static_cast<char>(bits);
        carried_.at(from) += record.size();
        give(1 - from, changed);
    }

    std::string any_record(std::size_t of, std::size_t number) const {
        std::string_view all = ends_.at(of).out();
        std::string_view record = record_of(all);
        for (; number > 0 && record.size() < all.size(); --number) {
            all.remove_prefix(record.size());
            record = record_of(all);
        }
        return std::string(record);
    }

    const fuzz::TlsPair& pair_;
    std::array<End, 2> ends_;
    std::array<std::size_t, 2> carried_{};  ///< of what each has said
    int lines_ = 0;
};

/// What became of a stranger's bytes.
struct Attempt {
    std::string reason;
    std::string answer;
    bool operator==(const Attempt&) const = default;
};

Attempt attempt(const fuzz::TlsPair& pair, TlsSession::Side side, std::string_view bytes, std::size_t piece) {
    constexpr std::uint64_t kSeed = 1;
    fuzz::restart_random(kSeed);
    End ours(pair, side);
    while (!bytes.empty()) {
        ours.take(bytes.substr(0, piece));
        bytes.remove_prefix(std::min(piece, bytes.size()));
        require(!ours.established(), "nobody is admitted who proves nothing");
        require(ours.out().size() <= kMostAnswered, "answers to strangers are short");
    }
    return {ours.reason(), ours.out()};
}

void interfere(const fuzz::TlsPair& pair, Input input) {
    constexpr std::uint64_t kSeed = 2;
    fuzz::restart_random(kSeed);
    Between between(pair);
    for (std::size_t acts = 0; !input.empty() && acts < kMostActs; ++acts) between.act(input);
}

/// Without anybody in between a pair does what it may: or there would be nothing to spoil.
void check_pair(const fuzz::TlsPair& pair) {
    Between between(pair);
    between.carry_on();
    const End& client = between.client();
    const End& server = between.server();
    require(client.established() == client.admits() && server.established() == server.admits(), pair.name.c_str());
    between.say(0, "PING\n");
    between.say(1, "PONG\n");
    between.carry_on();
    require(server.heard() == (server.admits() ? "PING\n" : ""), pair.name.c_str());
    require(client.heard() == (server.admits() ? "PONG\n" : ""), pair.name.c_str());
    require(server.admits() == (client.reason() + server.reason()).empty(), pair.name.c_str());
}

const std::vector<fuzz::TlsPair>& pairs() {
    static const std::vector<fuzz::TlsPair> all = [] {
        fuzz::tame_openssl();
        auto made = fuzz::tls_pairs();
        for (const auto& pair : made) {
            fuzz::show_steps(pair.server->native());
            fuzz::show_steps(pair.client->native());
            check_pair(pair);
        }
        return made;
    }();
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(fuzz::text_of(data, size));
    const fuzz::TlsPair& pair = pairs().at(input.number() % pairs().size());
    const std::size_t attacked = input.number() % 3;
    const std::size_t piece = input.number() + 1;
    if (attacked == 2) {
        interfere(pair, input);
        return 0;
    }
    const auto side = attacked == 0 ? TlsSession::Side::server : TlsSession::Side::client;
    const std::string_view bytes = input.some(size);
    require(attempt(pair, side, bytes, piece) == attempt(pair, side, bytes, std::max<std::size_t>(bytes.size(), 1)),
            "how it is cut up makes no difference");
    return 0;
}
