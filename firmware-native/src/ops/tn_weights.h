// What the operators with weights share: CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV_2D, FULLY_CONNECTED.
//
// Inputs 0 .. 4 are x, weights, bias (or absent), multipliers, shifts (both absent for float32); output 0 is y.
//
//   x, y     weights   bias            accumulator, requantisation
//   int8     int8      int32           32 bits, tn_requantize
//   int16    int8      int64, absent   64 bits, tn_requantize_s64
//   int16    int8      int32           32 bits, tn_requantize
//   float32  float32   float32
#ifndef TN_WEIGHTS_H
#define TN_WEIGHTS_H

#include "tn_op.h"

// The numbers of a quantised operator, checked as a whole. For float32 only lo and hi mean something, and they may be anything.
typedef struct tn_weights_quant {
    int32_t x_zero;
    int32_t w_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} tn_weights_quant_t;

// The door check of everything but shapes, for `channels` output channels. x and weights are present.
tn_status_t tn_weights_check(tn_op_context_t *ctx, int32_t channels, tn_weights_quant_t quant);

// The data of an optional input, or NULL.
const void *tn_optional(const tn_op_context_t *ctx, int input);

// Bias and requantisation of an int16x8 accumulator. `bias` may be NULL. The 32-bit accumulator that an int32 bias asks for
// wraps, so it is the low half of the 64-bit one.
static inline int32_t tn_requantize_s16(int64_t acc, const void *bias, bool bias_s64, int32_t channel, int32_t mult, int32_t shift)
{
    if (bias != NULL && !bias_s64) {
        return tn_requantize(tn_add32((int32_t)(uint32_t)acc, ((const int32_t *)bias)[channel]), mult, shift);
    }
    return tn_requantize_s64(tn_add64(acc, bias != NULL ? ((const int64_t *)bias)[channel] : 0), mult, shift);
}

#endif
