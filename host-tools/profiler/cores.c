// The cores that the profiler knows.

#include <string.h>

#include "cost.h"

static const core_t s_cores[] = {
    {"cortex-m4", cost_arm, 2, true, "Cortex-M4 technical reference manual, table 3-1; pipeline refill P = 2"},
    // No timings are published for these: the M4's, without what overlaps on them, are an upper bound.
    {"cortex-m7", cost_arm, 2, true, "the Cortex-M4's timings: an upper bound, as the M7 issues two instructions a cycle"},
    {"cortex-m55", cost_arm, 2, true, "the Cortex-M4's timings, Helium two cycles, a vector load or store beside arithmetic one"},
    {"rv32imc", cost_riscv, 2, false, "CV32E40P user manual, pipeline; stands in for the ESP32-C3"},
};

const core_t *core_find(const char *name)
{
    for (size_t i = 0; i < sizeof s_cores / sizeof s_cores[0]; i++) {
        if (strcmp(s_cores[i].name, name) == 0) {
            return &s_cores[i];
        }
    }
    return NULL;
}
