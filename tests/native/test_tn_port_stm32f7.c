// The port with the flash map of STM32F769I_DISCOVERY, whose core has a data cache.

#define TN_FLASH_MAP "../../nf-interop/partitions/tn_map_stm32f769i_discovery.h"
#define STANDIN_DCACHE
#define PLAYED_DRIVER_ENDS false
#define PLAYED_SECTORS                                                                                                 \
    {                                                                                                                  \
        {0x08080000, 0x40000}, {0x080C0000, 0x40000}, {0x08100000, 0x40000}, {0x08140000, 0x40000},                    \
        {0x08180000, 0x40000}, {0x081C0000, 0x40000},                                                                  \
    }

#include "port_stm32_test.h"
