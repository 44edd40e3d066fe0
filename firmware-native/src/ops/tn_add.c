// ADD (int8, int16, float32, int32, int64)
//
//   quantised  y = clamp(y_zero + requantize(a' + b', y_mult, y_shift), lo, hi)   (a', b': tn_arith.h)
//   otherwise  y = clamp(a + b, lo, hi); int64 without clamp, integers wrap
//
// Shapes   a and b broadcast to y
// Scratch  none            In-place  yes, with an input of y's shape

#include "tn_arith.h"

typedef tn_arith_params_t params_t;

void tn_add_s8_ref(const tn_arith_args_t *a)
{
    const int8_t *pa = a->a;
    const int8_t *pb = a->b;
    int8_t *y = a->y;
    for (int32_t i = 0; i < a->count; i++, pa += a->a_step, pb += a->b_step) {
        const int32_t sum = tn_add32(tn_arith_scale(*pa, a->a_zero, a->left_shift, a->a_mult, a->a_shift),
                                     tn_arith_scale(*pb, a->b_zero, a->left_shift, a->b_mult, a->b_shift));
        y[i] = (int8_t)tn_clamp(tn_add32(tn_requantize(sum, a->y_mult, a->y_shift), a->y_zero), a->lo, a->hi);
    }
}

#if TN_INT16
void tn_add_s16_ref(const tn_arith_args_t *a)
{
    const int16_t *pa = a->a;
    const int16_t *pb = a->b;
    int16_t *y = a->y;
    for (int32_t i = 0; i < a->count; i++, pa += a->a_step, pb += a->b_step) {
        const int32_t sum = tn_add32(tn_arith_scale(*pa, a->a_zero, a->left_shift, a->a_mult, a->a_shift),
                                     tn_arith_scale(*pb, a->b_zero, a->left_shift, a->b_mult, a->b_shift));
        y[i] = (int16_t)tn_clamp(tn_add32(tn_requantize(sum, a->y_mult, a->y_shift), a->y_zero), a->lo, a->hi);
    }
}
#endif

static void eval(const tn_op_context_t *ctx)
{
    switch (tn_out(ctx, 0).dtype) {
    case TN_S8: tn_arith_run(ctx, TN_KERNEL_ADD_S8); break;
#if TN_INT16
    case TN_S16: tn_arith_run(ctx, TN_KERNEL_ADD_S16); break;
#endif
#if TN_FLOAT
    case TN_F32: {
        const params_t *p = ctx->params;
        const float lo = tn_bits_f32(p->lo), hi = tn_bits_f32(p->hi);
        TN_BROADCAST_2(float, float, tn_clampf(a + b, lo, hi));
        break;
    }
    case TN_S32: {
        const params_t *p = ctx->params;
        TN_BROADCAST_2(int32_t, int32_t, tn_clamp(tn_add32(a, b), p->lo, p->hi));
        break;
    }
    case TN_S64: TN_BROADCAST_2(int64_t, int64_t, tn_add64(a, b)); break;
#endif
    default: break;
    }
}

const tn_op_t tn_add_op = {tn_arith_prepare, eval};
