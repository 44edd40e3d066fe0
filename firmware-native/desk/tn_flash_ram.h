// Flash in memory, for thousands of virtual devices in one process. In the shared library only.
#ifndef TN_FLASH_RAM_H
#define TN_FLASH_RAM_H

#include "tn/tn_flash.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct tn_flash_ram_counts {
    uint64_t erases;      // whole sectors
    uint64_t programmed;  // bytes
} tn_flash_ram_counts_t;

// An erased flash of two slots of `slot_bytes` and a selector, all in sectors of `sector_bytes`; the arguments keep the rules of
// tn_flash_file_open. Takes 2 * slot_bytes + 2 * sector_bytes of memory. NULL for another shape, or where there is no memory.
TN_API tn_flash_t *tn_flash_ram_open(uint32_t sector_bytes, uint32_t slot_bytes, uint32_t unit);

// No device may use the flash any more.
TN_API void tn_flash_ram_close(tn_flash_t *flash);

// Cuts the power in the `cut_after`-th erasing, programming or sync from now, and leaves that one half done: it and everything after
// it fails, until the next call. 0: power is on for good.
TN_API void tn_flash_ram_power(tn_flash_t *flash, uint32_t cut_after);

// What has been done since the flash was opened.
TN_API void tn_flash_ram_counts(const tn_flash_t *flash, tn_flash_ram_counts_t *counts);

#ifdef __cplusplus
}
#endif

#endif
