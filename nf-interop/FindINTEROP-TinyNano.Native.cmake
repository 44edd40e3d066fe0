# The native half of TinyNano.Native in a build of nf-interpreter.
#
# The build looks for this module when NF_INTEROP_ASSEMBLIES names "TinyNano.Native". A copy of this one file in nf-interpreter's
# CMake/Modules is enough; everything else is used from TinyNano's own folder. README.md has the steps.
#
#   TINYNANO_DIR               TinyNano's folder. By default the one of this file, InteropAssemblies/TinyNano in nf-interpreter, or
#                              TinyNano beside nf-interpreter
#   TN_OPS                     operators kept in the image, such as "ADD;CONV_2D"; empty keeps all
#   TN_FLOAT, TN_INT16         whether to keep the float32 and the int16 kernels (ON)
#   TN_BACKEND                 optimised kernels: a folder of firmware-native/src/opt. cmsis_nn and esp_nn call a vendor's library that
#                              the firmware build provides (docs/targets/vendor.md); the default on an ESP32-S3 is esp_nn
#   CMSIS_NN_DIR, ESP_NN_DIR   where that library is, if it is not a target or component of the build
#   TN_DEVICE_ARENA_BYTES      internal RAM for models (65536)
#   TN_DEVICE_ARENA_SECTION    linker section of that RAM, such as .ram4; empty: see TinyNano.Native/tn_device_port.h
#   TN_DEVICE_MODELS           models open at a time (2)
#   TN_PORT                    esp32, stm32 or none. With none the build adds a tn_port_clock of its own by TN_PORT_SOURCES
#   TN_FLASH_MAP               STM32: the board's header of nf-interop/partitions, such as tn_map_stm32f429i_discovery.h; empty: no slots
#   TN_UPDATE                  models over the air (OFF). Takes SHA-256 and ECDSA on secp256r1 from mbedTLS by its PSA API, which an ESP32 build has
#   TN_HARDWARE_CLASS          the hardware class that manifests name, such as kit-esp32s3: at most 24 bytes
#   TN_TRUSTED_KEYS            file with the lines of the table of trusted keys, as `tinynano keys show` prints them
#
# Sets TinyNano.Native_INCLUDE_DIRS and TinyNano.Native_SOURCES.

# --- where TinyNano is ---

set(TINYNANO_DIR "" CACHE PATH "TinyNano's folder; empty: looked for")
set(tn_root "")
foreach(folder
        "${TINYNANO_DIR}" "${CMAKE_CURRENT_LIST_DIR}/.." "${CMAKE_SOURCE_DIR}/InteropAssemblies/TinyNano" "${CMAKE_SOURCE_DIR}/../TinyNano")
    if(NOT tn_root AND folder AND EXISTS "${folder}/firmware-native/include/tn/tn_device.h")
        get_filename_component(tn_root "${folder}" ABSOLUTE)
    endif()
endforeach()
if(NOT tn_root)
    message(FATAL_ERROR "TinyNano is not found: set TINYNANO_DIR to the folder that holds firmware-native and nf-interop")
endif()
set(tn_native "${tn_root}/firmware-native")
set(tn_interop "${tn_root}/nf-interop")

# --- what the image holds ---

set(TN_OPS "" CACHE STRING "operators kept in the image, e.g. \"ADD;CONV_2D\"; empty keeps all")
option(TN_FLOAT "keep the float32, int32 and bool kernels" ON)
option(TN_INT16 "keep the int16 kernels" ON)
set(TN_DEVICE_ARENA_BYTES 65536 CACHE STRING "bytes of internal RAM for models")
set(TN_DEVICE_ARENA_SECTION "" CACHE STRING "linker section of that RAM; empty: the port's choice")
set(TN_DEVICE_MODELS 2 CACHE STRING "models open at a time")
set(TN_FLASH_MAP "" CACHE STRING "STM32: the board's flash map with model slots; empty: no slots")
option(TN_UPDATE "models over the air" OFF)
set(TN_HARDWARE_CLASS "" CACHE STRING "hardware class that manifests of updates name")
set(TN_TRUSTED_KEYS "" CACHE FILEPATH "table of the public keys whose updates are taken")
set(TN_PORT_SOURCES "" CACHE STRING "sources of a port that is not TinyNano's own")

if(RTOS_ESP32_CHECK)
    set(tn_port_default esp32)
elseif(RTOS_CHIBIOS_CHECK)
    set(tn_port_default stm32)
else()
    set(tn_port_default none)
endif()
set(TN_PORT ${tn_port_default} CACHE STRING "esp32, stm32 or none")

set(tn_backend_default ref)
if(TN_PORT STREQUAL "stm32")
    set(tn_backend_default cortex_m_dsp)
elseif(TN_PORT STREQUAL "esp32" AND CMAKE_SYSTEM_PROCESSOR MATCHES "riscv")
    set(tn_backend_default rv32)
elseif(TN_PORT STREQUAL "esp32" AND "${TARGET_SERIES_SHORT};${IDF_TARGET}" MATCHES "esp32s3")
    set(tn_backend_default esp_nn)
endif()
set(TN_BACKEND ${tn_backend_default} CACHE STRING "kernels: a folder of firmware-native/src/opt")

# --- definitions: for TinyNano's own sources alone ---

set(tn_definitions
    TN_FLOAT=$<BOOL:${TN_FLOAT}>
    TN_INT16=$<BOOL:${TN_INT16}>
    TN_DEVICE_ARENA_BYTES=${TN_DEVICE_ARENA_BYTES}
    TN_DEVICE_MODELS=${TN_DEVICE_MODELS})
if(TN_DEVICE_ARENA_SECTION)
    list(APPEND tn_definitions "TN_DEVICE_ARENA_SECTION=\"${TN_DEVICE_ARENA_SECTION}\"")
endif()
if(TN_FLASH_MAP)
    list(APPEND tn_definitions "TN_FLASH_MAP=\"${TN_FLASH_MAP}\"")
endif()
if(TN_UPDATE)
    string(LENGTH "${TN_HARDWARE_CLASS}" tn_length)
    if(tn_length GREATER 24)
        message(FATAL_ERROR "TN_HARDWARE_CLASS: '${TN_HARDWARE_CLASS}' has more than 24 bytes")
    endif()
    list(APPEND tn_definitions TN_UPDATE=1 "TN_HARDWARE_CLASS=\"${TN_HARDWARE_CLASS}\"")
    if(TN_TRUSTED_KEYS)
        if(NOT EXISTS "${TN_TRUSTED_KEYS}")
            message(FATAL_ERROR "TN_TRUSTED_KEYS: ${TN_TRUSTED_KEYS} is not there; `tinynano keys show` prints such a table")
        endif()
        list(APPEND tn_definitions "TN_TRUSTED_KEYS=\"${TN_TRUSTED_KEYS}\"")
    else()
        message(WARNING "TN_TRUSTED_KEYS is not set: this firmware refuses every update")
    endif()
endif()
if(TN_OPS)
    # A misspelt operator would silently give an image without it.
    file(STRINGS "${tn_native}/include/tn/tn_ops.def" tn_rows REGEX "^TN_OP\\(")
    list(TRANSFORM tn_rows REPLACE "^TN_OP\\([^,]*,[ \t]*([A-Za-z0-9_]+).*" "\\1")
    list(APPEND tn_definitions TN_OP_DEFAULT=0)
    foreach(op IN LISTS TN_OPS)
        string(TOUPPER "${op}" op)
        if(NOT op IN_LIST tn_rows)
            message(FATAL_ERROR "TN_OPS: '${op}' is not a row of tn_ops.def")
        endif()
        list(APPEND tn_definitions TN_OP_${op}=1)
    endforeach()
endif()

# --- sources ---

# The build reads checksum and version from the first file that has them.
set(TinyNano.Native_SOURCES
    ${tn_interop}/TinyNano.Native/TinyNano_Native.cpp
    ${tn_interop}/TinyNano.Native/TinyNano_Native_TinyNano_Native_NativeMethods.cpp
    ${tn_interop}/TinyNano.Native/tn_device_port.c)

if(TN_PORT STREQUAL "esp32")
    list(APPEND TinyNano.Native_SOURCES ${tn_interop}/ports/tn_clock_esp32.c ${tn_interop}/ports/tn_flash_esp32.c)
elseif(TN_PORT STREQUAL "stm32")
    list(APPEND TinyNano.Native_SOURCES ${tn_interop}/ports/tn_clock_stm32.c)
    if(TN_FLASH_MAP)
        list(APPEND TinyNano.Native_SOURCES ${tn_interop}/ports/tn_flash_stm32.c)
    else()
        list(APPEND TinyNano.Native_SOURCES ${tn_interop}/ports/tn_flash_none.c)
    endif()
elseif(TN_PORT STREQUAL "none")
    list(APPEND TinyNano.Native_SOURCES ${tn_interop}/ports/tn_flash_none.c ${TN_PORT_SOURCES})
else()
    message(FATAL_ERROR "TN_PORT: '${TN_PORT}' is not esp32, stm32 or none")
endif()

if(TN_UPDATE)
    file(GLOB tn_update ${tn_native}/update/tn_[mu]*.c)
    list(APPEND TinyNano.Native_SOURCES ${tn_update} ${tn_native}/update/tn_crypto_psa.c)
endif()

file(GLOB tn_kernels ${tn_native}/src/*.c ${tn_native}/src/ops/*.c)
set(TinyNano.Native_INCLUDE_DIRS
    ${tn_interop}/TinyNano.Native ${tn_interop}/ports ${tn_interop}/partitions ${tn_native}/include ${tn_native}/src ${tn_native}/src/ops ${tn_native}/update)
if(NOT EXISTS "${tn_native}/src/opt/${TN_BACKEND}/tn_backend.c")
    message(FATAL_ERROR "TN_BACKEND: firmware-native/src/opt/${TN_BACKEND} is not there")
endif()
# Sources, includes and definitions of the back end, and the vendor's library if it is one's and is found.
set(TN_NATIVE_DIR ${tn_native})
include(${tn_native}/cmake/vendor.cmake)
list(APPEND tn_kernels ${TN_BACKEND_SOURCES})
list(APPEND TinyNano.Native_INCLUDE_DIRS ${TN_BACKEND_INCLUDES})
if(TN_VENDOR_LIBRARY)
    link_libraries(${TN_VENDOR_LIBRARY})
endif()
list(APPEND TinyNano.Native_SOURCES ${tn_kernels})

# nf-interpreter makes its library in the directory that looks for this module, so that properties of the sources reach it. A fused
# multiply and add would give float kernels other bits than everywhere else.
set_property(SOURCE ${TinyNano.Native_SOURCES} APPEND PROPERTY COMPILE_DEFINITIONS ${tn_definitions} ${TN_BACKEND_DEFINITIONS})
set_property(SOURCE ${tn_kernels} APPEND PROPERTY COMPILE_OPTIONS -ffp-contract=off)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(INTEROP-TinyNano.Native DEFAULT_MSG TinyNano.Native_INCLUDE_DIRS TinyNano.Native_SOURCES)
