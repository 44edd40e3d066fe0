// Flash map of ST_STM32F769I_DISCOVERY with model slots: stm32f769i_discovery.csv, for the compiler. A contract test compares the two.
#ifndef TN_MAP_STM32F769I_DISCOVERY_H
#define TN_MAP_STM32F769I_DISCOVERY_H

#define TN_MAP_SELECT_ADDRESS 0x08100000u
#define TN_MAP_SELECT_SECTOR_BYTES 0x40000u
#define TN_MAP_SLOT0_ADDRESS 0x08180000u
#define TN_MAP_SLOT1_ADDRESS 0x081C0000u
#define TN_MAP_SLOT_SECTOR_BYTES 0x40000u
#define TN_MAP_SLOT_SECTORS 1u

#endif
