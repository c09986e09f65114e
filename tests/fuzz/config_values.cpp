// Durations, ratios, addresses and key files as people write them.

#include "core/config/duration_text.hpp"
#include "core/config/ratio_text.hpp"
#include "core/model/address.hpp"
#include "core/model/cluster_key.hpp"
#include "tests/fuzz/fuzz.hpp"

using namespace mmm;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text = fuzz::text_of(data, size);
    if (const auto duration = config::parse_duration(text))
        require(config::parse_duration(config::duration_text(*duration)) == *duration, "a duration survives printing");
    if (const auto ratio = config::parse_ratio(text))
        require(config::parse_ratio(config::ratio_text(*ratio)) == *ratio, "a ratio survives printing");
    if (const auto address = Address::parse(text))
        require(Address::parse(address->text()) == *address, "an address survives printing");
    if (const auto key = parse_cluster_key(text))
        require(parse_cluster_key(cluster_key_text(*key)) == *key, "a key survives printing");
    const auto keys = parse_key_file(text);
    require(!keys || (!keys->empty() && keys->size() <= 2), "a key file has one key or two");
    return 0;
}
