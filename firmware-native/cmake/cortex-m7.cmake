# Cortex-M7: DSP instructions, double-precision FPU.

set(TN_CPU_FLAGS "-mcpu=cortex-m7 -mfloat-abi=hard -mfpu=fpv5-d16")
set(TN_BACKEND cortex_m_dsp CACHE STRING "")
include(${CMAKE_CURRENT_LIST_DIR}/arm-none-eabi.cmake)
