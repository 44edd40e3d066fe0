#include "tn_arith.h"

tn_status_t tn_arith_prepare(tn_op_context_t *ctx)
{
    const tn_arith_params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_broadcasts(ctx, 2));
    const uint8_t dtype = tn_out(ctx, 0).dtype;
    TN_CHECK(tn_need_in(ctx, 0, dtype, -1) && tn_need_in(ctx, 1, dtype, -1) && dtype != TN_U8 && dtype != TN_BOOL);
    if (!tn_dtype_kept(dtype)) {
        return TN_ERR_TYPE;
    }
    if (dtype == TN_S8 || dtype == TN_S16) {
        TN_CHECK(tn_zero_fits(dtype, p->a_zero) && tn_zero_fits(dtype, p->b_zero) && tn_zero_fits(dtype, p->y_zero));
        TN_CHECK(p->left_shift >= 0 && p->left_shift <= 31);
        TN_CHECK(tn_shift_fits(p->a_shift, 30) && tn_shift_fits(p->b_shift, 30) && tn_shift_fits(p->y_shift, 30));
        TN_CHECK(tn_clamp_fits(dtype, p->lo, p->hi));
    }
    return TN_OK;
}

void tn_arith_run(const tn_op_context_t *ctx, void (*kernel)(const tn_arith_args_t *a))
{
    const tn_arith_params_t *p = ctx->params;
    const tn_tensor_t a = tn_in(ctx, 0);
    const tn_tensor_t b = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t size = (int32_t)tn_dtype_size(y.dtype);
    tn_broadcast_t it = tn_broadcast_begin(ctx, 2);
    tn_arith_args_t args = {
        .count = it.run, .a_step = it.step[0], .b_step = it.step[1],
        .a_zero = p->a_zero, .b_zero = p->b_zero, .y_zero = p->y_zero, .left_shift = p->left_shift,
        .a_mult = p->a_mult, .a_shift = p->a_shift, .b_mult = p->b_mult, .b_shift = p->b_shift,
        .y_mult = p->y_mult, .y_shift = p->y_shift, .lo = p->lo, .hi = p->hi,
    };
    do {
        args.a = (const uint8_t *)a.data + it.at[0] * size;
        args.b = (const uint8_t *)b.data + it.at[1] * size;
        args.y = (uint8_t *)y.data + it.y * size;
        kernel(&args);
    } while (tn_broadcast_next(&it));
}
