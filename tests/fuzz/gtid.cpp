// GTIDs as a hostile server or file has them, two sets a line apart: what is read is written and read again, and the
// sets obey the laws of sets.

#include "core/model/gtid.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using fuzz::require;

namespace {

void check_form(const GtidSet& set) {
    for (const auto& [origin, intervals] : set.intervals()) {
        require(!intervals.empty(), "an origin without transactions isn't kept");
        std::uint64_t before = 0;
        for (const auto& [first, last] : intervals) {
            require(first >= 1 && first <= last, "an interval has transactions");
            require(before == 0 || first > before + 1, "intervals neither overlap nor touch");
            before = last;
        }
    }
}

void check_text(const GtidSet& set) {
    check_form(set);
    require(GtidSet::parse(set.text()) == set, "a set survives being written");
    require(GtidSet::parse(set.ranges()) == set, "a set survives being written with both ends");
    require(set.listed(3).size() < 1000, "a list for people is short");
    require(set.empty() == (set.count() == 0), "an empty set has no transactions");
    require(covers(set, set) && missing(set, set).empty(), "a position covers itself");
    require(set.without_server(0, "") == set, "nobody's transactions are none");
}

void check_laws(const GtidSet& one, const GtidSet& other) {
    const GtidSet both = one.united(other);
    const GtidSet rest_of_one = one.without(other);
    check_form(both);
    check_form(rest_of_one);
    require(both == other.united(one), "a union has no order");
    require(both.contains(one) && both.contains(other), "a union has both");
    require(rest_of_one.united(other) == both, "a difference has all that is missing");
    require(rest_of_one.without(other) == rest_of_one, "a difference has nothing of the other");
    require(one.contains(rest_of_one), "a difference has nothing else");
    require(one.contains(other) == other.without(one).empty(), "who contains lacks nothing");
    const GtidSet fetched = rest(one, other);
    check_form(fetched);
    require(fetched.empty() == covers(one, other), "nothing is missing of what is covered");
    require(missing(one, other).empty() == covers(one, other), "the same as text");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    const auto end = std::min(text.find(';'), text.size());
    const auto one = GtidSet::parse(text.substr(0, end));
    const auto other = GtidSet::parse(text.substr(std::min(end + 1, text.size())));
    if (one) check_text(*one);
    if (other) check_text(*other);
    if (one && other) check_laws(*one, *other);
    return 0;
}
