// Sealed datagrams and signs of life from strangers, from peers that lie and from recordings. The input is a list of
// lines: `+250` lets milliseconds pass and begins a round, all else is a datagram; `=` in front has it sealed with
// the cluster's key before it arrives. $P in it stands for our process, $C for our counter.

#include "core/proto/alive_exchange.hpp"
#include "core/proto/field_reader.hpp"
#include "net/link/seal.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using fuzz::require;

namespace {

constexpr const char* kProcess = "ours1";

const net::Sealer& sealer() {
    static const net::Sealer sealer({ClusterKey{"key-1", {1, 2, 3}}, ClusterKey{"key-2", {4, 5, 6}}});
    return sealer;
}

std::string filled_in(std::string_view line, std::uint64_t counter) {
    std::string filled;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const std::string_view token = line.substr(i, 2);
        if (token == "$P" || token == "$C") ++i;
        if (token == "$P") {
            filled += kProcess;
        } else if (token == "$C") {
            filled += std::to_string(counter);
        } else {
            filled += line[i];
        }
    }
    return filled;
}

class Exchange {
  public:
    void pass(Duration span) {
        now_ += span;
        exchange_.begin_round(now_);
        ++counter_;
    }

    void hear(std::string_view line) {
        std::string datagram = filled_in(line, counter_);
        const bool sealed_here = datagram.starts_with('=');
        if (sealed_here) {
            const std::string text = datagram.substr(1);
            const auto sealed = sealer().seal(text);
            require(sealed.has_value() == (text.size() <= sealer().longest_text()), "what is short enough is sealed");
            if (!sealed) return;
            require(sealed->size() <= proto::kMaxDatagram && net::looks_sealed(*sealed), "what is sealed fits");
            datagram = *sealed;
        }
        const auto text = sealer().open(datagram);
        require(text.has_value() == sealed_here, "only who has the key can seal");
        if (!text) return;
        if (const auto alive = proto::decode_alive(*text)) take(*alive);
    }

  private:
    void take(const proto::Alive& alive) {
        using Kind = proto::AliveExchange::Kind;
        const auto verdict = exchange_.take(alive, now_);
        if (verdict.kind == Kind::fresh) {
            require(verdict.age >= Duration{0} && verdict.age < proto::kEchoLimit, "a sign of life is recent");
            bool echoes_us = false;
            for (const auto& echo : alive.echoes) echoes_us |= echo.process == kProcess && echo.counter <= counter_;
            require(echoes_us, "a sign of life echoes us");
        }
        require(exchange_.take(alive, now_).kind != Kind::fresh, "a datagram counts once");
        const auto ours = exchange_.datagram("db1", "C1", alive.host);
        require(ours.echoes.size() <= 2, "echoes are few");
        if (const auto text = proto::encode_alive(ours))
            require(proto::decode_alive(*text) == ours, "what we say is understood");
    }

    proto::AliveExchange exchange_{kProcess};
    Time now_{Duration{1'000'000}};
    std::uint64_t counter_ = 0;
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Exchange exchange;
    exchange.pass(Duration{0});
    for (const auto line : fuzz::lines_of(fuzz::text_of(data, size), 100)) {
        const auto number = line.starts_with('+') ? proto::parse_number(line.substr(1)) : Result<std::uint64_t>{0};
        if (line.starts_with('+')) {
            exchange.pass(Duration{static_cast<Duration::rep>(number ? *number % 5'000 : 0)});
        } else {
            exchange.hear(line);
        }
    }
    return 0;
}
