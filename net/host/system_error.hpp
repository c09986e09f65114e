#pragma once

#include <string>

#include "core/base/result.hpp"

namespace mmm::net {

/// The kind of fault that an errno stands for; Code::io for those without a better one.
Code code_of_errno(int number);

/// What the kernel calls errno `number`, for messages: "No such device".
std::string errno_text(int number);

/// "`what`: No such device", with the code and detail for errno `number`.
tl::unexpected<Error> fail_with_errno(const std::string& what, int number);

}  // namespace mmm::net
