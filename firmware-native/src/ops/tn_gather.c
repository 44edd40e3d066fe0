// GATHER (any element size)
//
//   y[o, i, k] = x[o, index[i], k]         with x as [outer, n, inner] around `axis`, y as [outer, indices, inner]
//
// Inputs   x   index int32, constant, every one in 0 .. n-1
// Output   y of x's type, with outer * indices * inner elements
// Quant    x and y alike
// Scratch  none            In-place  no

#include "tn_op.h"

typedef struct params {
    int32_t axis;
} params_t;

// Elements of x behind its axis.
static int32_t inner_of(const tn_tensor_t *x, int32_t axis)
{
    int32_t inner = 1;
    for (int k = axis + 1; k < x->rank; k++) {
        inner *= x->dims[k];
    }
    return inner;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_has(ctx, 0) && tn_need_in(ctx, 1, TN_S32, -1));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t index = tn_in(ctx, 1);
    TN_CHECK(tn_need_constant(ctx, 1, TN_S32, index.count) && p->axis >= 0 && p->axis < x.rank);
    const int32_t length = x.dims[p->axis];
    for (int32_t i = 0; i < index.count; i++) {
        TN_CHECK(tn_s32(&index)[i] >= 0 && tn_s32(&index)[i] < length);
    }
    TN_CHECK(tn_need_out(ctx, 0, x.dtype, -1) && tn_out(ctx, 0).count == tn_mul_dims(x.count / length, index.count));
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t index = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t length = x.dims[p->axis];
    const int32_t inner = inner_of(&x, p->axis);
    const size_t run = (size_t)inner * tn_dtype_size(x.dtype);
    const uint8_t *from = x.data;
    uint8_t *to = y.data;
    for (int32_t left = x.count / inner / length; left > 0; left--, from += run * (size_t)length) {
        for (int32_t i = 0; i < index.count; i++, to += run) {
            memmove(to, from + run * (size_t)tn_s32(&index)[i], run);
        }
    }
}

const tn_op_t tn_gather_op = {prepare, eval};
