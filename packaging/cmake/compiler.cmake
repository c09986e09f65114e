# The flags of all of our own code, as the interface target mmm_flags.

if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE Debug CACHE STRING "Build type" FORCE)
endif()
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# Debug is compiled far more often than debugged: line tables and variables, no optimiser.
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O2")

find_program(MMM_CCACHE ccache)
if(MMM_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    # Without these a precompiled header is never a hit; all of them compare content instead of times.
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MMM_CCACHE})
endif()

add_library(mmm_flags INTERFACE)
target_include_directories(mmm_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(mmm_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Woverloaded-virtual
    -Wcast-qual -Wimplicit-fallthrough -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(mmm_flags INTERFACE -Wduplicated-cond -Wlogical-op -fpch-preprocess)
    # What GCC 12's optimiser guesses about copies of arrays and strings is often wrong (bugs 105651, 105329, 107852), and
    # more so in instrumented code; the sanitizers find the real ones.
    target_compile_options(mmm_flags INTERFACE
        -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-stringop-overread -Wno-maybe-uninitialized)
endif()
if(MMM_FUZZ)
    # Warnings are GCC's and clang-tidy's business. Unoptimised code would be fuzzed at a third of the speed.
    target_compile_options(mmm_flags INTERFACE -Wno-everything)
    set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
endif()
# Bounds of the standard containers are checked in production too: a bug aborts and the service manager restarts.
target_compile_definitions(mmm_flags INTERFACE _GLIBCXX_ASSERTIONS)

if(MMM_SANITIZE)
    # -Wtsan objects to the fences of Asio, whose queues have locks.
    target_compile_options(mmm_flags INTERFACE
        -fsanitize=${MMM_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all -Wno-tsan)
    target_link_options(mmm_flags INTERFACE -fsanitize=${MMM_SANITIZE})
    # Compile time: an optimised ASan+UBSan build takes twice as long, a TSan one doesn't. AddressSanitizer sees null
    # pointers itself.
    if(MMM_SANITIZE STREQUAL "thread")
        set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
    else()
        target_compile_options(mmm_flags INTERFACE -fno-sanitize=null,vptr)
    endif()
endif()
if(MMM_STATIC)
    target_compile_options(mmm_flags INTERFACE
        -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -ffunction-sections -fdata-sections)
endif()
