# Included by CMakeLists.txt: the target mmm_commit, which writes generated/commit.hpp at each build, and only when it
# would differ. Run as a script (cmake -P) it is the writer itself.

if(CMAKE_SCRIPT_MODE_FILE)
    set(git git -c "safe.directory=${source}" -C "${source}")
    execute_process(COMMAND ${git} rev-parse --show-toplevel OUTPUT_VARIABLE top
        OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE failed)
    if(NOT failed AND top STREQUAL source)
        execute_process(COMMAND ${git} rev-parse --short=12 HEAD OUTPUT_VARIABLE commit
            OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
        execute_process(COMMAND ${git} status --porcelain --untracked-files=no OUTPUT_VARIABLE changes ERROR_QUIET)
        if(changes)
            string(APPEND commit "-dirty")
        endif()
    else()
        # In a source archive made by git the placeholder is the commit.
        file(STRINGS "${source}/packaging/cmake/archived-commit" commit LIMIT_COUNT 1)
    endif()
    if(NOT commit MATCHES "^[0-9a-f]+(-dirty)?$")
        set(commit "unknown")
    endif()
    set(text "#pragma once\n\n#define MMM_VERSION \"${version}\"\n#define MMM_COMMIT \"${commit}\"\n")
    file(CONFIGURE OUTPUT "${output}" CONTENT "${text}" @ONLY)
    return()
endif()

set(generated "${PROJECT_BINARY_DIR}/generated")
add_custom_target(mmm_commit
    COMMAND ${CMAKE_COMMAND} -Dsource=${PROJECT_SOURCE_DIR} -Dversion=${PROJECT_VERSION}
        -Doutput=${generated}/commit.hpp -P ${CMAKE_CURRENT_LIST_FILE}
    BYPRODUCTS "${generated}/commit.hpp"
    COMMENT "Naming the commit"
    VERBATIM)
add_dependencies(mmm_cmd mmm_commit)
target_include_directories(mmm_cmd PRIVATE "${generated}")
