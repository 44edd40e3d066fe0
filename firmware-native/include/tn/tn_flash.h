// The flash that models live in, as a device offers it: three areas behind five functions. A port fills in the structure once
// (nf-interop/ports for ESP32 and STM32, firmware-native/desk for a file); every change of what is stored goes through it.
//
// Rules that a port keeps and that its callers rely on:
//   - An erased byte reads 0xFF. Programming only clears bits. Only whole sectors are erased.
//   - An area is a run of sectors of one size; sizes differ between areas. Where a chip's sectors are uneven, a port may join
//     several of them into one sector of the area.
//   - Power may fail at any instant: then the sector being erased, or the units being programmed, hold anything. Nothing else
//     changes.
//   - Once sync has returned, everything before it survives a power cut.
#ifndef TN_FLASH_H
#define TN_FLASH_H

#include <stdbool.h>
#include <stdint.h>

#include "tn/tn_config.h"

#ifdef __cplusplus
extern "C" {
#endif

// Areas. The selector has exactly two sectors; the slots hold equally many bytes.
enum {
    TN_AREA_SLOT0 = 0,
    TN_AREA_SLOT1 = 1,
    TN_AREA_SELECT = 2,
    TN_FLASH_AREAS = 3
};

// Largest unit of programming, in bytes.
#define TN_FLASH_UNIT_MOST 32u

typedef struct tn_flash_area {
    uint32_t sector_bytes;
    uint32_t sectors;
} tn_flash_area_t;

// Functions return false where the hardware refuses; what was being changed then holds anything, as after a power cut.
typedef struct tn_flash {
    void *user;
    uint32_t unit;  // bytes programmed at once: a power of two up to TN_FLASH_UNIT_MOST. Each unit is programmed once per erase
    tn_flash_area_t areas[TN_FLASH_AREAS];

    // The area's bytes in the address space, aligned to TN_ARENA_ALIGN, valid for good; they show every later change. NULL where
    // the area cannot be mapped, which only the selector may be.
    const uint8_t *(*map)(void *user, uint32_t area);

    // Any offset and count inside the area.
    bool (*read)(void *user, uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t count);

    // May take seconds on an STM32.
    bool (*erase)(void *user, uint32_t area, uint32_t sector);

    // Offset and count are multiples of the unit. `bytes` may lie anywhere, at any alignment.
    bool (*program)(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count);

    bool (*sync)(void *user);
} tn_flash_t;

// Bytes of an area; the geometry is trusted to fit.
static inline uint32_t tn_flash_area_bytes(const tn_flash_t *flash, uint32_t area)
{
    return flash->areas[area].sector_bytes * flash->areas[area].sectors;
}

#ifdef __cplusplus
}
#endif

#endif
