// Fixed-point functions of integer operators: Qm.n numbers in an int32 with m bits before the point and 31 - m after it.
// Every operand gives a defined result; the values are those of TFLite's fixed-point library.
#ifndef TN_FIXED_H
#define TN_FIXED_H

#include "tn_math.h"

// Zero bits above the highest one of x; 32 for 0.
static inline int32_t tn_clz32(uint32_t x)
{
    int32_t n = 32;
    for (int32_t width = 16; width > 0; width >>= 1) {
        if (x >> width) {
            x >>= width;
            n -= width;
        }
    }
    return n - (int32_t)x;
}

// x * 2^bits, saturating; bits 0 .. 30.
static inline int32_t tn_saturating_shl(int32_t x, int32_t bits)
{
    const int32_t threshold = (int32_t)((UINT32_C(1) << (31 - bits)) - 1u);
    if (bits == 0) {
        return x;
    }
    return x > threshold ? INT32_MAX : x < -threshold ? INT32_MIN : tn_shl32(x, bits);
}

// 1 / (1 + a) in Q0.31 for a in Q0.31, 0 <= a < 1: three steps of Newton-Raphson from 48/17 - 32/17 d, where d = (1 + a) / 2.
static inline int32_t tn_one_over_one_plus_x(int32_t a)
{
    const int32_t half_denominator = (int32_t)(((int64_t)a + INT32_MAX + 1) / 2);
    int32_t x = tn_add32(1515870810, tn_doubling_high_mul(half_denominator, -1010580540));  // Q2.29
    for (int i = 0; i < 3; i++) {
        const int32_t rest = tn_sub32(1 << 29, tn_doubling_high_mul(half_denominator, x));
        x = tn_add32(x, tn_saturating_shl(tn_doubling_high_mul(x, rest), 2));
    }
    return tn_saturating_shl(x, 1);
}

// Entry of a table of 513 over the int16 range, interpolated between neighbours 128 apart.
static inline int32_t tn_table_s16(const int16_t *table, int32_t x)
{
    const int32_t index = 256 + (x >> 7);
    const int32_t base = table[index];
    const int32_t slope = (int16_t)(uint16_t)(table[index + 1] - base);
    return (int16_t)(uint16_t)(base + ((slope * (x & 0x7F) + 64) >> 7));
}

#endif
