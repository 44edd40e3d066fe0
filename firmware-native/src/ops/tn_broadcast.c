#include "tn_broadcast.h"

bool tn_broadcasts(tn_op_context_t *ctx, int operands)
{
    const tn_tensor_t y = tn_out(ctx, 0);
    for (int k = 0; k < operands; k++) {
        if (!tn_has(ctx, k)) {
            return false;
        }
        ctx->blame = ctx->refs[k];
        const tn_tensor_t x = tn_in(ctx, k);
        if (x.rank > y.rank) {
            return false;
        }
        for (int32_t d = 0; d < x.rank; d++) {
            if (x.dims[d] != 1 && x.dims[d] != y.dims[y.rank - x.rank + d]) {
                return false;
            }
        }
    }
    ctx->blame = ctx->refs[ctx->inputs];
    return true;
}

tn_broadcast_t tn_broadcast_begin(const tn_op_context_t *ctx, int operands)
{
    tn_broadcast_t b;
    memset(&b, 0, sizeof b);
    tn_tensor_t x[TN_BROADCAST_OPERANDS];
    int32_t size[TN_BROADCAST_OPERANDS];  // elements of an operand inside the dimension at hand
    for (int k = 0; k < operands; k++) {
        x[k] = tn_in(ctx, k);
        size[k] = 1;
    }
    const tn_tensor_t y = tn_out(ctx, 0);
    for (int32_t d = 1; d <= y.rank; d++) {
        const int32_t dim = y.dims[y.rank - d];
        if (dim == 1) {
            continue;
        }
        // A dimension that every operand walks through just where the one inside it has ended makes that one longer.
        const int32_t inner = b.rank - 1;
        bool joins = b.rank > 0;
        for (int k = 0; k < operands; k++) {
            const bool walks = d <= x[k].rank && x[k].dims[x[k].rank - d] != 1;
            b.stride[b.rank][k] = walks ? size[k] : 0;
            size[k] = walks ? size[k] * dim : size[k];
            joins = joins && b.stride[b.rank][k] == b.stride[inner][k] * b.dims[inner];
        }
        if (joins) {
            b.dims[inner] *= dim;
        } else {
            b.dims[b.rank++] = dim;
        }
    }
    b.run = 1;
    if (b.rank > 0) {
        b.run = b.dims[0];
        memcpy(b.step, b.stride[0], sizeof b.step);
    }
    return b;
}

bool tn_broadcast_next(tn_broadcast_t *b)
{
    b->y += b->run;
    for (int32_t d = 1; d < b->rank; d++) {
        const bool wraps = ++b->index[d] == b->dims[d];
        const int32_t steps = wraps ? 1 - b->dims[d] : 1;
        for (int k = 0; k < TN_BROADCAST_OPERANDS; k++) {
            b->at[k] += b->stride[d][k] * steps;
        }
        if (!wraps) {
            return true;
        }
        b->index[d] = 0;
    }
    return false;
}
