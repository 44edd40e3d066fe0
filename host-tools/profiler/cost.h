// What an instruction costs on a core: estimates from published timings, for memory without wait states.
#ifndef COST_H
#define COST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct cost {
    uint8_t cycles;     // when nothing overlaps
    bool load;          // a single load: one cycle less directly after another single load or store
    bool store;
    bool vector_memory; // Helium: half of it overlaps with an arithmetic neighbour
    bool vector_math;
} cost_t;

typedef struct core {
    const char *name;
    cost_t (*cost)(const uint8_t *bytes, size_t size);
    uint8_t taken;      // more for every change of flow
    bool pipelined;     // consecutive single loads and stores overlap
    const char *source;
} core_t;

// The model of a core, or NULL.
const core_t *core_find(const char *name);

cost_t cost_arm(const uint8_t *bytes, size_t size);
cost_t cost_riscv(const uint8_t *bytes, size_t size);

#endif
