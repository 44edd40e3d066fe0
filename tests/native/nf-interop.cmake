# The stubs of nf-interop on the stand-in CLR (standin/clr).
#
#   test_nf_interop         a test program like the others, on firmware without updates
#   test_nf_interop_update  updates over the air, on firmware with them
#   nf_interop_slices       measures how long native methods keep managed threads waiting; a test of the desk side starts it

# The same compiler as for C, and its flags: sanitizers and word size have to agree.
if(NOT CMAKE_CXX_COMPILER AND CMAKE_C_COMPILER_ID MATCHES "Clang")
    string(REGEX REPLACE "clang([^/]*)$" "clang++\\1" CMAKE_CXX_COMPILER "${CMAKE_C_COMPILER}")
endif()
include(CheckLanguage)
check_language(CXX)
if(NOT CMAKE_CXX_COMPILER)
    # The other programs do not need one. Who asks for these by name is told that there is no such target.
    message(STATUS "no C++ compiler: test_nf_interop and nf_interop_slices are left out")
    return()
endif()
enable_language(CXX)
# Linked as C, see below: not even a search for a C++ library of this word size.
set(CMAKE_CXX_IMPLICIT_LINK_LIBRARIES "")
set(CMAKE_CXX_FLAGS "${CMAKE_C_FLAGS}")
foreach(configuration DEBUG RELEASE RELWITHDEBINFO MINSIZEREL)
    set(CMAKE_CXX_FLAGS_${configuration} "${CMAKE_C_FLAGS_${configuration}}")
endforeach()

set(interop ${repository}/nf-interop)
set(clr ${CMAKE_CURRENT_SOURCE_DIR}/standin/clr)

function(tn_interop_program name)
    add_executable(${name} ${ARGN}
        ${interop}/TinyNano.Native/TinyNano_Native.cpp
        ${interop}/TinyNano.Native/TinyNano_Native_TinyNano_Native_NativeMethods.cpp
        ${interop}/TinyNano.Native/tn_device_port.c
        ${clr}/clr_frame.cpp
        ${clr}/clr_heap.cpp
        ${clr}/clr_port.cpp
        ${clr}/clr_threads.cpp)
    target_include_directories(${name} PRIVATE
        ${CMAKE_CURRENT_SOURCE_DIR} ${clr} ${interop}/TinyNano.Native ${interop}/ports ${repository}/firmware-native/desk)
    # Room for visual wake words, the blob included.
    target_compile_definitions(${name} PRIVATE TN_DEVICE_ARENA_BYTES=393216)
    if(name MATCHES "update")
        # Before tn: with the device that takes updates.
        target_link_libraries(${name} PRIVATE tn_update)
    endif()
    target_link_libraries(${name} PRIVATE tn)
    if(UNIX)
        target_link_libraries(${name} PRIVATE m)
    endif()
    # As in firmware: no exceptions, no type information, nothing of the C++ library, not even its headers.
    target_compile_options(${name} PRIVATE $<$<COMPILE_LANGUAGE:CXX>:-fno-exceptions -fno-rtti -nostdinc++>)
    set_target_properties(${name} PROPERTIES
        CXX_STANDARD 17 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF LINKER_LANGUAGE C)
    if(TN_SANITIZE)
        # The sanitizers' runtime for C++ comes with the C++ driver.
        set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX)
        target_compile_definitions(${name} PRIVATE CLR_SANITIZED)
    endif()
    tn_compile_strictly(${name})
    tn_sanitize(${name})
endfunction()

set(ram_flash nf_interop_flash.c ${repository}/firmware-native/desk/tn_flash_ram.c)
tn_interop_program(test_nf_interop test_nf_interop.cpp ${ram_flash})
add_test(NAME test_nf_interop COMMAND test_nf_interop WORKING_DIRECTORY ${repository})

if(TN_UPDATE AND TN_CRYPTO_BACKEND STREQUAL "psa")
    tn_interop_program(test_nf_interop_update nf_interop_update.cpp nf_interop_signer.c ${ram_flash})
    target_include_directories(test_nf_interop_update PRIVATE ${repository}/firmware-native/src)
    add_test(NAME test_nf_interop_update COMMAND test_nf_interop_update WORKING_DIRECTORY ${repository})
endif()

tn_interop_program(nf_interop_slices nf_interop_slices.cpp ${interop}/ports/tn_flash_none.c)
