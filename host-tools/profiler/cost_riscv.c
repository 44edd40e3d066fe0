// RV32IMC by the published pipeline of four-stage in-order cores of its class (CV32E40P user manual): multiplication 1, upper half of a product 5,
// division 3 to 35 (19 here), load and store 1, taken branches and jumps 2 more. Espressif publishes no table for the ESP32-C3.

#include "cost.h"

enum { UPPER_PRODUCT = 5, DIVISION = 19 };

cost_t cost_riscv(const uint8_t *bytes, size_t size)
{
    cost_t cost = {.cycles = 1};
    if (size == 4 && (bytes[0] & 0x7Fu) == 0x33u && (bytes[3] & 0xFEu) == 0x02u) {
        const unsigned int kind = (bytes[1] >> 4) & 7u;
        cost.cycles = kind >= 4u ? DIVISION : kind > 0u ? UPPER_PRODUCT : 1;
    }
    return cost;
}
