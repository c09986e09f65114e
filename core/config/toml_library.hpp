#pragma once

/// toml++ as values instead of exceptions, and without its writers: the one way in which this room includes it.
#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>
