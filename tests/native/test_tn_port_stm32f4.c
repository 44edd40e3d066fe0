// The port with the flash map of STM32F429I_DISCOVERY, where the slots lie in the second bank.

#define TN_FLASH_MAP "../../nf-interop/partitions/tn_map_stm32f429i_discovery.h"
#define PLAYED_DRIVER_ENDS true
#define PLAYED_SECTORS                                                                                                 \
    {                                                                                                                  \
        {0x080A0000, 0x20000}, {0x080C0000, 0x20000}, {0x080E0000, 0x20000}, {0x08100000, 0x4000},                     \
        {0x08104000, 0x4000}, {0x08108000, 0x4000}, {0x0810C000, 0x4000}, {0x08110000, 0x10000},                       \
        {0x08120000, 0x20000}, {0x08140000, 0x20000}, {0x08160000, 0x20000}, {0x08180000, 0x20000},                    \
        {0x081A0000, 0x20000}, {0x081C0000, 0x20000}, {0x081E0000, 0x20000},                                           \
    }

#include "port_stm32_test.h"
