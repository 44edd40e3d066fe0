// Requantisation in nine instructions: exactly tn_requantize, for what the packers let through.
#ifndef RV32_REQUANTIZE_H
#define RV32_REQUANTIZE_H

#include <stdbool.h>

#include "../../tn_math.h"

// For the compiler, to keep a number in its register and what is done to it in order.
#define RV32_HOLD(x) __asm__("" : "+r"(x))

// Two branches that are taken, and no more, for a number inside; compilers like moves on both sides better.
static inline int32_t rv32_clamp(int32_t x, int32_t lo, int32_t hi)
{
#ifdef __riscv
    __asm__("bge %0, %1, 1f\n\tmv %0, %1\n1:\tble %0, %2, 1f\n\tmv %0, %2\n1:" : "+r"(x) : "r"(lo), "r"(hi));
    return x;
#else
    return tn_clamp(x, lo, hi);
#endif
}

// a * b / 2^32, rounded down; one instruction, mulhsu.
static inline int32_t rv32_mulhsu(int32_t a, uint32_t b)
{
    return (int32_t)(((int64_t)a * (int64_t)(uint64_t)b) >> 32);
}

// For a shift of -22 .. 0, n = -shift, and a zero point:
//
//   tn_requantize  h = (acc * mult + 2^30) >> 31                      y = zero + ((h + half - (h < 0 and n > 0)) >> n), half = 2^(n-1) or 0
//   here           v = (2 acc * 2 mult) >> 32 = (acc * mult) >> 30    y = (v + tie(v) + round) >> (n + 1)
//
//   round = 1 + 2 half + zero * 2^(n+1)     tie(v) = -2 where v < 0 and n > 0, else 0
//
// h is (v + 1) >> 1, and floors of quotients by powers of two nest. v < 0 stands for h < 0: they differ for v = -1 only, and then both
// give 0. Exact while |acc| < 2^30 and 2 |acc| + (2 |zero| + 2) * 2^n < 2^31; wraps beyond.
typedef struct rv32_scaling {
    uint32_t mult2;   // twice the multiplier
    int32_t shift;    // n + 1; 0 .. 31, whatever the blob holds
    int32_t round;
    int32_t tie;      // -2 or 0
} rv32_scaling_t;

static inline rv32_scaling_t rv32_scaling(uint32_t mult2, int32_t shift, int32_t zero)
{
    const int32_t tie = shift > 1 ? -2 : 0;
    const int32_t round = tn_shl32(2 * zero - tie / 2, (shift - 1) & 31);
    return (rv32_scaling_t){mult2, shift & 31, tn_add32(round, 1), tie};
}

// Without ties: right where y > zero, and not above zero elsewhere. That is all a clamp from zero or higher lets through, as after a ReLU.
static inline int32_t rv32_scale_doubled(int32_t acc2, rv32_scaling_t s, bool ties)
{
    const int32_t v = rv32_mulhsu(acc2, s.mult2);
    return tn_add32(ties ? tn_add32(v, (v >> 31) & s.tie) : v, s.round) >> s.shift;
}

static inline int32_t rv32_scale(int32_t acc, rv32_scaling_t s, bool ties)
{
    return rv32_scale_doubled(tn_shl32(acc, 1), s, ties);
}

#endif
