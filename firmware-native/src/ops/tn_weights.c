#include "tn_weights.h"

static tn_status_t check_float(tn_op_context_t *ctx, int32_t channels)
{
#if TN_FLOAT
    TN_CHECK(tn_need_in(ctx, 1, TN_F32, -1) && tn_need_out(ctx, 0, TN_F32, -1));
    TN_CHECK(!tn_has(ctx, 2) || (tn_need_in(ctx, 2, TN_F32, -1) && tn_in(ctx, 2).count == channels));
    return TN_OK;
#else
    (void)ctx;
    (void)channels;
    return TN_ERR_TYPE;
#endif
}

tn_status_t tn_weights_check(tn_op_context_t *ctx, int32_t channels, tn_weights_quant_t quant)
{
    const uint8_t dtype = tn_in(ctx, 0).dtype;
    if (dtype == TN_F32) {
        return check_float(ctx, channels);
    }
    TN_CHECK(dtype == TN_S8 || dtype == TN_S16);
    if (dtype == TN_S16 && !TN_INT16) {
        return TN_ERR_TYPE;
    }
    TN_CHECK(tn_need_in(ctx, 1, TN_S8, -1) && tn_need_out(ctx, 0, dtype, -1));
    int32_t max_shift = dtype == TN_S8 ? 30 : 14;
    if (tn_has(ctx, 2)) {
        const tn_tensor_t bias = tn_in(ctx, 2);
        TN_CHECK(bias.count == channels && (bias.dtype == TN_S32 || (bias.dtype == TN_S64 && dtype == TN_S16)));
        max_shift = bias.dtype == TN_S32 ? 30 : 14;
    }
    TN_CHECK(tn_need_multipliers(ctx, 3, 4, channels, max_shift));
    TN_CHECK(tn_zero_fits(dtype, quant.x_zero) && tn_zero_fits(TN_S8, quant.w_zero) && tn_zero_fits(dtype, quant.y_zero));
    TN_CHECK(tn_clamp_fits(dtype, quant.lo, quant.hi));
    return TN_OK;
}

const void *tn_optional(const tn_op_context_t *ctx, int input)
{
    return tn_has(ctx, input) ? tn_in(ctx, input).data : NULL;
}
