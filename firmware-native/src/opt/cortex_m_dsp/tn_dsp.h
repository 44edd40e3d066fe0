// What the kernels of this back end share: the DSP instructions they are made of, and the requantisation that fits them.
//
// On Arm each function is one instruction. Elsewhere (tests on a desk computer, sanitizers) it is C that computes the same.
#ifndef TN_DSP_H
#define TN_DSP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__ARM_FEATURE_DSP) && __ARM_FEATURE_DSP
#define TN_DSP_ASM 1
#else
#define TN_DSP_ASM 0
#endif

#if TN_DSP_ASM
#define TN_DSP_3(name, mnemonic) \
    static inline uint32_t name(uint32_t a, uint32_t b) \
    { \
        uint32_t r; \
        __asm__(mnemonic : "=r"(r) : "r"(a), "r"(b)); \
        return r; \
    }
#define TN_DSP_4(name, mnemonic) \
    static inline int32_t name(uint32_t a, uint32_t b, int32_t c) \
    { \
        int32_t r; \
        __asm__(mnemonic " %0, %1, %2, %3" : "=r"(r) : "r"(a), "r"(b), "r"(c)); \
        return r; \
    }

TN_DSP_3(tn_pkhbt, "pkhbt %0, %1, %2, lsl #16")
TN_DSP_3(tn_sxtab16, "sxtab16 %0, %1, %2")
TN_DSP_3(tn_sxtab16_ror8, "sxtab16 %0, %1, %2, ror #8")
TN_DSP_4(tn_smlad, "smlad")
TN_DSP_4(tn_smmlar_bits, "smmlar")

static inline uint32_t tn_sxtb16(uint32_t a)
{
    uint32_t r;
    __asm__("sxtb16 %0, %1" : "=r"(r) : "r"(a));
    return r;
}

static inline uint32_t tn_sxtb16_ror8(uint32_t a)
{
    uint32_t r;
    __asm__("sxtb16 %0, %1, ror #8" : "=r"(r) : "r"(a));
    return r;
}

// The larger and the smaller of each of four int8.
static inline uint32_t tn_max4(uint32_t a, uint32_t b)
{
    uint32_t r;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(r) : "r"(a), "r"(b));
    return r;
}

static inline uint32_t tn_min4(uint32_t a, uint32_t b)
{
    uint32_t r;
    __asm__("ssub8 %0, %1, %2\n\tsel %0, %2, %1" : "=&r"(r) : "r"(a), "r"(b));
    return r;
}

static inline int32_t tn_ssat8(int32_t a)
{
    int32_t r;
    __asm__("ssat %0, #8, %1" : "=r"(r) : "r"(a));
    return r;
}

// An arithmetic shift by the low byte of n, as the instruction does it.
static inline int32_t tn_asr(int32_t a, int32_t n)
{
    int32_t r;
    __asm__("asr %0, %1, %2" : "=r"(r) : "r"(a), "r"(n));
    return r;
}
#else
static inline int32_t tn_lane(uint32_t a, int lane)
{
    return (int16_t)(uint16_t)(a >> (16 * lane));
}

static inline uint32_t tn_lanes(int32_t low, int32_t high)
{
    return ((uint32_t)low & 0xFFFFu) | ((uint32_t)high << 16);
}

static inline uint32_t tn_pkhbt(uint32_t a, uint32_t b)
{
    return tn_lanes((int32_t)a, (int32_t)b);
}

static inline uint32_t tn_sxtb16(uint32_t a)
{
    return tn_lanes((int8_t)(uint8_t)a, (int8_t)(uint8_t)(a >> 16));
}

static inline uint32_t tn_sxtb16_ror8(uint32_t a)
{
    return tn_sxtb16(a >> 8);
}

static inline uint32_t tn_add16(uint32_t a, uint32_t b)
{
    return tn_lanes(tn_lane(a, 0) + tn_lane(b, 0), tn_lane(a, 1) + tn_lane(b, 1));
}

static inline uint32_t tn_sxtab16(uint32_t a, uint32_t b)
{
    return tn_add16(a, tn_sxtb16(b));
}

static inline uint32_t tn_sxtab16_ror8(uint32_t a, uint32_t b)
{
    return tn_add16(a, tn_sxtb16_ror8(b));
}

static inline int32_t tn_smlad(uint32_t a, uint32_t b, int32_t c)
{
    const uint32_t low = (uint32_t)(tn_lane(a, 0) * tn_lane(b, 0));
    return (int32_t)((uint32_t)c + low + (uint32_t)(tn_lane(a, 1) * tn_lane(b, 1)));
}

static inline int32_t tn_smmlar_bits(uint32_t a, uint32_t b, int32_t c)
{
    const int64_t product = (int64_t)(int32_t)a * (int32_t)b + (INT64_C(1) << 31);
    return (int32_t)((uint32_t)c + (uint32_t)((uint64_t)product >> 32));
}

static inline uint32_t tn_pick4(uint32_t a, uint32_t b, int larger)
{
    uint32_t r = 0;
    for (int i = 0; i < 32; i += 8) {
        const int8_t p = (int8_t)(uint8_t)(a >> i);
        const int8_t q = (int8_t)(uint8_t)(b >> i);
        r |= (uint32_t)(uint8_t)((p >= q) == larger ? p : q) << i;
    }
    return r;
}

static inline uint32_t tn_max4(uint32_t a, uint32_t b)
{
    return tn_pick4(a, b, 1);
}

static inline uint32_t tn_min4(uint32_t a, uint32_t b)
{
    return tn_pick4(a, b, 0);
}

static inline int32_t tn_ssat8(int32_t a)
{
    return a < -128 ? -128 : a > 127 ? 127 : a;
}

static inline int32_t tn_asr(int32_t a, int32_t n)
{
    const uint32_t bits = (uint32_t)n & 0xFFu;
    return a >> (bits > 31u ? 31u : bits);
}
#endif

// How an accumulator becomes an int8, packed as three words. `half` is 2^(shift-1) + y_zero * 2^shift.
typedef struct tn_dsp_scale {
    int32_t mult;
    int32_t half;
    int32_t shift;  // to the right, 1 .. 22
} tn_dsp_scale_t;

// saturate(y_zero + requantize(acc, mult, -shift)), given twice the accumulator as well: the kernels often have it for nothing.
//
// high(acc, mult) = floor((2 * acc * mult + 2^31) / 2^32) is what SMMLAR adds to its third operand. Rounding half away from zero is adding
// half, less one where the number is negative, and shifting: the sign of acc serves, as it differs from that of high(acc, mult) only where the
// latter is 0, and (half - 1) >> shift is 0 as well. Exact while |acc| < 2^30, which the compiler proves for every channel.
static inline int32_t tn_dsp_requantize2(int32_t acc, int32_t twice, const tn_dsp_scale_t *s)
{
    const int32_t half = (int32_t)((uint32_t)s->half + (uint32_t)(acc >> 31));
    return tn_ssat8(tn_asr(tn_smmlar_bits((uint32_t)twice, (uint32_t)s->mult, half), s->shift));
}

static inline int32_t tn_dsp_requantize(int32_t acc, const tn_dsp_scale_t *s)
{
    return tn_dsp_requantize2(acc, (int32_t)((uint32_t)acc << 1), s);
}

// Words and halves at any address: one instruction on Arm.
static inline uint32_t tn_load32(const void *at)
{
    uint32_t word;
    memcpy(&word, at, 4);
    return word;
}

static inline void tn_store32(void *at, uint32_t word)
{
    memcpy(at, &word, 4);
}

// y = clamp(y, lo, hi), for kernels that have saturated to int8; nothing to do where lo and hi are the ends of int8.
void tn_dsp_clamp(int8_t *y, int32_t count, int32_t lo, int32_t hi);

#endif
