// CONCATENATION (any element size)
//
//   y = x0, x1, ... one after another along `axis`
//
// Inputs   one or more, of the same type and rank, equal in all dimensions but `axis`
// Output   y, as long along `axis` as all inputs together
// Quant    all alike: elements are copied as they are
// Scratch  none            In-place  no

#include "tn_op.h"
#include "tn_kernels.h"

typedef struct params {
    int32_t axis;
} params_t;

void tn_concatenation_ref(const tn_concatenation_args_t *a)
{
    const uint8_t *x = a->x;
    uint8_t *y = a->y;
    for (int32_t n = 0; n < a->rows; n++, x += a->run, y += a->pitch) {
        memmove(y, x, a->run);
    }
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(ctx->inputs >= 1 && ctx->outputs == 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(p->axis >= 0 && p->axis < y.rank);
    int64_t length = 0;
    for (int i = 0; i < ctx->inputs; i++) {
        TN_CHECK(tn_need_in(ctx, i, y.dtype, y.rank));
        const tn_tensor_t x = tn_in(ctx, i);
        for (int k = 0; k < y.rank; k++) {
            TN_CHECK(k == p->axis || x.dims[k] == y.dims[k]);
        }
        length += x.dims[p->axis];
    }
    TN_CHECK(length == y.dims[p->axis]);
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t y = tn_out(ctx, 0);
    int32_t rows = 1;
    for (int k = 0; k < p->axis; k++) {
        rows *= y.dims[k];
    }
    const uint32_t size = tn_dtype_size(y.dtype);
    uint8_t *out = y.data;
    for (int i = 0; i < ctx->inputs; i++) {
        const tn_tensor_t x = tn_in(ctx, i);
        const tn_concatenation_args_t args = {
            .x = x.data, .y = out, .rows = rows,
            .run = (size_t)(x.count / rows) * size, .pitch = (size_t)(y.count / rows) * size,
        };
        TN_KERNEL_CONCATENATION(&args);
        out += args.run;
    }
}

const tn_op_t tn_concatenation_op = {prepare, eval};
