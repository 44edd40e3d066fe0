# What a build may choose. The result is TN_DEFINITIONS, seen by the library and by everyone who links it.

set(TN_OPS "" CACHE STRING "operators kept in the image, e.g. \"ADD;CONV_2D\"; empty keeps all")
option(TN_FLOAT "keep the float32, int32 and bool kernels" ON)
option(TN_INT16 "keep the int16 kernels" ON)
set(TN_BACKEND "ref" CACHE STRING "kernels: a folder of src/opt; the toolchain files name the fastest one")
if(NOT EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/src/opt/${TN_BACKEND}/tn_backend.c)
    message(FATAL_ERROR "TN_BACKEND: src/opt/${TN_BACKEND} is not there")
endif()
set(TN_SANITIZE "" CACHE STRING "sanitizers for library and tests, e.g. address,undefined")
option(TN_TESTS "build tests/native" OFF)
option(TN_FUZZ "build tests/native/fuzz with libFuzzer; needs clang" OFF)

if(CMAKE_CROSSCOMPILING OR NOT PROJECT_IS_TOP_LEVEL)
    set(shared_default OFF)
else()
    set(shared_default ON)
endif()
option(TN_SHARED "build the shared library for the simulator" ${shared_default})

if(NOT CMAKE_BUILD_TYPE AND PROJECT_IS_TOP_LEVEL)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()

set(TN_DEFINITIONS
    TN_FLOAT=$<BOOL:${TN_FLOAT}>
    TN_INT16=$<BOOL:${TN_INT16}>)

if(TN_OPS)
    # A misspelt operator would silently produce an image without it, so names are checked against the table.
    set(table ${CMAKE_CURRENT_SOURCE_DIR}/include/tn/tn_ops.def)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${table})
    file(STRINGS ${table} rows REGEX "^TN_OP\\(")
    set(known "")
    foreach(row IN LISTS rows)
        string(REGEX REPLACE "^TN_OP\\([^,]*,[ \t]*([A-Za-z0-9_]+).*" "\\1" name "${row}")
        list(APPEND known ${name})
    endforeach()

    list(APPEND TN_DEFINITIONS TN_OP_DEFAULT=0)
    foreach(op IN LISTS TN_OPS)
        string(TOUPPER "${op}" op)
        if(NOT op IN_LIST known)
            message(FATAL_ERROR "TN_OPS: '${op}' is not a row of tn_ops.def")
        endif()
        list(APPEND TN_DEFINITIONS TN_OP_${op}=1)
    endforeach()
endif()
