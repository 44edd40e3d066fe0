// ARG_MAX (int8, int16, int32, float32 -> int32, int64)
//
//   y[o, k] = the lowest i for which x[o, i, k] is largest (kind 0) or smallest (kind 1); x as [outer, n, inner] around `axis`
//
// Inputs   x
// Output   y int32 or int64, with outer * inner elements
// Quant    indices have none; scales are positive, so that quantised numbers compare as the real ones
// Limits   NaN is worse than any number; a row of nothing else gives 0
// Scratch  none            In-place  no

#include "tn_op.h"

typedef struct params {
    int32_t kind;
    int32_t axis;
} params_t;

static int32_t element(const tn_tensor_t *x, int32_t at)
{
    switch (x->dtype) {
    case TN_S8: return tn_s8(x)[at];
    case TN_S16: return tn_s16(x)[at];
    default: return tn_s32(x)[at];
    }
}

// Whether element `a` beats element `b`.
static bool better(const tn_tensor_t *x, int32_t kind, int32_t a, int32_t b)
{
#if TN_FLOAT
    if (x->dtype == TN_F32) {
        const float candidate = tn_f32(x)[a];
        const float best = tn_f32(x)[b];
        if (best != best) {
            return candidate == candidate;
        }
        return kind == 0 ? candidate > best : candidate < best;
    }
#endif
    return kind == 0 ? element(x, a) > element(x, b) : element(x, a) < element(x, b);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(p->kind >= 0 && p->kind <= 1 && p->axis >= 0 && p->axis < x.rank);
    TN_CHECK((y.dtype == TN_S32 || y.dtype == TN_S64) && y.count == x.count / x.dims[p->axis]);
    switch (x.dtype) {
    case TN_S8: return TN_OK;
#if TN_INT16
    case TN_S16: return TN_OK;
#endif
#if TN_FLOAT
    case TN_S32: case TN_F32: return TN_OK;
#endif
    default: return TN_ERR_TYPE;
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t length = x.dims[p->axis];
    int32_t inner = 1;
    for (int k = p->axis + 1; k < x.rank; k++) {
        inner *= x.dims[k];
    }
    for (int32_t o = 0; o < y.count; o++) {
        const int32_t first = o / inner * inner * length + o % inner;
        int32_t best = 0;
        for (int32_t i = 1; i < length; i++) {
            if (better(&x, p->kind, first + i * inner, first + best * inner)) {
                best = i;
            }
        }
        if (y.dtype == TN_S32) {
            ((int32_t *)y.data)[o] = best;
        } else {
            ((int64_t *)y.data)[o] = best;
        }
    }
}

const tn_op_t tn_arg_max_op = {prepare, eval};
