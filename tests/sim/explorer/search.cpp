#include "tests/sim/explorer/search.hpp"

#include <cstdio>
#include <cstring>

namespace mmm::sim {

namespace {

std::size_t hash(const World& world) {
    static_assert(sizeof(World) % 4 == 0);
    std::array<std::uint32_t, sizeof(World) / 4> words;
    std::memcpy(words.data(), &world, sizeof world);
    std::uint64_t h = 0;
    for (const auto word : words) {
        h = (h ^ word) * 0x9E3779B97F4A7C15ULL;
        h ^= h >> 29U;
    }
    return static_cast<std::size_t>(h ^ (h >> 32U));
}

}  // namespace

Search::Search(const Options& options) : options_(options), laws_(options_), table_(1U << 20U) {
    add(laws_.start(), 0);
}

bool Search::add(const World& world, std::uint32_t parent) {
    if (2 * worlds_.size() > table_.size()) grow();
    std::size_t place = hash(world) & (table_.size() - 1);
    for (; table_[place] != 0; place = (place + 1) & (table_.size() - 1))
        if (worlds_[table_[place] - 1] == world) return false;
    worlds_.push_back(world);
    parents_.push_back(parent);
    table_[place] = static_cast<std::uint32_t>(worlds_.size());
    return true;
}

void Search::grow() {
    table_.assign(table_.size() * 2, 0);
    for (std::size_t i = 0; i < worlds_.size(); ++i) {
        std::size_t place = hash(worlds_[i]) & (table_.size() - 1);
        while (table_[place] != 0) place = (place + 1) & (table_.size() - 1);
        table_[place] = static_cast<std::uint32_t>(i + 1);
    }
}

double Search::seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
}

void Search::conclude(const char* result) const {
    std::printf("%s: %s %zu states, %.1f s (%zu different nodes, %zu messages)\n", options_.text().c_str(), result,
                worlds_.size(), seconds(), laws_.store.nodes.size(), laws_.store.messages.size());
}

bool Search::run() {
    bool found = false;
    for (std::size_t i = 0; i < worlds_.size() && !found; ++i) {
        const World world = worlds_[i];
        laws_.successors(world, [&](const World& next, const Step&) {
            if (!found && add(next, static_cast<std::uint32_t>(i)) && laws_.violated(next)) found = true;
        });
        if (worlds_.size() >= options_.limit || (i % 1024 == 0 && seconds() > options_.seconds)) {
            if (found) break;
            conclude("bound reached, no violation in");
            return false;
        }
    }
    conclude(found ? "VIOLATION after" : "exhausted, NO violation,");
    if (found) trace(worlds_.size() - 1);
    return found;
}

void Search::trace(std::size_t index) {
    std::vector<std::size_t> way;
    for (; index != 0; index = parents_[index]) way.push_back(index);
    for (std::size_t k = way.size(); k-- > 0;) {
        const World& wanted = worlds_[way[k]];
        const World before = worlds_[parents_[way[k]]];
        std::string text;
        laws_.successors(before, [&](const World& next, const Step& step) {
            if (text.empty() && next == wanted) text = laws_.describe(step, next);
        });
        const auto left = [&](std::size_t host) {
            return static_cast<int>((laws_.node(wanted, host).address_until - kNow) / kTick);
        };
        std::string promised;
        for (std::size_t i = 0; i <= laws_.monitor(); ++i)
            promised += " " + laws_.node(wanted, i).voter.record.of(the_slot()).promised.text();
        std::printf("  %-78s | address db1:%d db2:%d | promised%s\n", text.c_str(), left(0), left(1), promised.c_str());
    }
}

}  // namespace mmm::sim
