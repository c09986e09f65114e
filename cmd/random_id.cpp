#include "cmd/random_id.hpp"

#include <fmt/format.h>

#include <random>

namespace mmm {

std::string random_id() {
    std::random_device device;
    return fmt::format("{:08x}{:08x}", device(), device());
}

}  // namespace mmm
