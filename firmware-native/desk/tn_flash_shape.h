// The shape of the desk's flashes: slot 0, slot 1, selector, in sectors of one size.
#ifndef TN_FLASH_SHAPE_H
#define TN_FLASH_SHAPE_H

#include "tn/tn_flash.h"

// Fills unit, areas and where each area starts; false for a shape that is not a legal one.
static inline bool tn_flash_shape(tn_flash_t *flash, uint32_t start[TN_FLASH_AREAS], uint32_t sector_bytes, uint32_t slot_bytes,
                                  uint32_t unit)
{
    const bool unit_ok = unit > 0 && unit <= TN_FLASH_UNIT_MOST && (unit & (unit - 1)) == 0;
    // Sectors of whole 64 bytes keep every area aligned and hold the selector's records; 512 MB are enough for everyone here.
    if (!unit_ok || sector_bytes == 0 || sector_bytes % 64 != 0 || slot_bytes == 0 || slot_bytes % sector_bytes != 0
        || slot_bytes > 0x10000000u) {
        return false;
    }
    const tn_flash_area_t slot = {sector_bytes, slot_bytes / sector_bytes};
    flash->unit = unit;
    flash->areas[TN_AREA_SLOT0] = slot;
    flash->areas[TN_AREA_SLOT1] = slot;
    flash->areas[TN_AREA_SELECT] = (tn_flash_area_t){sector_bytes, 2};
    start[TN_AREA_SLOT0] = 0;
    start[TN_AREA_SLOT1] = slot_bytes;
    start[TN_AREA_SELECT] = 2 * slot_bytes;
    return true;
}

// Whether [offset, offset + count) lies inside the area. A virtual device must not reach beyond its flash, whoever calls.
static inline bool tn_flash_fits(const tn_flash_t *flash, uint32_t area, uint32_t offset, uint32_t count)
{
    if (area >= TN_FLASH_AREAS) {
        return false;
    }
    const uint32_t bytes = tn_flash_area_bytes(flash, area);
    return offset <= bytes && count <= bytes - offset;
}

#endif
