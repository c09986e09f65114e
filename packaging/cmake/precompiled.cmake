# mmm_precompiled(<name> LIBRARIES <target>... HEADERS <header>...)
#
# Compiles the headers once, as the object library mmm_<name>: for target_precompile_headers(... REUSE_FROM mmm_<name>).

function(mmm_precompiled name)
    cmake_parse_arguments(arg "" "" "LIBRARIES;HEADERS" ${ARGN})
    file(WRITE "${PROJECT_BINARY_DIR}/${name}.cpp" "")
    add_library(mmm_${name} OBJECT "${PROJECT_BINARY_DIR}/${name}.cpp")
    target_link_libraries(mmm_${name} PUBLIC mmm_flags ${arg_LIBRARIES})
    target_precompile_headers(mmm_${name} PRIVATE ${arg_HEADERS})
endfunction()
