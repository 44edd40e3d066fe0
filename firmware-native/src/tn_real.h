// Between real and quantised numbers: real = scale * (q - zero).
#ifndef TN_REAL_H
#define TN_REAL_H

#include "tn_math.h"
#include "tn_mathf.h"

// The nearest of lo .. hi, ties away from zero; NaN gives `zero`. lo, hi and zero lie in the range of int16 or uint16.
static inline int32_t tn_quantize_real(float x, float scale, int32_t zero, int32_t lo, int32_t hi)
{
    const float scaled = tn_round_awayf(x / scale);
    if (scaled != scaled) {
        return zero;
    }
    // Beyond 2^18 every result is at an end of its range.
    return tn_clamp((int32_t)tn_maxf(tn_minf(scaled, 262144.0f), -262144.0f) + zero, lo, hi);
}

// For any q and zero: their difference wraps.
static inline float tn_dequantize_real(int32_t q, float scale, int32_t zero)
{
    return scale * (float)tn_sub32(q, zero);
}

#endif
