# mmm_room(<folder> [DEPENDS <folder>...] [LIBRARIES <target>...] [EXCEPT <file>...])
#
# All of the folder's .cpp files as the static library mmm_<folder with underscores>. A room that has no source yet is
# an empty interface, so that the rooms above it can name it already.

# Most of a room's compile time goes into the library's headers. They are compiled once, but for the executable to ship
# and for clang-tidy: those show an include that is missing.
set(mmm_often_included <algorithm> <chrono> <functional> <map> <memory> <optional> <set> <string> <string_view> <utility>
    <variant> <vector> <fmt/format.h> <tl/expected.hpp>)
if(NOT MMM_STATIC)
    mmm_precompiled(often_included LIBRARIES mmm_fmt HEADERS ${mmm_often_included})
endif()

function(mmm_room folder)
    cmake_parse_arguments(arg "" "" "DEPENDS;LIBRARIES;EXCEPT" ${ARGN})
    string(REPLACE "/" "_" target "mmm_${folder}")
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${folder}/*.cpp")
    foreach(file IN LISTS arg_EXCEPT)
        list(REMOVE_ITEM sources "${PROJECT_SOURCE_DIR}/${folder}/${file}")
    endforeach()

    set(below "")
    foreach(room IN LISTS arg_DEPENDS)
        string(REPLACE "/" "_" room "mmm_${room}")
        list(APPEND below ${room})
    endforeach()
    if(sources)
        add_library(${target} STATIC ${sources})
        target_link_libraries(${target} PUBLIC ${below} ${arg_LIBRARIES} mmm_flags)
        if(TARGET mmm_often_included)
            target_precompile_headers(${target} REUSE_FROM mmm_often_included)
        endif()
    else()
        add_library(${target} INTERFACE)
        target_link_libraries(${target} INTERFACE ${below} ${arg_LIBRARIES} mmm_flags)
    endif()
endfunction()
