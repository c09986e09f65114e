# The libraries we use, each as a target mmm_<name>. Static builds take archives and the cached Connector/C;
# all others take the system's shared libraries, which need no preparation and link faster.

find_package(Threads REQUIRED)

function(mmm_header_library name header)
    cmake_parse_arguments(arg "" "" "DEFINITIONS" ${ARGN})
    find_path(MMM_${name}_INCLUDE ${header})
    if(NOT MMM_${name}_INCLUDE)
        message(FATAL_ERROR "${header} isn't installed; run packaging/setup")
    endif()
    add_library(mmm_${name} INTERFACE)
    target_include_directories(mmm_${name} SYSTEM INTERFACE "${MMM_${name}_INCLUDE}")
    target_compile_definitions(mmm_${name} INTERFACE ${arg_DEFINITIONS})
endfunction()

function(mmm_find_library variable name hint)
    find_library(${variable} ${name} HINTS ${hint})
    if(NOT ${variable})
        message(FATAL_ERROR "The library ${name} isn't installed; run packaging/setup")
    endif()
endfunction()

# Asio chooses its allocator by a macro of the C++ library that may not be defined yet: all sources must choose alike.
mmm_header_library(asio asio.hpp DEFINITIONS ASIO_NO_DEPRECATED ASIO_HAS_STD_ALIGNED_ALLOC)
target_link_libraries(mmm_asio INTERFACE Threads::Threads)
mmm_header_library(json nlohmann/json.hpp)
mmm_header_library(toml toml++/toml.h)
mmm_header_library(cli CLI/CLI.hpp)
mmm_header_library(fmt fmt/format.h)

if(MMM_STATIC)
    add_library(mmm_fmt_compiled STATIC "${CMAKE_CURRENT_LIST_DIR}/fmt.cpp")
    target_link_libraries(mmm_fmt_compiled PRIVATE mmm_flags)
    target_link_libraries(mmm_fmt INTERFACE mmm_fmt_compiled)
    file(STRINGS "${PROJECT_SOURCE_DIR}/packaging/connector-c/pin" pin REGEX "^connector_version=")
    string(REPLACE "connector_version=" "" MMM_CONNECTOR_VERSION "${pin}")
    if(DEFINED ENV{MMM_CACHE})
        set(cache "$ENV{MMM_CACHE}")
    else()
        set(cache "$ENV{HOME}/.cache/mmm")
    endif()
    if(NOT MMM_CONNECTOR_C)
        set(MMM_CONNECTOR_C "${cache}/connector-c-${MMM_CONNECTOR_VERSION}")
    endif()
    set(MMM_MYSQL_INCLUDE "${MMM_CONNECTOR_C}/include/mariadb")
    set(MMM_MYSQL_LIBRARY "${MMM_CONNECTOR_C}/lib/libmariadbclient.a")
    if(NOT EXISTS "${MMM_MYSQL_LIBRARY}")
        message(FATAL_ERROR "No static Connector/C in ${MMM_CONNECTOR_C}; run packaging/setup")
    endif()
    mmm_find_library(MMM_SSL_LIBRARY libssl.a "")
    mmm_find_library(MMM_CRYPTO_LIBRARY libcrypto.a "")
    mmm_find_library(MMM_Z_LIBRARY libz.a "")
else()
    find_path(MMM_MYSQL_INCLUDE mysql.h PATH_SUFFIXES mariadb REQUIRED)
    mmm_find_library(MMM_MYSQL_LIBRARY mariadb "")
    mmm_find_library(MMM_SSL_LIBRARY ssl "")
    mmm_find_library(MMM_CRYPTO_LIBRARY crypto "")
    mmm_find_library(MMM_Z_LIBRARY z "")
    mmm_find_library(MMM_FMT_LIBRARY fmt "")
    target_link_libraries(mmm_fmt INTERFACE "${MMM_FMT_LIBRARY}")
endif()

add_library(mmm_openssl_archives UNKNOWN IMPORTED)
set_target_properties(mmm_openssl_archives PROPERTIES
    IMPORTED_LOCATION "${MMM_SSL_LIBRARY}"
    INTERFACE_LINK_LIBRARIES "${MMM_CRYPTO_LIBRARY};${MMM_Z_LIBRARY};${CMAKE_DL_LIBS};Threads::Threads")
mmm_header_library(openssl openssl/ssl.h)
target_link_libraries(mmm_openssl INTERFACE mmm_openssl_archives)

# An imported library and not a path: only so are OpenSSL and zlib certain to come after it on a static link line.
add_library(mmm_mysql UNKNOWN IMPORTED)
set_target_properties(mmm_mysql PROPERTIES
    IMPORTED_LOCATION "${MMM_MYSQL_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${MMM_MYSQL_INCLUDE}"
    INTERFACE_LINK_LIBRARIES "mmm_openssl_archives;m")
