// A flash of any geometry for tests, whose power can be cut at any operation. Harder than ram_flash.h:
//   - a torn erase or program is done up to a random place; the unit there holds anything
//   - what was not synced when the power went may be lost, each operation by itself (`lossy`)
// After the cut every operation fails until power returns. Breaking a rule of tn_flash.h aborts the program.
#ifndef SIM_FLASH_H
#define SIM_FLASH_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tn/tn_flash.h"

// Most bytes of a slot; copies of the whole flash are made often.
#ifndef SIM_SLOT_MOST
#define SIM_SLOT_MOST (64 * 1024)
#endif

enum { SIM_SELECT_MOST = 1024, SIM_LOG_MOST = 512, SIM_LOG_BYTES = 16384 };

typedef struct sim_memory {
    uint8_t slots[2][SIM_SLOT_MOST] __attribute__((aligned(16)));
    uint8_t select[SIM_SELECT_MOST] __attribute__((aligned(16)));
} sim_memory_t;

// An operation since the last sync.
typedef struct sim_entry {
    uint32_t area;
    uint32_t offset;
    uint32_t count;
    uint32_t data;   // in log_bytes; erases have none
    bool erase;
} sim_entry_t;

typedef struct sim_flash {
    tn_flash_t flash;
    sim_memory_t now;
    sim_memory_t synced;
    sim_entry_t log[SIM_LOG_MOST];
    uint8_t log_bytes[SIM_LOG_BYTES];
    uint32_t logged;
    uint32_t log_used;
    uint32_t operations;  // erases, programmings and syncs since power came
    uint32_t cut_at;      // the operation that is torn, counted from 1; 0 for none
    uint32_t random;      // xorshift state, never 0
    bool dead;
    bool lossy;
    bool tolerant;        // programming what is not erased fails instead of aborting
} sim_flash_t;

static inline uint32_t sim_random(sim_flash_t *sim)
{
    sim->random ^= sim->random << 13;
    sim->random ^= sim->random >> 17;
    sim->random ^= sim->random << 5;
    return sim->random;
}

static inline uint8_t *sim_area(sim_memory_t *memory, uint32_t area)
{
    return area == TN_AREA_SELECT ? memory->select : memory->slots[area];
}

static inline void sim_require(bool holds, const char *what)
{
    if (!holds) {
        printf("the flash was misused: %s\n", what);
        abort();
    }
}

static inline const uint8_t *sim_map(void *user, uint32_t area)
{
    return sim_area(&((sim_flash_t *)user)->now, area);
}

static inline bool sim_read(void *user, uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    sim_flash_t *sim = user;
    sim_require(area < TN_FLASH_AREAS, "no such area");
    const uint32_t size = tn_flash_area_bytes(&sim->flash, area);
    sim_require(offset <= size && count <= size - offset, "read outside of an area");
    memcpy(bytes, sim_area(&sim->now, area) + offset, count);
    return true;
}

static inline void sim_apply(sim_memory_t *memory, const sim_flash_t *sim, const sim_entry_t *entry)
{
    uint8_t *at = sim_area(memory, entry->area) + entry->offset;
    for (uint32_t i = 0; i < entry->count; i++) {
        at[i] = entry->erase ? 0xFF : (uint8_t)(at[i] & sim->log_bytes[entry->data + i]);
    }
}

// Everything is stored for good.
static inline void sim_settle(sim_flash_t *sim)
{
    for (uint32_t i = 0; i < sim->logged; i++) {
        sim_apply(&sim->synced, sim, &sim->log[i]);
    }
    sim->logged = 0;
    sim->log_used = 0;
}

static inline void sim_log(sim_flash_t *sim, sim_entry_t entry, const uint8_t *bytes)
{
    const uint32_t data = entry.erase ? 0 : entry.count;
    sim_require(data <= SIM_LOG_BYTES, "more in one operation than the simulation holds");
    if (sim->logged == SIM_LOG_MOST || data > SIM_LOG_BYTES - sim->log_used) {
        sim_settle(sim);
    }
    entry.data = sim->log_used;
    if (!entry.erase) {
        memcpy(sim->log_bytes + sim->log_used, bytes, data);
    }
    sim->log_used += data;
    sim->log[sim->logged++] = entry;
}

// The power goes: some of what was not synced is lost.
static inline void sim_lose(sim_flash_t *sim)
{
    const uint32_t kind = sim_random(sim) % 3;
    if (sim->lossy && kind != 0) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < sim->logged; i++) {
            if (kind == 2 && sim_random(sim) % 2 == 0) {
                sim->log[kept++] = sim->log[i];
            }
        }
        for (uint32_t i = 0; i < sim->logged; i++) {
            const sim_entry_t *e = &sim->log[i];
            memcpy(sim_area(&sim->now, e->area) + e->offset, sim_area(&sim->synced, e->area) + e->offset, e->count);
        }
        for (uint32_t i = 0; i < kept; i++) {
            sim_apply(&sim->now, sim, &sim->log[i]);
        }
    }
}

// 1: the operation is done as a whole; 0: not at all; -1: it is torn.
static inline int sim_power_at(sim_flash_t *sim)
{
    if (sim->dead) {
        return 0;
    }
    sim->operations++;
    if (sim->operations != sim->cut_at) {
        return 1;
    }
    sim->dead = true;
    sim_lose(sim);
    return -1;
}

// A torn unit.
static inline void sim_tear(sim_flash_t *sim, uint8_t *at, const uint8_t *bytes, uint32_t count)
{
    const uint32_t kind = sim_random(sim) % 3;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t noise = (uint8_t)(sim_random(sim) >> 24);
        at[i] = kind == 0 ? noise : kind == 1 ? (uint8_t)(bytes[i] | noise) : (uint8_t)(bytes[i] ^ (sim_random(sim) % 8 == 0 ? 1u << noise % 8 : 0));
    }
}

static inline bool sim_erase(void *user, uint32_t area, uint32_t sector)
{
    sim_flash_t *sim = user;
    sim_require(area < TN_FLASH_AREAS && sector < sim->flash.areas[area].sectors, "erase outside of an area");
    const uint32_t size = sim->flash.areas[area].sector_bytes;
    uint8_t *at = sim_area(&sim->now, area) + sector * size;
    const int power = sim_power_at(sim);
    if (power == 1) {
        memset(at, 0xFF, size);
        sim_log(sim, (sim_entry_t){area, sector * size, size, 0, true}, at);
    } else if (power == -1) {
        // Some part is erased, from either end; the rest is as it was, has some bits erased, or holds anything.
        const uint32_t kind = sim_random(sim) % 3;
        const uint32_t done = sim_random(sim) % (size + 1);
        const bool from_end = sim_random(sim) % 2 == 0;
        for (uint32_t i = 0; i < size; i++) {
            const uint8_t noise = (uint8_t)(sim_random(sim) >> 24);
            const bool erased = from_end ? i >= size - done : i < done;
            at[i] = erased ? 0xFF : kind == 0 ? at[i] : kind == 1 ? (uint8_t)(at[i] | noise) : noise;
        }
    }
    return power == 1;
}

static inline bool sim_program(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    sim_flash_t *sim = user;
    const uint32_t unit = sim->flash.unit;
    sim_require(area < TN_FLASH_AREAS, "no such area");
    const uint32_t size = tn_flash_area_bytes(&sim->flash, area);
    sim_require(offset <= size && count <= size - offset, "program outside of an area");
    sim_require(offset % unit == 0 && count % unit == 0 && count > 0, "half a unit");
    uint8_t *at = sim_area(&sim->now, area) + offset;
    for (uint32_t i = 0; i < count && !sim->dead; i++) {
        sim_require(at[i] == 0xFF || sim->tolerant, "programmed twice");
        if (at[i] != 0xFF) {
            return false;
        }
    }
    const int power = sim_power_at(sim);
    if (power == 1) {
        memcpy(at, bytes, count);
        sim_log(sim, (sim_entry_t){area, offset, count, 0, false}, bytes);
    } else if (power == -1) {
        const uint32_t done = sim_random(sim) % (count / unit + 1) * unit;
        memcpy(at, bytes, done);
        if (done < count) {
            sim_tear(sim, at + done, bytes + done, unit);
        }
    }
    return power == 1;
}

static inline bool sim_sync(void *user)
{
    sim_flash_t *sim = user;
    const int power = sim_power_at(sim);
    if (power == 1) {
        sim_settle(sim);
    }
    return power == 1;
}

// `slot_sectors` of `sector_bytes` a slot, at most SIM_SLOT_MOST; a selector with two sectors of `select_bytes`.
static inline void sim_flash_init(sim_flash_t *sim, uint32_t unit, uint32_t sector_bytes, uint32_t slot_sectors, uint32_t select_bytes,
                                  uint32_t seed)
{
    sim_require(sector_bytes * slot_sectors <= SIM_SLOT_MOST && 2 * select_bytes <= SIM_SELECT_MOST, "larger than the simulation");
    memset(sim, 0, sizeof *sim);
    memset(&sim->now, 0xFF, sizeof sim->now);
    memset(&sim->synced, 0xFF, sizeof sim->synced);
    sim->random = seed | 1u;
    sim->lossy = true;
    sim->flash = (tn_flash_t){sim, unit, {{sector_bytes, slot_sectors}, {sector_bytes, slot_sectors}, {select_bytes, 2}},
                              sim_map, sim_read, sim_erase, sim_program, sim_sync};
}

// Power returns: what is there is there for good. The next cut comes at operation `cut_at` from now, or never (0).
static inline void sim_flash_power(sim_flash_t *sim, uint32_t cut_at)
{
    if (sim->dead) {
        sim->synced = sim->now;
        sim->logged = 0;
        sim->log_used = 0;
    }
    sim->operations = 0;
    sim->cut_at = cut_at;
    sim->dead = false;
}

#endif
