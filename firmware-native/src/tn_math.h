// Fixed-point arithmetic that every integer kernel shares. TFLite's rounding, and defined for every operand: where a hostile blob
// makes a number too large it wraps, it never is undefined.
#ifndef TN_MATH_H
#define TN_MATH_H

#include <stdint.h>

static inline int32_t tn_add32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a + (uint32_t)b);
}

static inline int32_t tn_sub32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a - (uint32_t)b);
}

static inline int32_t tn_mul32(int32_t a, int32_t b)
{
    return (int32_t)((uint32_t)a * (uint32_t)b);
}

static inline int32_t tn_shl32(int32_t a, int32_t bits)
{
    return (int32_t)((uint32_t)a << bits);
}

static inline int64_t tn_add64(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)b);
}

static inline int32_t tn_clamp(int32_t x, int32_t lo, int32_t hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

// (a * b) / 2^31 rounded to nearest, ties up. Equals gemmlowp's SaturatingRoundingDoublingHighMul for all but
// a = b = -2^31, which no multiplier of ours is.
static inline int32_t tn_doubling_high_mul(int32_t a, int32_t b)
{
    return (int32_t)(((int64_t)a * b + (INT64_C(1) << 30)) >> 31);
}

// x / 2^exponent rounded to nearest, ties away from zero; exponent 0 .. 31.
static inline int32_t tn_rounding_divide_by_pot(int32_t x, int32_t exponent)
{
    const int32_t mask = (int32_t)((UINT32_C(1) << exponent) - 1u);
    const int32_t remainder = x & mask;
    const int32_t threshold = (mask >> 1) + (x < 0);
    return (x >> exponent) + (remainder > threshold);
}

// x * mult * 2^(shift - 31), TFLite's double rounding. shift in -31 .. 30, positive to the left.
static inline int32_t tn_requantize(int32_t x, int32_t mult, int32_t shift)
{
    const int32_t left = shift > 0 ? shift : 0;
    const int32_t right = shift > 0 ? 0 : -shift;
    return tn_rounding_divide_by_pot(tn_doubling_high_mul(tn_shl32(x, left), mult), right);
}

// The same for a 64-bit accumulator, with the 16-bit multiplier TFLite uses there (one rounding). shift in -31 .. 14.
static inline int32_t tn_requantize_s64(int64_t x, int32_t mult, int32_t shift)
{
    const int32_t reduced = mult < 0x7FFF0000 ? (mult + (1 << 15)) >> 16 : 0x7FFF;
    const int32_t total = 15 - shift;
    const int64_t product = (int64_t)((uint64_t)x * (uint64_t)(int64_t)reduced);
    return (int32_t)(tn_add64(product, INT64_C(1) << (total - 1)) >> total);
}

#endif
