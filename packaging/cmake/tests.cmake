# tests/unit/<room>/*.cpp becomes unit_<room>, tests/net/<room>/*.cpp becomes net_<room>: one executable and one CTest
# test each, labelled unit or net. tests/golden/*.cpp becomes golden (label unit).

find_package(Catch2 2.13 REQUIRED)

# Everything a test includes first, compiled once.
mmm_precompiled(catch LIBRARIES Catch2::Catch2WithMain HEADERS <catch2/catch.hpp> <string> <vector>)
target_compile_definitions(mmm_catch PUBLIC MMM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")

# ThreadSanitizer needs the classic address space layout, which newer kernels randomise too much for GCC 12.
if(MMM_SANITIZE MATCHES "thread")
    execute_process(COMMAND setarch -R true RESULT_VARIABLE failed OUTPUT_QUIET ERROR_QUIET)
    if(NOT failed)
        set(CMAKE_CROSSCOMPILING_EMULATOR setarch;-R)
    endif()
endif()

# Sanitizers take their time, more so beside other work: the limit is for what hangs.
set(mmm_test_timeout 300)
if(MMM_SANITIZE)
    set(mmm_test_timeout 900)
endif()

function(mmm_test name label folder room_library)
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/${folder}/*.cpp")
    # The pure rooms and the dialogues run on one thread: under TSan they have nothing to show, and take minutes.
    set(is_threaded TRUE)
    if(room_library MATCHES "^mmm_core_" OR folder STREQUAL "golden")
        set(is_threaded FALSE)
    endif()
    if(NOT sources OR (NOT is_threaded AND MMM_SANITIZE MATCHES "thread"))
        return()
    endif()
    add_executable(${name} ${sources})
    target_link_libraries(${name} PRIVATE ${room_library} mmm_catch)
    target_precompile_headers(${name} REUSE_FROM mmm_catch)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
    add_test(NAME ${name} COMMAND ${name} --durations no)
    set_tests_properties(${name} PROPERTIES LABELS ${label} TIMEOUT ${mmm_test_timeout})
endfunction()

foreach(room base model config proto lease monitor agent)
    mmm_test(unit_${room} unit unit/${room} mmm_core_${room})
endforeach()
mmm_test(unit_cmd unit unit/cmd mmm_cmd)
mmm_test(golden unit golden mmm_cmd)
if(TARGET golden)
    set_tests_properties(golden PROPERTIES COST 100)  # the longest by far: begun first, the others run beside it
endif()
foreach(room host link mysql)
    mmm_test(net_${room} net net/${room} mmm_net_${room})
endforeach()
mmm_test(net_cmd net net/cmd mmm_cmd)
target_sources(net_cmd PRIVATE "${PROJECT_SOURCE_DIR}/tests/net/host/namespaces.cpp")

# The simulator: the decision cores once more, optimised whatever the build is, and a world around them. Under the
# sanitizers it is built only when asked for.
set(sim_cores "")
foreach(room core/model core/proto core/lease core/monitor core/agent)
    file(GLOB sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/${room}/*.cpp")
    list(APPEND sim_cores ${sources})
endforeach()
file(GLOB sim_sources CONFIGURE_DEPENDS "${PROJECT_SOURCE_DIR}/tests/sim/*.cpp")
list(REMOVE_ITEM sim_sources "${PROJECT_SOURCE_DIR}/tests/sim/main.cpp")
add_library(mmm_sim STATIC ${sim_cores} "${PROJECT_SOURCE_DIR}/core/config/config.cpp" ${sim_sources})
target_compile_options(mmm_sim PRIVATE -O2)
target_link_libraries(mmm_sim PUBLIC mmm_flags mmm_fmt mmm_json)
target_precompile_headers(mmm_sim PRIVATE ${mmm_often_included})
add_executable(sim "${PROJECT_SOURCE_DIR}/tests/sim/main.cpp")
target_link_libraries(sim PRIVATE mmm_sim)
set_target_properties(sim PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/tests")
if(MMM_SANITIZE)
    set_target_properties(mmm_sim sim PROPERTIES EXCLUDE_FROM_ALL ON)
else()
    mmm_test(unit_sim unit sim/self mmm_sim)
endif()

# The corpora of the fuzz targets, replayed. What they reach has no threads.
if(NOT MMM_SANITIZE MATCHES "thread")
    include(fuzz)
endif()

# Rules of the tree itself: floors, sizes, what was left behind. Debian's own Python has the packages that setup installs.
add_test(NAME house COMMAND /usr/bin/python3 -B -m pytest -q -p no:cacheprovider "${PROJECT_SOURCE_DIR}/tests/house")
set_tests_properties(house PROPERTIES LABELS unit TIMEOUT 60)
