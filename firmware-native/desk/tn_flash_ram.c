// A flash in memory, by the rules of tn_flash.h: erased bytes read 0xFF, programming only clears bits.

#include "tn_flash_ram.h"

#include <stdlib.h>
#include <string.h>

#include "tn_flash_shape.h"

typedef struct flash_ram {
    tn_flash_t flash;
    uint8_t *allocated;
    uint8_t *bytes;  // aligned; slot 0, slot 1, selector
    uint32_t start[TN_FLASH_AREAS];
    tn_flash_ram_counts_t counts;
    uint32_t cut_after;  // operations until the power is cut; 0 for never
    bool off;
} flash_ram_t;

static const uint8_t *map(void *user, uint32_t area)
{
    const flash_ram_t *ram = user;
    return ram->bytes + ram->start[area];
}

static bool read(void *user, uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    const flash_ram_t *ram = user;
    if (!tn_flash_fits(&ram->flash, area, offset, count)) {
        return false;
    }
    memcpy(bytes, map(user, area) + offset, count);
    return true;
}

// How much of an operation on `count` bytes is done: all, half where the power fails in it, or nothing after that.
static uint32_t powered(flash_ram_t *ram, uint32_t count)
{
    if (ram->off) {
        return 0;
    }
    if (ram->cut_after > 0 && --ram->cut_after == 0) {
        ram->off = true;
        return count / 2;
    }
    return count;
}

static bool erase(void *user, uint32_t area, uint32_t sector)
{
    flash_ram_t *ram = user;
    if (area >= TN_FLASH_AREAS || sector >= ram->flash.areas[area].sectors) {
        return false;
    }
    const uint32_t size = ram->flash.areas[area].sector_bytes;
    const uint32_t done = powered(ram, size);
    memset(ram->bytes + ram->start[area] + sector * size, 0xFF, done);
    ram->counts.erases += done == size ? 1u : 0u;
    return done == size;
}

static bool program(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    flash_ram_t *ram = user;
    if (!tn_flash_fits(&ram->flash, area, offset, count) || offset % ram->flash.unit != 0 || count % ram->flash.unit != 0 || count == 0) {
        return false;
    }
    uint8_t *at = ram->bytes + ram->start[area] + offset;
    const uint32_t done = powered(ram, count);
    for (uint32_t i = 0; i < done; i++) {
        at[i] &= bytes[i];
    }
    ram->counts.programmed += done;
    return done == count;
}

static bool sync(void *user)
{
    flash_ram_t *ram = user;
    return powered(ram, 1) == 1;
}

tn_flash_t *tn_flash_ram_open(uint32_t sector_bytes, uint32_t slot_bytes, uint32_t unit)
{
    flash_ram_t *ram = calloc(1, sizeof *ram);
    if (ram == NULL || !tn_flash_shape(&ram->flash, ram->start, sector_bytes, slot_bytes, unit)) {
        free(ram);
        return NULL;
    }
    const uint32_t size = 2 * slot_bytes + 2 * sector_bytes;
    ram->allocated = malloc((size_t)size + TN_ARENA_ALIGN);
    if (ram->allocated == NULL) {
        free(ram);
        return NULL;
    }
    ram->bytes = ram->allocated + (TN_ARENA_ALIGN - (uintptr_t)ram->allocated % TN_ARENA_ALIGN) % TN_ARENA_ALIGN;
    memset(ram->bytes, 0xFF, size);
    ram->flash.user = ram;
    ram->flash.map = map;
    ram->flash.read = read;
    ram->flash.erase = erase;
    ram->flash.program = program;
    ram->flash.sync = sync;
    return &ram->flash;
}

void tn_flash_ram_close(tn_flash_t *flash)
{
    if (flash != NULL) {
        flash_ram_t *ram = flash->user;
        free(ram->allocated);
        free(ram);
    }
}

void tn_flash_ram_power(tn_flash_t *flash, uint32_t cut_after)
{
    flash_ram_t *ram = flash->user;
    ram->cut_after = cut_after;
    ram->off = false;
}

void tn_flash_ram_counts(const tn_flash_t *flash, tn_flash_ram_counts_t *counts)
{
    const flash_ram_t *ram = flash->user;
    *counts = ram->counts;
}
