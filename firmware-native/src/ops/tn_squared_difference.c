// SQUARED_DIFFERENCE (int8, int16, float32, int32)
//
//   quantised  y = clamp(y_zero + requantize((a' - b')^2, y_mult, y_shift), lo, hi)   (a', b': tn_arith.h)
//   otherwise  y = (a - b)^2, int32 wraps; lo and hi are not used
//
// Shapes   a and b broadcast to y
// Scratch  none            In-place  yes, with an input of y's shape

#include "tn_arith.h"

static int32_t square(int32_t x)
{
    return tn_mul32(x, x);
}

static int32_t quantised(const tn_arith_args_t *a, int32_t x, int32_t y)
{
    const int32_t difference = tn_sub32(tn_arith_scale(x, a->a_zero, a->left_shift, a->a_mult, a->a_shift),
                                        tn_arith_scale(y, a->b_zero, a->left_shift, a->b_mult, a->b_shift));
    return tn_clamp(tn_add32(tn_requantize(square(difference), a->y_mult, a->y_shift), a->y_zero), a->lo, a->hi);
}

static void squared_difference_s8(const tn_arith_args_t *a)
{
    const int8_t *pa = a->a;
    const int8_t *pb = a->b;
    int8_t *y = a->y;
    for (int32_t i = 0; i < a->count; i++) {
        y[i] = (int8_t)quantised(a, pa[i * a->a_step], pb[i * a->b_step]);
    }
}

#if TN_INT16
static void squared_difference_s16(const tn_arith_args_t *a)
{
    const int16_t *pa = a->a;
    const int16_t *pb = a->b;
    int16_t *y = a->y;
    for (int32_t i = 0; i < a->count; i++) {
        y[i] = (int16_t)quantised(a, pa[i * a->a_step], pb[i * a->b_step]);
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_status_t status = tn_arith_prepare(ctx);
    TN_CHECK(status != TN_OK || tn_out(ctx, 0).dtype != TN_S64);
    return status;
}

static void eval(const tn_op_context_t *ctx)
{
    switch (tn_out(ctx, 0).dtype) {
    case TN_S8: tn_arith_run(ctx, squared_difference_s8); break;
#if TN_INT16
    case TN_S16: tn_arith_run(ctx, squared_difference_s16); break;
#endif
#if TN_FLOAT
    case TN_F32: TN_BROADCAST_2(float, float, (a - b) * (a - b)); break;
    case TN_S32: TN_BROADCAST_2(int32_t, int32_t, square(tn_sub32(a, b))); break;
#endif
    default: break;
    }
}

const tn_op_t tn_squared_difference_op = {prepare, eval};
