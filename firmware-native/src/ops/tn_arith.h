// What ADD, SUB and SQUARED_DIFFERENCE share: two operands brought to one scale in fixed point.
//
//   a' = requantize((a - a_zero) << left_shift, a_mult, a_shift), b' alike
#ifndef TN_ARITH_H
#define TN_ARITH_H

#include "tn_broadcast.h"
#include "tn_kernels.h"

// For float32, lo and hi are float bits; for int32 they are bounds; int64 has none. The rest is 0 for those types.
typedef struct tn_arith_params {
    int32_t a_zero;
    int32_t b_zero;
    int32_t y_zero;
    int32_t left_shift;
    int32_t a_mult;
    int32_t a_shift;
    int32_t b_mult;
    int32_t b_shift;
    int32_t y_mult;
    int32_t y_shift;
    int32_t lo;
    int32_t hi;
} tn_arith_params_t;

// Door check: two inputs and an output of one kept type that broadcast, and (int8, int16) parameters in range.
tn_status_t tn_arith_prepare(tn_op_context_t *ctx);

// The quantised kernel over every run.
void tn_arith_run(const tn_op_context_t *ctx, void (*kernel)(const tn_arith_args_t *a));

static inline int32_t tn_arith_scale(int32_t x, int32_t zero, int32_t left_shift, int32_t mult, int32_t shift)
{
    return tn_requantize(tn_shl32(x - zero, left_shift), mult, shift);
}

#endif
