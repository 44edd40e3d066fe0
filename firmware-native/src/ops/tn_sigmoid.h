// Sigmoid and tanh on 16 bits, interpolated in a table of 256 entries: the bits of uint16 sigmoid(i / 24) * 2^16.
//
// `x` is the argument in units of 1 / (3 * 4096), the result in units of 2^-15. Defined for every table and every x.
#ifndef TN_SIGMOID_H
#define TN_SIGMOID_H

#include <stdint.h>

// |x| in units of 1 / (24 * 2^bits): the table's entry and what is between it and the next, times 2^bits.
static inline uint32_t tn_sigmoid_interpolate(const uint16_t *table, uint32_t x, int32_t bits)
{
    const uint32_t index = x >> bits;
    const uint32_t from = table[index];
    return (from << bits) + (x & ((1u << bits) - 1u)) * (table[index + 1u] - from);
}

static inline uint32_t tn_sigmoid_size(int32_t x)
{
    return x < 0 ? 0u - (uint32_t)x : (uint32_t)x;
}

// Rounds half up, also where it mirrors: sigmoid(-x) = 1 - sigmoid(x).
static inline int16_t tn_sigmoid_s16(const uint16_t *table, int32_t x)
{
    const uint32_t size = tn_sigmoid_size(x);
    const uint32_t s = size >> 9 >= 255 ? 0x7FFFu << 10 : tn_sigmoid_interpolate(table, size, 9);
    return (int16_t)((x >= 0 ? s + (1u << 9) : (1u << 25) - s + (1u << 9) - 1u) >> 10);
}

// tanh(x) = 2 sigmoid(2 x) - 1.
static inline int16_t tn_tanh_s16(const uint16_t *table, int32_t x)
{
    const uint32_t size = tn_sigmoid_size(x);
    const int32_t t = size >> 8 >= 255 ? 0xFFFF << 8 : (int32_t)tn_sigmoid_interpolate(table, size, 8);
    return (int16_t)((x >= 0 ? t - (1 << 23) + (1 << 7) : (1 << 23) - t + (1 << 7) - 1) >> 8);
}

#endif
