// MUL (int8, int16, float32, int32, int64)
//
//   quantised  y = clamp(y_zero + requantize((a - a_zero) * (b - b_zero), y_mult, y_shift), lo, hi)
//   otherwise  y = clamp(a * b, lo, hi); int64 without clamp, integers wrap
//
// Shapes   a and b broadcast to y
// Scratch  none            In-place  yes, with an input of y's shape

#include "tn_broadcast.h"
#include "tn_kernels.h"

typedef struct params {
    int32_t a_zero;
    int32_t b_zero;
    int32_t y_zero;
    int32_t y_mult;
    int32_t y_shift;
    int32_t lo;
    int32_t hi;
} params_t;

void tn_mul_s8_ref(const tn_mul_args_t *a)
{
    const int8_t *pa = a->a;
    const int8_t *pb = a->b;
    int8_t *y = a->y;
    for (int32_t i = 0; i < a->count; i++, pa += a->a_step, pb += a->b_step) {
        const int32_t product = (*pa - a->a_zero) * (*pb - a->b_zero);
        y[i] = (int8_t)tn_clamp(tn_add32(tn_requantize(product, a->y_mult, a->y_shift), a->y_zero), a->lo, a->hi);
    }
}

#if TN_INT16
void tn_mul_s16_ref(const tn_mul_args_t *a)
{
    const int16_t *pa = a->a;
    const int16_t *pb = a->b;
    int16_t *y = a->y;
    for (int32_t i = 0; i < a->count; i++, pa += a->a_step, pb += a->b_step) {
        const int32_t product = tn_mul32(*pa - a->a_zero, *pb - a->b_zero);
        y[i] = (int16_t)tn_clamp(tn_add32(tn_requantize(product, a->y_mult, a->y_shift), a->y_zero), a->lo, a->hi);
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_broadcasts(ctx, 2));
    const uint8_t dtype = tn_out(ctx, 0).dtype;
    TN_CHECK(tn_need_in(ctx, 0, dtype, -1) && tn_need_in(ctx, 1, dtype, -1) && dtype != TN_U8 && dtype != TN_BOOL);
    if (!tn_dtype_kept(dtype)) {
        return TN_ERR_TYPE;
    }
    if (dtype == TN_S8 || dtype == TN_S16) {
        TN_CHECK(tn_zero_fits(dtype, p->a_zero) && tn_zero_fits(dtype, p->b_zero) && tn_zero_fits(dtype, p->y_zero));
        TN_CHECK(tn_shift_fits(p->y_shift, 30) && tn_clamp_fits(dtype, p->lo, p->hi));
    }
    return TN_OK;
}

static void run(const tn_op_context_t *ctx, void (*kernel)(const tn_mul_args_t *a))
{
    const params_t *p = ctx->params;
    const tn_tensor_t a = tn_in(ctx, 0);
    const tn_tensor_t b = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t size = (int32_t)tn_dtype_size(y.dtype);
    tn_broadcast_t it = tn_broadcast_begin(ctx, 2);
    tn_mul_args_t args = {
        .count = it.run, .a_step = it.step[0], .b_step = it.step[1], .a_zero = p->a_zero, .b_zero = p->b_zero,
        .y_zero = p->y_zero, .y_mult = p->y_mult, .y_shift = p->y_shift, .lo = p->lo, .hi = p->hi,
    };
    do {
        args.a = (const uint8_t *)a.data + it.at[0] * size;
        args.b = (const uint8_t *)b.data + it.at[1] * size;
        args.y = (uint8_t *)y.data + it.y * size;
        kernel(&args);
    } while (tn_broadcast_next(&it));
}

static void eval(const tn_op_context_t *ctx)
{
    switch (tn_out(ctx, 0).dtype) {
    case TN_S8: run(ctx, TN_KERNEL_MUL_S8); break;
#if TN_INT16
    case TN_S16: run(ctx, TN_KERNEL_MUL_S16); break;
#endif
#if TN_FLOAT
    case TN_F32: {
        const params_t *p = ctx->params;
        const float lo = tn_bits_f32(p->lo), hi = tn_bits_f32(p->hi);
        TN_BROADCAST_2(float, float, tn_clampf(a * b, lo, hi));
        break;
    }
    case TN_S32: {
        const params_t *p = ctx->params;
        TN_BROADCAST_2(int32_t, int32_t, tn_clamp(tn_mul32(a, b), p->lo, p->hi));
        break;
    }
    case TN_S64: TN_BROADCAST_2(int64_t, int64_t, (uint64_t)a * (uint64_t)b); break;
#endif
    default: break;
    }
}

const tn_op_t tn_mul_op = {prepare, eval};
