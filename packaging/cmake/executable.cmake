# The executable mmm: cmd/main.cpp on top of all rooms.

add_executable(mmm "${PROJECT_SOURCE_DIR}/cmd/main.cpp")
set_target_properties(mmm PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
target_link_libraries(mmm PRIVATE mmm_cmd)
if(MMM_STATIC)
    # A static glibc that loads a module of the host's dies with it: cmd/static_safety.cpp answers for dlopen.
    target_link_options(mmm PRIVATE
        -static -no-pie -s -Wl,--gc-sections -Wl,--wrap=dlopen,--wrap=dlerror)
endif()
install(TARGETS mmm RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
