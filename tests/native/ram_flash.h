// A flash in RAM for tests, whose power can be cut in the middle of any operation. After the cut every operation fails and changes
// nothing until power returns; what was under way is torn: a random part is done, and the unit that was being changed holds anything.
// Breaking a rule of tn_flash.h (outside of an area, half a unit, programming a unit twice) aborts the program.
#ifndef RAM_FLASH_H
#define RAM_FLASH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tn/tn_flash.h"

enum { RAM_SECTOR = 512, RAM_SLOT_SECTORS = 2, RAM_SELECT_SECTOR = 128 };

typedef struct ram_flash {
    tn_flash_t flash;
    uint8_t slots[2][RAM_SECTOR * RAM_SLOT_SECTORS] __attribute__((aligned(16)));
    uint8_t select[RAM_SELECT_SECTOR * 2] __attribute__((aligned(16)));
    uint32_t operations;  // erases, programmings and syncs so far
    uint32_t cut_at;      // the operation that is torn, counted from 1; 0 for none
    uint32_t random;      // xorshift state, never 0
    bool dead;
    bool tolerant;        // programming what is not erased is a failed operation instead of an abort
} ram_flash_t;

static inline uint32_t ram_random(ram_flash_t *ram)
{
    ram->random ^= ram->random << 13;
    ram->random ^= ram->random >> 17;
    ram->random ^= ram->random << 5;
    return ram->random;
}

static inline uint8_t *ram_area(ram_flash_t *ram, uint32_t area)
{
    return area == TN_AREA_SELECT ? ram->select : ram->slots[area];
}

static inline void ram_require(bool holds, const char *what)
{
    if (!holds) {
        printf("the flash was misused: %s\n", what);
        abort();
    }
}

static inline const uint8_t *ram_map(void *user, uint32_t area)
{
    return ram_area(user, area);
}

static inline bool ram_read(void *user, uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    ram_flash_t *ram = user;
    const uint32_t size = tn_flash_area_bytes(&ram->flash, area);
    ram_require(area < TN_FLASH_AREAS && offset <= size && count <= size - offset, "read outside of an area");
    memcpy(bytes, ram_area(ram, area) + offset, count);
    return true;
}

// Whether the operation is done as a whole; sets `torn` for the one that the cut hits.
static inline bool ram_has_power(ram_flash_t *ram, bool *torn)
{
    *torn = false;
    if (ram->dead) {
        return false;
    }
    ram->operations++;
    if (ram->operations == ram->cut_at) {
        ram->dead = true;
        *torn = true;
        return false;
    }
    return true;
}

static inline bool ram_erase(void *user, uint32_t area, uint32_t sector)
{
    ram_flash_t *ram = user;
    bool torn;
    ram_require(area < TN_FLASH_AREAS && sector < ram->flash.areas[area].sectors, "erase outside of an area");
    const bool whole = ram_has_power(ram, &torn);
    const uint32_t size = ram->flash.areas[area].sector_bytes;
    uint8_t *at = ram_area(ram, area) + sector * size;
    if (whole) {
        memset(at, 0xFF, size);
    } else if (torn) {
        // Half erased: some bytes as they were, some erased, some with a few bits set.
        const uint32_t kind = ram_random(ram) % 3;
        const uint32_t done = ram_random(ram) % (size + 1);
        for (uint32_t i = 0; i < size; i++) {
            const uint8_t noise = (uint8_t)(ram_random(ram) >> 24);
            at[i] = i < done ? 0xFF : kind == 0 ? at[i] : kind == 1 ? (uint8_t)(at[i] | noise) : noise;
        }
    }
    return whole;
}

static inline bool ram_program(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    ram_flash_t *ram = user;
    bool torn;
    const uint32_t unit = ram->flash.unit;
    ram_require(area < TN_FLASH_AREAS, "no such area");
    const uint32_t size = tn_flash_area_bytes(&ram->flash, area);
    ram_require(offset <= size && count <= size - offset, "program outside of an area");
    ram_require(offset % unit == 0 && count % unit == 0 && count > 0, "half a unit");
    uint8_t *at = ram_area(ram, area) + offset;
    for (uint32_t i = 0; i < count && !ram->dead; i++) {
        ram_require(at[i] == 0xFF || ram->tolerant, "programmed twice");
        if (at[i] != 0xFF) {
            return false;
        }
    }
    const bool whole = ram_has_power(ram, &torn);
    uint32_t done = whole ? count : torn ? ram_random(ram) % (count / unit + 1) * unit : 0;
    memcpy(at, bytes, done);
    for (uint32_t i = 0; torn && i < unit && done < count; i++, done++) {
        // Each bit of the torn unit has been cleared or not, or the unit holds anything at all.
        const uint8_t noise = (uint8_t)(ram_random(ram) >> 24);
        at[done] = ram->random & 1u ? (uint8_t)(bytes[done] | noise) : noise;
    }
    return whole;
}

static inline bool ram_sync(void *user)
{
    bool torn;
    return ram_has_power(user, &torn);
}

static inline void ram_flash_init(ram_flash_t *ram, uint32_t unit, uint32_t seed)
{
    memset(ram, 0, sizeof *ram);
    memset(ram->slots, 0xFF, sizeof ram->slots);
    memset(ram->select, 0xFF, sizeof ram->select);
    ram->random = seed | 1u;
    ram->flash.user = ram;
    ram->flash.unit = unit;
    ram->flash.areas[TN_AREA_SLOT0] = (tn_flash_area_t){RAM_SECTOR, RAM_SLOT_SECTORS};
    ram->flash.areas[TN_AREA_SLOT1] = (tn_flash_area_t){RAM_SECTOR, RAM_SLOT_SECTORS};
    ram->flash.areas[TN_AREA_SELECT] = (tn_flash_area_t){RAM_SELECT_SECTOR, 2};
    ram->flash.map = ram_map;
    ram->flash.read = ram_read;
    ram->flash.erase = ram_erase;
    ram->flash.program = ram_program;
    ram->flash.sync = ram_sync;
}

// Power returns; the next cut comes at operation `cut_at` from now, or never (0).
static inline void ram_flash_power(ram_flash_t *ram, uint32_t cut_at)
{
    ram->operations = 0;
    ram->cut_at = cut_at;
    ram->dead = false;
}

#endif
