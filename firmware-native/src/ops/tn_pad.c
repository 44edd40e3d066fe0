// PAD (any element size)
//
//   y[i, ...] = x[i - before, ...]          where that is inside x, and elsewhere by mode:
//     constant (0)     value
//     reflect (1)      x mirrored at its border cells, which are not repeated:  c b | a b c d | c b
//     symmetric (2)    x mirrored with its border cells repeated:               b a | a b c d | d c
//     edge (3)         the border cell:                                         a a | a b c d | d d
//
// Inputs   x of rank 1 .. 6
// Output   y of the same type and rank; before_k belongs to axis k
// Quant    x and y alike; value holds the bits of one element (sign-extended for int64)
// Limits   reflect pads by less than the axis has cells, symmetric by no more than it has
// Scratch  none            In-place  no

#include "tn_op.h"
#include "tn_kernels.h"

typedef struct params {
    int32_t mode;
    int32_t value;
    int32_t before0;
    int32_t before1;
    int32_t before2;
    int32_t before3;
    int32_t before4;
    int32_t before5;
} params_t;

enum { CONSTANT, REFLECT, SYMMETRIC, EDGE };

static const int32_t *before_of(const tn_op_context_t *ctx)
{
    return (const int32_t *)ctx->params + 2;
}

// The cell of an axis of n cells that stands for cell i; -1 for a padding cell of a constant.
static int32_t source(int32_t mode, int32_t i, int32_t n)
{
    if (i >= 0 && i < n) {
        return i;
    }
    switch (mode) {
    case REFLECT: return i < 0 ? -i : n - 1 - (i - (n - 1));
    case SYMMETRIC: return i < 0 ? -1 - i : n - 1 - (i - n);
    case EDGE: return i < 0 ? 0 : n - 1;
    default: return -1;
    }
}

static void fill(uint8_t *y, int32_t count, uint32_t size, int32_t value)
{
    if (size == 1) {
        memset(y, value & 0xFF, (size_t)count);
        return;
    }
    const int64_t bits = value;
    const uint16_t half = (uint16_t)value;
    for (int32_t i = 0; i < count; i++, y += size) {
        switch (size) {
        case 2: memcpy(y, &half, 2); break;
        case 4: memcpy(y, &value, 4); break;
        default: memcpy(y, &bits, 8); break;
        }
    }
}

// One row along the last axis from the row `x`.
static void pad_row(const tn_pad_args_t *a, const uint8_t *x, uint8_t *y)
{
    const int last = a->rank - 1;
    const int32_t n = a->x_dims[last];
    const int32_t before = a->before[last];
    const int32_t after = a->y_dims[last] - n - before;
    const uint32_t size = a->size;
    uint8_t *end = y + (size_t)(before + n) * size;
    memmove(y + (size_t)before * size, x, (size_t)n * size);
    if (a->mode == CONSTANT) {
        fill(y, before, size, a->value);
        fill(end, after, size, a->value);
        return;
    }
    for (int32_t i = 0; i < before; i++) {
        memmove(y + (size_t)i * size, x + (size_t)source(a->mode, i - before, n) * size, size);
    }
    for (int32_t i = 0; i < after; i++) {
        memmove(end + (size_t)i * size, x + (size_t)source(a->mode, n + i, n) * size, size);
    }
}

void tn_pad_ref(const tn_pad_args_t *a)
{
    const int last = a->rank - 1;
    const int32_t length = a->y_dims[last];
    int32_t index[TN_MAX_RANK] = {0};
    uint8_t *y = a->y;
    for (int32_t left = a->rows; left > 0; left--) {
        int32_t row = 0;
        for (int k = 0; k < last && row >= 0; k++) {
            const int32_t cell = source(a->mode, index[k] - a->before[k], a->x_dims[k]);
            row = cell < 0 ? -1 : row * a->x_dims[k] + cell;
        }
        if (row < 0) {
            fill(y, length, a->size, a->value);
        } else {
            pad_row(a, (const uint8_t *)a->x + (size_t)row * (size_t)a->x_dims[last] * a->size, y);
        }
        y += (size_t)length * a->size;
        for (int k = last - 1; k >= 0 && ++index[k] == a->y_dims[k]; k--) {
            index[k] = 0;
        }
    }
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(x.rank >= 1 && tn_need_out(ctx, 0, x.dtype, x.rank));
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(p->mode >= CONSTANT && p->mode <= EDGE);
    for (int k = 0; k < x.rank; k++) {
        const int32_t before = before_of(ctx)[k];
        const int64_t after = (int64_t)y.dims[k] - x.dims[k] - before;
        const int32_t most = p->mode == REFLECT ? x.dims[k] - 1 : p->mode == SYMMETRIC ? x.dims[k] : INT32_MAX;
        TN_CHECK(before >= 0 && after >= 0 && before <= most && after <= most);
    }
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const tn_pad_args_t args = {
        .x = x.data, .y = y.data, .x_dims = x.dims, .y_dims = y.dims, .before = before_of(ctx), .rank = x.rank,
        .rows = y.count / y.dims[y.rank - 1], .size = tn_dtype_size(x.dtype), .mode = p->mode, .value = p->value,
    };
    TN_KERNEL_PAD(&args);
}

const tn_op_t tn_pad_op = {prepare, eval};
