# Cortex-M4F: DSP instructions, single-precision FPU.

set(TN_CPU_FLAGS "-mcpu=cortex-m4 -mfloat-abi=hard -mfpu=fpv4-sp-d16")
set(TN_BACKEND cortex_m_dsp CACHE STRING "")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
