#pragma once

#include <cstdio>
#include <cstdlib>

/// Always-on check for what can only be a bug. Prints the condition and aborts; the service manager restarts us,
/// and a restarted process adopts the running cluster unchanged.
#define MMM_CHECK(condition)                                                                        \
    do {                                                                                            \
        if (!(condition)) {                                                                         \
            std::fprintf(stderr, "bug: %s:%d: check failed: %s\n", __FILE__, __LINE__, #condition); \
            std::abort();                                                                           \
        }                                                                                           \
    } while (false)
