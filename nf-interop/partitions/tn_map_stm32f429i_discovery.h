// Flash map of ST_STM32F429I_DISCOVERY with model slots: stm32f429i_discovery.csv, for the compiler. A contract test compares the two.
#ifndef TN_MAP_STM32F429I_DISCOVERY_H
#define TN_MAP_STM32F429I_DISCOVERY_H

#define TN_MAP_SELECT_ADDRESS 0x08100000u
#define TN_MAP_SELECT_SECTOR_BYTES 0x4000u
#define TN_MAP_SLOT0_ADDRESS 0x08140000u
#define TN_MAP_SLOT1_ADDRESS 0x081A0000u
#define TN_MAP_SLOT_SECTOR_BYTES 0x20000u
#define TN_MAP_SLOT_SECTORS 3u

// From here on tn_flash_stm32.c erases by itself.
#define TN_MAP_BANK2_ADDRESS 0x08100000u

#endif
