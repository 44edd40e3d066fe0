// QUANTIZE (float32 to int8, uint8, int16)
//
//   y = clamp(round(x / scale) + zero), ties away from zero; NaN becomes zero
//
// Params   scale: float bits, positive and finite
// Shapes   x and y of as many elements
// Scratch  none            In-place  no

#include "tn_op.h"
#include "../tn_mathf.h"

typedef struct params {
    int32_t scale;
    int32_t zero;
} params_t;

static tn_status_t prepare(tn_op_context_t *ctx)
{
#if TN_FLOAT
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_need_in(ctx, 0, TN_F32, -1));
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(y.count == tn_in(ctx, 0).count && tn_zero_fits(y.dtype, p->zero));
    TN_CHECK(p->scale > 0 && p->scale < 0x7F800000);
    return y.dtype != TN_S16 || TN_INT16 ? TN_OK : TN_ERR_TYPE;
#else
    (void)ctx;
    return TN_ERR_TYPE;
#endif
}

static void eval(const tn_op_context_t *ctx)
{
#if TN_FLOAT
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const float scale = tn_bits_f32(p->scale);
    const float *from = tn_f32(&x);
    const int32_t lo = y.dtype == TN_U8 ? 0 : y.dtype == TN_S8 ? INT8_MIN : INT16_MIN;
    const int32_t hi = y.dtype == TN_U8 ? UINT8_MAX : y.dtype == TN_S8 ? INT8_MAX : INT16_MAX;
    for (int32_t i = 0; i < x.count; i++) {
        // Beyond 2^18 every result is at an end of its range. A NaN comes out of tn_minf and tn_maxf where it is their second operand.
        const float scaled = tn_maxf(-262144.0f, tn_minf(262144.0f, tn_round_awayf(from[i] / scale)));
        const int32_t q = tn_clamp((scaled == scaled ? (int32_t)scaled : 0) + p->zero, lo, hi);
        if (y.dtype == TN_S16) {
            ((int16_t *)y.data)[i] = (int16_t)q;
        } else {
            ((uint8_t *)y.data)[i] = (uint8_t)q;
        }
    }
#else
    (void)ctx;
#endif
}

const tn_op_t tn_quantize_op = {prepare, eval};
