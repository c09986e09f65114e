#include "tests/sim/explorer/world.hpp"

namespace mmm::sim {

using namespace lease;

namespace {

std::string ago(Time sent) {
    return std::to_string((kNow - sent) / kTick) + " ticks ago";
}

struct Arrival {
    bool answered;

    std::string operator()(const PromiseRequest& request) const {
        return "is asked to promise " + request.epoch.text() + " for " + request.target +
               (answered ? "; the proposer gets the answer" : "; the answer gets lost");
    }
    std::string operator()(const PromiseReply&) const { return "gets a promise"; }
    std::string operator()(const Renewal& round) const {
        return "gets " + round.holder + "'s renewal of " + round.slots.begin()->second.text() + ", sent " +
               (answered ? ago(round.sent) : "long ago or decided");
    }
    std::string operator()(const Support& support) const {
        return "counts a majority for its round of " + ago(support.sent);
    }
    std::string operator()(const Grant& grant) const { return "gets the grant of " + grant.epoch.text(); }
    std::string operator()(const Release&) const { return "hears of a release"; }
};

std::string deed(const Step& step, const Node& after) {
    switch (step.act) {
        case Act::propose_db1:
        case Act::propose_db2: {
            const auto& request = after.proposal->request;
            return "proposes " + request.epoch.text() + " for " + request.target;
        }
        case Act::grant:
            return "grants";
        case Act::make_call:
            return "puts the address into the kernel";
        case Act::let_go:
            return "lets go, and reports it";
        case Act::freeze:
            return "IS STOPPED";
        case Act::thaw:
            return "runs on";
        case Act::die:
            return "CRASHES";
        case Act::restart:
            return "starts again";
        case Act::lose_state:
            return "LOSES ITS STATE FILE and starts again";
        case Act::power_off:
            return step.answered ? "is killed, and it is confirmed" : "is killed";
        case Act::age:
        case Act::settle_down:
        case Act::first_delivery:
            break;
    }
    return "";
}

}  // namespace

std::string Laws::describe(const Step& step, const World& after) const {
    if (step.act == Act::age) return "--- tick ---";
    const Node& actor = node(after, step.node);
    std::string name = step.node > monitor() ? "the second monitor" : actor.voter.self;
    name += " ";
    if (step.act == Act::grant) return name + "grants " + std::get<Grant>(store.messages[step.message]).epoch.text();
    if (step.act != Act::first_delivery) return name + deed(step, actor);
    return name + std::visit(Arrival{step.answered}, store.messages[step.message]);
}

}  // namespace mmm::sim
