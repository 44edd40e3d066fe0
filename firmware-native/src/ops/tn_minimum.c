// MINIMUM (int8, uint8, int16, float32, int32, int64)
//
//   y = a < b ? a : b
//
// Shapes   a and b broadcast to y
// Quant    the raw numbers are compared: a, b and y share scale and zero point
// Scratch  none            In-place  yes, with an input of y's shape

#include "tn_broadcast.h"

static tn_status_t prepare(tn_op_context_t *ctx)
{
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_broadcasts(ctx, 2));
    const uint8_t dtype = tn_out(ctx, 0).dtype;
    TN_CHECK(tn_need_in(ctx, 0, dtype, -1) && tn_need_in(ctx, 1, dtype, -1) && dtype != TN_BOOL);
    return tn_dtype_kept(dtype) ? TN_OK : TN_ERR_TYPE;
}

static void eval(const tn_op_context_t *ctx)
{
    switch (tn_out(ctx, 0).dtype) {
    case TN_S8: TN_BROADCAST_2(int8_t, int8_t, a < b ? a : b); break;
    case TN_U8: TN_BROADCAST_2(uint8_t, uint8_t, a < b ? a : b); break;
#if TN_INT16
    case TN_S16: TN_BROADCAST_2(int16_t, int16_t, a < b ? a : b); break;
#endif
#if TN_FLOAT
    case TN_F32: TN_BROADCAST_2(float, float, a < b ? a : b); break;
    case TN_S32: TN_BROADCAST_2(int32_t, int32_t, a < b ? a : b); break;
    case TN_S64: TN_BROADCAST_2(int64_t, int64_t, a < b ? a : b); break;
#endif
    default: break;
    }
}

const tn_op_t tn_minimum_op = {prepare, eval};
