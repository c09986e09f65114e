#include "cmd/random_id.hpp"

#include <fmt/format.h>

#include <random>

namespace mmm {

std::string random_id() {
    std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

std::uint64_t random_number() {
    std::random_device device;
    std::uint64_t number = 0;
    while (number == 0) number = (static_cast<std::uint64_t>(device()) << 32U) | device();
    return number;
}

}  // namespace mmm
