// DEQUANTIZE (int8, uint8, int16, int32 to float32)
//
//   y = scale * (x - zero)
//
// Params   scale: float bits. zero: any; with int32 the difference wraps
// Shapes   x and y of as many elements
// Scratch  none            In-place  no

#include "tn_op.h"
#include "../tn_real.h"

typedef struct params {
    int32_t scale;
    int32_t zero;
} params_t;

static tn_status_t prepare(tn_op_context_t *ctx)
{
#if TN_FLOAT
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(x.dtype == TN_S8 || x.dtype == TN_U8 || x.dtype == TN_S16 || x.dtype == TN_S32);
    TN_CHECK(tn_need_out(ctx, 0, TN_F32, -1) && tn_out(ctx, 0).count == x.count);
    return x.dtype != TN_S16 || TN_INT16 ? TN_OK : TN_ERR_TYPE;
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
    float *to = y.data;
    for (int32_t i = 0; i < x.count; i++) {
        int32_t q;
        switch (x.dtype) {
        case TN_S8: q = tn_s8(&x)[i]; break;
        case TN_U8: q = ((const uint8_t *)x.data)[i]; break;
        case TN_S16: q = tn_s16(&x)[i]; break;
        default: q = tn_s32(&x)[i]; break;
        }
        to[i] = tn_dequantize_real(q, scale, p->zero);
    }
#else
    (void)ctx;
#endif
}

const tn_op_t tn_dequantize_op = {prepare, eval};
