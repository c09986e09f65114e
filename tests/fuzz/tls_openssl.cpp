#define OPENSSL_SUPPRESS_DEPRECATED  // RAND_METHOD: its successor, a provider, is ten times the code

#include "tests/fuzz/tls_openssl.hpp"

#include <malloc.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>

#include <array>
#include <cstdlib>
#include <functional>

#include "tests/fuzz/fuzz.hpp"

namespace mmm::fuzz {
namespace {

std::uint64_t random_state = 0;
std::size_t held = 0;

/// libFuzzer takes each of these that becomes greater for a new edge.
__attribute__((section("__libfuzzer_extra_counters"), used)) std::array<std::uint8_t, 1024> steps;

/// SplitMix64: any seed will do, and nothing is to be kept from anybody.
std::uint64_t next_random() {
    random_state += 0x9e3779b97f4a7c15;
    std::uint64_t mixed = random_state;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111eb;
    return mixed ^ (mixed >> 31U);
}

int give_random(unsigned char* to, int size) {
    for (int i = 0; i < size; ++i) to[i] = static_cast<unsigned char>(next_random() >> 56U);
    return 1;
}

int ready() {
    return 1;
}

const RAND_METHOD repeatable{nullptr, give_random, nullptr, nullptr, give_random, ready};

void* counted(void* block) {
    held += ::malloc_usable_size(block);
    return block;
}

void* take(std::size_t size, const char* /*file*/, int /*line*/) {
    return counted(std::malloc(size));
}

void* change(void* block, std::size_t size, const char* /*file*/, int /*line*/) {
    held -= ::malloc_usable_size(block);
    return counted(std::realloc(block, size));
}

void give_back(void* block, const char* /*file*/, int /*line*/) {
    held -= ::malloc_usable_size(block);
    std::free(block);
}

void mark(std::size_t what) {
    ++steps.at(what % steps.size());
}

void on_step(const SSL* session, int where, int value) {
    const auto state = static_cast<std::size_t>(SSL_get_state(session));
    mark(state * 31 + static_cast<std::size_t>(where) * 7 + static_cast<std::size_t>(value));
}

}  // namespace

void tame_openssl() {
    require(CRYPTO_set_mem_functions(take, change, give_back) == 1, "OpenSSL holds nothing yet");
    require(RAND_set_rand_method(&repeatable) == 1, "OpenSSL takes our numbers");
}

void restart_random(std::uint64_t seed) {
    random_state = seed;
}

std::size_t openssl_bytes() {
    return held;
}

void show_steps(SSL_CTX* context) {
    SSL_CTX_set_info_callback(context, on_step);
}

void show_reason(std::string_view reason) {
    mark(std::hash<std::string_view>{}(reason.substr(0, reason.find('\''))));
}

}  // namespace mmm::fuzz
