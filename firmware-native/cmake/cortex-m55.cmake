# Cortex-M55: MVE (Helium) with integer and float lanes.

set(TN_CPU_FLAGS "-mcpu=cortex-m55 -mfloat-abi=hard")
set(TN_BACKEND cortex_m_mve CACHE STRING "")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
