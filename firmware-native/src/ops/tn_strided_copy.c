// STRIDED_COPY (any element size)
//
//   y[i0, i1, ...] = x[offset + sum_k i_k * stride_k]        with x as a flat list of elements
//
// Slices, splits, transposes, broadcasts, reversals and space/depth moves are all this. The indices i run over the shape of y;
// strides count elements of x and may be 0 or negative; those of axes that y has not do not matter.
//
// Inputs   x of any shape
// Output   y of the same type
// Limits   every index lies inside x: the door check adds up the lowest and the highest
// Scratch  none            In-place  no

#include "tn_op.h"

typedef struct params {
    int32_t offset;
    int32_t stride0;
    int32_t stride1;
    int32_t stride2;
    int32_t stride3;
    int32_t stride4;
    int32_t stride5;
} params_t;

static const int32_t *strides_of(const tn_op_context_t *ctx)
{
    return (const int32_t *)ctx->params + 1;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(tn_need_out(ctx, 0, x.dtype, -1));
    const tn_tensor_t y = tn_out(ctx, 0);
    int64_t lowest = p->offset;
    int64_t highest = p->offset;
    for (int k = 0; k < y.rank; k++) {
        const int64_t span = (int64_t)(y.dims[k] - 1) * strides_of(ctx)[k];
        *(span < 0 ? &lowest : &highest) += span;
        // Checked each time: six spans of 2^62 would not fit.
        TN_CHECK(lowest >= INT32_MIN && highest <= INT32_MAX);
    }
    TN_CHECK(lowest >= 0 && highest < x.count);
    return TN_OK;
}

// `count` elements that lie `stride` elements apart.
static void copy_run(uint8_t *y, const uint8_t *x, int32_t count, int32_t stride, uint32_t size)
{
    if (stride == 1) {
        memmove(y, x, (size_t)count * size);
        return;
    }
    for (int32_t i = 0; i < count; i++) {
        const ptrdiff_t at = (ptrdiff_t)i * stride;
        switch (size) {
        case 1: y[i] = x[at]; break;
        case 2: ((uint16_t *)(void *)y)[i] = ((const uint16_t *)(const void *)x)[at]; break;
        case 4: ((uint32_t *)(void *)y)[i] = ((const uint32_t *)(const void *)x)[at]; break;
        default: memmove(y + (size_t)i * 8u, x + at * 8, 8); break;
        }
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const int32_t *strides = strides_of(ctx);
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const uint32_t size = tn_dtype_size(x.dtype);
    const int32_t run = y.rank == 0 ? 1 : y.dims[y.rank - 1];
    const int32_t step = y.rank == 0 ? 1 : strides[y.rank - 1];
    int32_t index[TN_MAX_RANK] = {0};
    int32_t at = p->offset;
    uint8_t *out = y.data;
    for (int32_t left = y.count / run; left > 0; left--) {
        copy_run(out, (const uint8_t *)x.data + (size_t)at * size, run, step, size);
        out += (size_t)run * size;
        for (int k = y.rank - 2; k >= 0; k--) {
            at = tn_add32(at, strides[k]);
            if (++index[k] < y.dims[k]) {
                break;
            }
            // Wrapping, as the stride of an axis of one element may be anything.
            at = tn_sub32(at, tn_mul32(strides[k], y.dims[k]));
            index[k] = 0;
        }
    }
}

const tn_op_t tn_strided_copy_op = {prepare, eval};
