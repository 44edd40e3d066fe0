// What the steps of this back end with a packed constant share: x, packed words, y, and scratch where they need it.
#ifndef RV32_STEP_H
#define RV32_STEP_H

#include "../../ops/tn_op.h"

typedef struct rv32_step {
    tn_tensor_t x;
    tn_tensor_t packed;
    tn_tensor_t y;
    uint8_t *scratch;         // on a boundary of 4; NULL for none
    uint32_t scratch_bytes;
} rv32_step_t;

// Int8 x and y, packed words in the blob. False where it is otherwise.
bool rv32_step_open(const tn_op_context_t *ctx, rv32_step_t *step);

static inline bool rv32_is_int8(int32_t value)
{
    return value >= INT8_MIN && value <= INT8_MAX;
}

// Nothing that is computed from numbers below these comes near 2^31: x and y are smaller, and so is the scratch.
#define RV32_MOST_CELLS 32767
#define RV32_MOST_STEP 255

// A step, a dilation, a filter: 1 .. 255.
static inline bool rv32_is_step(int32_t value)
{
    return (uint32_t)value - 1u < RV32_MOST_STEP;
}

// The geometry of CONV_2D and DEPTHWISE_CONV_2D: samples agree, and cells and steps are within the limits above. `steps` are strides,
// dilations and pads as in the parameters, which begin with them.
bool rv32_window_fits(const rv32_step_t *step, const int32_t steps[6], int32_t filter_h, int32_t filter_w);

// Cells along one axis that windows reach, from the first one of the padding.
static inline int32_t rv32_reach(int32_t out, int32_t taps, int32_t stride, int32_t dilation)
{
    return (out - 1) * stride + (taps - 1) * dilation + 1;
}

#endif
