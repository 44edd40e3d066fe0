// RESCALE (int8, uint8, int16, int32 to int8, uint8, int16, int32)
//
//   y = clamp(y_zero + requantize(x - x_zero, mult, shift), lo, hi)
//
// Shapes   x and y of as many elements
// Limits   with int32 the difference wraps
// Scratch  none            In-place  yes, with elements of equal size

#include "tn_op.h"

typedef struct params {
    int32_t x_zero;
    int32_t y_zero;
    int32_t mult;
    int32_t shift;
    int32_t lo;
    int32_t hi;
} params_t;

static bool integer(uint8_t dtype)
{
    return dtype == TN_S8 || dtype == TN_U8 || dtype == TN_S16 || dtype == TN_S32;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(integer(x.dtype) && integer(y.dtype) && x.count == y.count);
    TN_CHECK(tn_shift_fits(p->shift, 30) && p->lo <= p->hi);
    TN_CHECK(y.dtype == TN_S32 || tn_clamp_fits(y.dtype, p->lo, p->hi));
    return TN_INT16 || (x.dtype != TN_S16 && y.dtype != TN_S16) ? TN_OK : TN_ERR_TYPE;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    for (int32_t i = 0; i < x.count; i++) {
        int32_t q;
        switch (x.dtype) {
        case TN_S8: q = tn_s8(&x)[i]; break;
        case TN_U8: q = ((const uint8_t *)x.data)[i]; break;
        case TN_S16: q = tn_s16(&x)[i]; break;
        default: q = tn_s32(&x)[i]; break;
        }
        q = tn_requantize(tn_sub32(q, p->x_zero), p->mult, p->shift);
        q = tn_clamp(tn_add32(q, p->y_zero), p->lo, p->hi);
        switch (y.dtype) {
        case TN_S8: case TN_U8: ((uint8_t *)y.data)[i] = (uint8_t)q; break;
        case TN_S16: ((int16_t *)y.data)[i] = (int16_t)q; break;
        default: ((int32_t *)y.data)[i] = q; break;
        }
    }
}

const tn_op_t tn_rescale_op = {prepare, eval};
