// COPY (any type)
//
//   y = x, byte for byte
//
// Shapes   x and y of the same type and number of elements
// Scratch  none            In-place  yes (then it does nothing)

#include "tn_op.h"

static tn_status_t prepare(tn_op_context_t *ctx)
{
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(tn_need_out(ctx, 0, x.dtype, -1) && tn_out(ctx, 0).count == x.count);
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    memmove(y.data, x.data, (size_t)x.count * tn_dtype_size(x.dtype));
}

const tn_op_t tn_copy_op = {prepare, eval};
