// SELECT (any type)
//
//   y = condition ? a : b
//
// Inputs   condition (bool), a, b (y's type): all broadcast to y
// Quant    elements are copied: a, b and y share scale and zero point
// Scratch  none            In-place  yes, with an input of y's shape and element size

#include "tn_broadcast.h"

static tn_status_t prepare(tn_op_context_t *ctx)
{
    TN_CHECK(tn_arity(ctx, 3, 1) && tn_broadcasts(ctx, 3) && tn_need_in(ctx, 0, TN_BOOL, -1));
    const uint8_t dtype = tn_out(ctx, 0).dtype;
    TN_CHECK(tn_need_in(ctx, 1, dtype, -1) && tn_need_in(ctx, 2, dtype, -1));
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const uint8_t *condition = tn_in(ctx, 0).data;
    const uint8_t *from[2] = {tn_in(ctx, 2).data, tn_in(ctx, 1).data};
    const tn_tensor_t y = tn_out(ctx, 0);
    uint8_t *to = y.data;
    const size_t size = tn_dtype_size(y.dtype);
    tn_broadcast_t it = tn_broadcast_begin(ctx, 3);
    do {
        for (int32_t i = 0; i < it.run; i++, to += size) {
            const int which = condition[it.at[0] + i * it.step[0]] != 0;
            const int32_t at = which ? it.at[1] + i * it.step[1] : it.at[2] + i * it.step[2];
            memmove(to, from[which] + (size_t)at * size, size);
        }
    } while (tn_broadcast_next(&it));
}

const tn_op_t tn_select_op = {prepare, eval};
