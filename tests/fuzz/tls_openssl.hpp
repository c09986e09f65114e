#pragma once

#include <openssl/ssl.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

// OpenSSL made fit for fuzzing: it does the same each time, tells what it holds, and which ways it went.

namespace mmm::fuzz {

/// Call it before anything else of OpenSSL.
void tame_openssl();

/// From here on OpenSSL's random numbers are those of `seed`. One input has to do the same each time; and what was
/// recorded with one seed must be no use against another, as it isn't outside.
void restart_random(std::uint64_t seed);

/// Bytes that OpenSSL holds just now.
std::size_t openssl_bytes();

/// OpenSSL is a library without instruments: its steps in a handshake are told to libFuzzer as if they were code.
void show_steps(SSL_CTX* context);
/// Likewise a reason that a session ended for, without the names in it.
void show_reason(std::string_view reason);

}  // namespace mmm::fuzz
