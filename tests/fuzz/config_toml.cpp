// Configuration files in TOML, however broken.

#include "core/config/toml.hpp"

#include "core/config/format.hpp"
#include "tests/fuzz/config_check.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto text = mmm::fuzz::text_of(data, size);
    (void)mmm::config::format_of(text);
    mmm::fuzz::check_loaded(mmm::config::read_toml("mmm.toml", text));
    return 0;
}
