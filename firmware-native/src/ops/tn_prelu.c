// PRELU (int8, int16 with int8 alpha, float32)
//
//   y = x where x >= 0, alpha * x elsewhere
//   quantised  with v = x - x_zero: clamp(y_zero + (v >= 0 ? requantize(v, pos_mult, pos_shift)
//                                                          : requantize(v * (alpha - alpha_zero), neg_mult, neg_shift)))
//
// Inputs   x   alpha
// Shapes   x and alpha broadcast to y
// Scratch  none            In-place  yes, with an input of y's shape and element size

#include "tn_broadcast.h"

typedef struct params {
    int32_t x_zero;
    int32_t alpha_zero;
    int32_t y_zero;
    int32_t pos_mult;
    int32_t pos_shift;
    int32_t neg_mult;
    int32_t neg_shift;
} params_t;

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_broadcasts(ctx, 2));
    const uint8_t dtype = tn_out(ctx, 0).dtype;
    TN_CHECK(dtype == TN_S8 || dtype == TN_S16 || dtype == TN_F32);
    TN_CHECK(tn_need_in(ctx, 0, dtype, -1) && tn_need_in(ctx, 1, dtype == TN_F32 ? TN_F32 : TN_S8, -1));
    if (dtype != TN_F32) {
        TN_CHECK(tn_zero_fits(dtype, p->x_zero) && tn_zero_fits(TN_S8, p->alpha_zero) && tn_zero_fits(dtype, p->y_zero));
        TN_CHECK(tn_shift_fits(p->pos_shift, 30) && tn_shift_fits(p->neg_shift, 30));
    }
    return tn_dtype_kept(dtype) ? TN_OK : TN_ERR_TYPE;
}

static int32_t quantised(const params_t *p, int32_t x, int32_t alpha)
{
    const int32_t v = x - p->x_zero;
    const int32_t r = v >= 0 ? tn_requantize(v, p->pos_mult, p->pos_shift)
        : tn_requantize(v * (alpha - p->alpha_zero), p->neg_mult, p->neg_shift);
    return tn_add32(r, p->y_zero);
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_tensor_t x = tn_in(ctx, 0);
#if TN_FLOAT
    if (x.dtype == TN_F32) {
        TN_BROADCAST_2(float, float, a >= 0.0f ? a : a * b);
        return;
    }
#endif
    const params_t *p = ctx->params;
    const tn_tensor_t y = tn_out(ctx, 0);
    const tn_tensor_t slopes = tn_in(ctx, 1);
    const int8_t *alpha = tn_s8(&slopes);
    tn_broadcast_t it = tn_broadcast_begin(ctx, 2);
    do {
        for (int32_t i = 0; i < it.run; i++) {
            const int32_t at = it.at[0] + i * it.step[0];
            const int32_t slope = alpha[it.at[1] + i * it.step[1]];
#if TN_INT16
            if (x.dtype == TN_S16) {
                ((int16_t *)y.data)[it.y + i] = (int16_t)tn_clamp(quantised(p, tn_s16(&x)[at], slope), INT16_MIN, INT16_MAX);
                continue;
            }
#endif
            ((int8_t *)y.data)[it.y + i] = (int8_t)tn_clamp(quantised(p, tn_s8(&x)[at], slope), INT8_MIN, INT8_MAX);
        }
    } while (tn_broadcast_next(&it));
}

const tn_op_t tn_prelu_op = {prepare, eval};
