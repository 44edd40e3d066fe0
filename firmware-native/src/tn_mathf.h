// Float functions without libm: the same bits on every target, float32 throughout, no table but one of 2/pi.
//
// Each is within 3 units in the last place (relative 2e-7) of the exact value, subnormal results within one subnormal step;
// tn_sqrtf and the rounding functions are exact. Infinities and NaN behave as in C's <math.h>. The polynomials are minimax fits
// of the function named beside them, on the interval named beside them.
#ifndef TN_MATHF_H
#define TN_MATHF_H

#include <stdint.h>
#include <string.h>

static inline uint32_t tn_float_bits(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float tn_float_of(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

static inline float tn_absf(float x)
{
    return tn_float_of(tn_float_bits(x) & 0x7FFFFFFFu);
}

// |x| with the sign of y.
static inline float tn_copysignf(float x, float y)
{
    return tn_float_of((tn_float_bits(x) & 0x7FFFFFFFu) | (tn_float_bits(y) & 0x80000000u));
}

// The smaller (larger); y where x is NaN.
static inline float tn_minf(float x, float y)
{
    return x < y ? x : y;
}

static inline float tn_maxf(float x, float y)
{
    return x > y ? x : y;
}

/// Rounding ///

// To nearest, ties to even.
static inline float tn_roundf(float x)
{
    // Adding 2^23 leaves no bits behind the point, and the addition itself rounds ties to even.
    const float size = tn_absf(x);
    if (!(size < 8388608.0f)) {
        return x;
    }
    volatile float shifted = size + 8388608.0f;  // volatile: no compiler may fold the two
    return tn_copysignf(shifted - 8388608.0f, x);
}

static inline float tn_floorf(float x)
{
    const float r = tn_roundf(x);
    return r > x ? r - 1.0f : r;
}

static inline float tn_ceilf(float x)
{
    const float r = tn_roundf(x);
    return r < x ? tn_copysignf(r + 1.0f, x) : r;
}

// To nearest, ties away from zero, as TFLite rounds when it quantises.
static inline float tn_round_awayf(float x)
{
    const float size = tn_absf(x);
    if (!(size < 8388608.0f)) {
        return x;
    }
    const int32_t whole = (int32_t)size;
    return tn_copysignf((float)(whole + (size - (float)whole >= 0.5f)), x);
}

// To int32 towards zero; out of range goes to the nearest end, NaN to 0.
static inline int32_t tn_f32_to_s32(float x)
{
    if (x >= 2147483648.0f) {
        return INT32_MAX;
    }
    return x >= -2147483648.0f ? (int32_t)x : x < 0.0f ? INT32_MIN : 0;
}

/// Exponential and logarithm ///

// x * 2^k; k in -252 .. 254.
static inline float tn_scalef(float x, int32_t k)
{
    const int32_t half = k / 2;
    return x * tn_float_of((uint32_t)(half + 127) << 23) * tn_float_of((uint32_t)(k - half + 127) << 23);
}

// x = k * ln 2 + r with |r| <= ln 2 / 2; returns exp(r) - 1. x in -110 .. 110.
static inline float tn_exp_reduced(float x, int32_t *k)
{
    *k = (int32_t)(x * 1.44269504f + (x < 0.0f ? -0.5f : 0.5f));
    const float n = (float)*k;
    // 0.693145752 has 16 bits, so that its product with n is exact.
    const float r = x - n * 0.693145752f - n * 1.42860677e-06f;
    // (exp(r) - 1 - r) / r^2 on [-0.347, 0.347]
    const float p = 0.49999997f + r * (0.16666542f + r * (0.0416672044f + r * (0.00836664718f + r * 0.00138825038f)));
    return r + r * r * p;
}

static inline float tn_expf(float x)
{
    if (!(x < 89.0f)) {
        return x * tn_float_of(0x7F800000u);  // +infinity, or NaN
    }
    if (x < -104.0f) {
        return 0.0f;
    }
    int32_t k;
    const float e = tn_exp_reduced(x, &k);
    return tn_scalef(1.0f + e, k);
}

// exp(x) - 1 without the cancellation near 0.
static inline float tn_expm1f(float x)
{
    if (!(x < 88.0f)) {
        return tn_expf(x) - 1.0f;
    }
    if (x < -20.0f) {
        return -1.0f;
    }
    int32_t k;
    const float e = tn_exp_reduced(x, &k);
    const float scale = tn_float_of((uint32_t)(k + 127) << 23);
    return scale * e + (scale - 1.0f);
}

// log(1 + f) for f in sqrt(1/2) - 1 .. sqrt(2) - 1.
static inline float tn_log1p_reduced(float f)
{
    // With s = f / (2 + f): log(1 + f) = log((1 + s) / (1 - s)) = 2 s + s R(s^2), where 2 s = f - s f.
    const float s = f / (2.0f + f);
    const float z = s * s;
    const float r = z * (0.666667819f + z * (0.399770796f + z * 0.298851877f));
    const float half = 0.5f * f * f;
    return f - (half - s * (half + r));
}

static inline float tn_logf(float x)
{
    uint32_t bits = tn_float_bits(x);
    int32_t k = -127;
    if (bits - 1u >= 0x7F800000u - 1u) {
        if (x == 0.0f) {
            return -tn_float_of(0x7F800000u);
        }
        return x > 0.0f ? x : tn_float_of(0x7FC00000u);  // infinity; NaN for NaN and for negative numbers
    }
    if (bits < 0x00800000u) {
        bits = tn_float_bits(x * 33554432.0f);
        k -= 25;
    }
    // The mantissa goes to sqrt(1/2) .. sqrt(2).
    bits += 0x3F800000u - 0x3F3504F3u;
    k += (int32_t)(bits >> 23);
    const float n = (float)k;
    const float f = tn_float_of((bits & 0x007FFFFFu) + 0x3F3504F3u) - 1.0f;
    return n * 0.693145752f + (tn_log1p_reduced(f) + n * 1.42860677e-06f);
}

// log(1 + x) for x >= 0.
static inline float tn_log1pf(float x)
{
    return x < 0.4142f ? tn_log1p_reduced(x) : tn_logf(1.0f + x);
}

/// Roots ///

// Correctly rounded.
static inline float tn_sqrtf(float x)
{
    uint32_t bits = tn_float_bits(x);
    if (bits - 1u >= 0x7F800000u - 1u) {
        return x == 0.0f || x > 0.0f ? x : tn_float_of(0x7FC00000u);
    }
    int32_t exponent = 127;
    if (bits < 0x00800000u) {
        bits = tn_float_bits(x * 16777216.0f);
        exponent -= 12;
    }
    // x = m * 2^(2 h) with m a 24 or 25 bit integer; one root bit per turn, two zero bits brought down where m has ended.
    const int32_t e = (int32_t)(bits >> 23) - 127;
    uint32_t m = (bits & 0x007FFFFFu) | 0x00800000u;
    if (e & 1) {
        m <<= 1;
    }
    exponent += (e - (e & 1)) / 2;
    uint32_t root = 0;
    uint32_t rest = 0;
    m <<= 7;  // 1.0 is bit 30
    for (int i = 0; i < 25; i++) {
        rest = (rest << 2) | (m >> 30);
        m <<= 2;
        root <<= 1;
        const uint32_t trial = (root << 1) | 1u;
        if (rest >= trial) {
            rest -= trial;
            root |= 1u;
        }
    }
    // 24 bits and one to round by; a tie cannot happen.
    return tn_float_of(((uint32_t)(exponent - 1) << 23) + ((root + 1u) >> 1));
}

static inline float tn_rsqrtf(float x)
{
    return 1.0f / tn_sqrtf(x);
}

/// Sigmoid and its relatives ///

static inline float tn_sigmoidf(float x)
{
    const float e = tn_expf(-tn_absf(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

static inline float tn_tanhf(float x)
{
    const float size = tn_absf(x);
    if (size > 10.0f) {
        return tn_copysignf(1.0f, x);
    }
    const float e = tn_expm1f(-2.0f * size);
    return tn_copysignf(-e / (2.0f + e), x) + (x - x);
}

static inline float tn_erff(float x)
{
    const float a = tn_absf(x);
    if (a < 1.0f) {
        // erf(x) / x - 1 over x^2 in [0, 1]
        const float z = a * a;
        const float p = 0.128379166f + z * (-0.37612626f + z * (0.112835854f + z * (-0.026853811f
                        + z * (0.00518832682f + z * (-0.000801018672f + z * 7.85383963e-05f)))));
        return x + x * p;
    }
    if (a > 3.95f) {
        return tn_copysignf(1.0f, x);
    }
    // -log(1 - erf(a)) on [1, 3.95]
    const float q = 0.000351590046f + a * (1.12704837f + a * (0.638212383f + a * (0.103048466f
                    + a * (-0.0218104217f + a * (0.00294083217f + a * -0.000185693789f)))));
    return tn_copysignf(1.0f - tn_expf(-q), x) + (x - x);
}

/// Sine and cosine ///

// x >= 0, finite: x = (4 n + quadrant) * pi/2 + r with |r| <= pi/4. Exact for any size: only those bits of 2/pi are multiplied
// that matter modulo 4.
static inline float tn_trig_reduced(float x, uint32_t *quadrant)
{
    static const uint32_t two_over_pi[8] = {
        0, 0xA2F9836Eu, 0x4E441529u, 0xFC2757D1u, 0xF534DDC0u, 0xDB629599u, 0x3C439041u, 0xFE5163ABu,
    };
    *quadrant = 0;
    if (x < 0.785398f) {
        return x;
    }
    const uint32_t bits = tn_float_bits(x);
    const uint64_t m = (bits & 0x007FFFFFu) | 0x00800000u;
    const uint32_t first = (bits >> 23) - 120u;  // 6 .. 134: x times bits before it is a multiple of 4
    const uint32_t word = first >> 5;
    const uint32_t shift = first & 31u;
    uint32_t p[3];
    for (uint32_t i = 0; i < 3; i++) {
        const uint64_t pair = ((uint64_t)two_over_pi[word + i] << 32) | two_over_pi[word + i + 1u];
        p[i] = (uint32_t)((pair << shift) >> 32);
    }
    const uint64_t turns = ((m * p[0]) << 32) + m * p[1] + ((m * p[2]) >> 32);  // in 2^-64 of four quadrants
    const uint64_t rounded = turns + (UINT64_C(1) << 61);
    *quadrant = (uint32_t)(rounded >> 62);
    const int64_t rest = (int64_t)(turns << 2);  // in 2^-64 of a quadrant, nearest to 0
    return (float)rest * 8.51530395e-20f;
}

static inline float tn_sin_cos(float r, uint32_t quadrant)
{
    const float z = r * r;
    float y;
    if (quadrant & 1u) {
        y = 1.0f - (0.5f * z - z * z * (0.0416666456f + z * (-0.00138873619f + z * 2.44377316e-05f)));
    } else {
        y = r + r * z * (-0.166666552f + z * (0.00833217334f + z * -0.000195166562f));
    }
    return quadrant & 2u ? -y : y;
}

static inline float tn_sinf(float x)
{
    const float a = tn_absf(x);
    if (!(a < tn_float_of(0x7F800000u))) {
        return x - x;
    }
    uint32_t quadrant;
    const float r = tn_trig_reduced(a, &quadrant);
    const float y = tn_sin_cos(r, quadrant);
    return tn_float_bits(x) >> 31 ? -y : y;
}

static inline float tn_cosf(float x)
{
    const float a = tn_absf(x);
    if (!(a < tn_float_of(0x7F800000u))) {
        return x - x;
    }
    uint32_t quadrant;
    const float r = tn_trig_reduced(a, &quadrant);
    return tn_sin_cos(r, quadrant + 1u);
}

#endif
