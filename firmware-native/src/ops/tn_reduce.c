// REDUCE (int8, int16, int32, float32)
//
//   y[kept axes] = fold of x over the axes whose bit is set in `axes`; kind: mean (0), sum (1), max (2), min (3), product (4)
//
// Inputs   x of rank 1 .. 6
// Output   y of the same type, with as many elements as the kept axes of x have, in their order
// Quant    mean and sum of int8 and int16, over N elements each:
//            y = clamp(y_zero + requantize(sum_i x[i] - N * x_zero, mult, shift))
//          where the compiler has put 1 / N into mult and shift of a mean. Max and min copy: x and y are quantised alike.
//          Products are for int32 and float32 only. An int32 mean is rounded towards zero.
// Limits   sums wrap
// Scratch  none            In-place  no

#include "tn_op.h"
#include "tn_kernels.h"

typedef struct params {
    int32_t kind;
    int32_t axes;
    int32_t x_zero;
    int32_t y_zero;
    int32_t mult;
    int32_t shift;
} params_t;

enum { MEAN, SUM, MAX, MIN, PROD };

// Axes to walk over, innermost last.
typedef struct walk {
    int32_t dims[TN_MAX_RANK];
    int32_t strides[TN_MAX_RANK];
    int32_t index[TN_MAX_RANK];
    int32_t count;
    int rank;
} walk_t;

static void split(const tn_reduce_args_t *a, walk_t *kept, walk_t *folded)
{
    kept->rank = folded->rank = 0;
    kept->count = folded->count = 1;
    int32_t stride = 1;
    int32_t strides[TN_MAX_RANK];
    for (int k = a->rank - 1; k >= 0; k--) {
        strides[k] = stride;
        stride *= a->dims[k];
    }
    for (int k = 0; k < a->rank; k++) {
        walk_t *walk = a->axes >> k & 1 ? folded : kept;
        walk->dims[walk->rank] = a->dims[k];
        walk->strides[walk->rank] = strides[k];
        walk->index[walk->rank++] = 0;
        walk->count *= a->dims[k];
    }
}

// The offset after `at`; returns to the first one at the end.
static int32_t next(walk_t *walk, int32_t at)
{
    for (int k = walk->rank - 1; k >= 0; k--) {
        if (++walk->index[k] < walk->dims[k]) {
            return at + walk->strides[k];
        }
        walk->index[k] = 0;
        at -= walk->strides[k] * (walk->dims[k] - 1);
    }
    return at;
}

static int32_t element(const tn_reduce_args_t *a, int32_t at)
{
    switch (a->size) {
    case 1: return ((const int8_t *)a->x)[at];
    case 2: return ((const int16_t *)a->x)[at];
    default: return ((const int32_t *)a->x)[at];
    }
}

static int32_t fold(int32_t kind, int32_t acc, int32_t x)
{
    switch (kind) {
    case MAX: return x > acc ? x : acc;
    case MIN: return x < acc ? x : acc;
    case PROD: return tn_mul32(acc, x);
    default: return tn_add32(acc, x);
    }
}

static int32_t finish(const tn_reduce_args_t *a, int32_t acc, int32_t count)
{
    if (a->size == 4) {
        return a->kind == MEAN ? acc / count : acc;
    }
    if (a->kind == MAX || a->kind == MIN) {
        return acc;
    }
    const int32_t real = tn_sub32(acc, tn_mul32(a->x_zero, count));
    const int32_t limit = a->size == 1 ? INT8_MAX : INT16_MAX;
    return tn_clamp(tn_add32(tn_requantize(real, a->mult, a->shift), a->y_zero), -limit - 1, limit);
}

void tn_reduce_ref(const tn_reduce_args_t *a)
{
    walk_t kept, folded;
    split(a, &kept, &folded);
    int32_t at = 0;
    for (int32_t o = 0; o < kept.count; o++, at = next(&kept, at)) {
        int32_t acc = element(a, at);
        int32_t from = at;
        for (int32_t i = 1; i < folded.count; i++) {
            from = next(&folded, from);
            acc = fold(a->kind, acc, element(a, from));
        }
        (void)next(&folded, from);  // back to the first
        acc = finish(a, acc, folded.count);
        switch (a->size) {
        case 1: ((int8_t *)a->y)[o] = (int8_t)acc; break;
        case 2: ((int16_t *)a->y)[o] = (int16_t)acc; break;
        default: ((int32_t *)a->y)[o] = acc; break;
        }
    }
}

#if TN_FLOAT
static void eval_f32(const tn_reduce_args_t *a)
{
    const float *x = a->x;
    float *y = a->y;
    walk_t kept, folded;
    split(a, &kept, &folded);
    int32_t at = 0;
    for (int32_t o = 0; o < kept.count; o++, at = next(&kept, at)) {
        float acc = x[at];
        int32_t from = at;
        for (int32_t i = 1; i < folded.count; i++) {
            from = next(&folded, from);
            switch (a->kind) {
            case MAX: acc = x[from] > acc ? x[from] : acc; break;
            case MIN: acc = x[from] < acc ? x[from] : acc; break;
            case PROD: acc *= x[from]; break;
            default: acc += x[from]; break;
            }
        }
        (void)next(&folded, from);
        y[o] = a->kind == MEAN ? acc / (float)folded.count : acc;
    }
}
#endif

static bool quantised_holds(const params_t *p, uint8_t dtype)
{
    return p->kind != PROD && tn_zero_fits(dtype, p->x_zero) && tn_zero_fits(dtype, p->y_zero) && tn_shift_fits(p->shift, 30);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(x.rank >= 1 && tn_need_out(ctx, 0, x.dtype, -1));
    TN_CHECK(p->kind >= MEAN && p->kind <= PROD && p->axes >= 0 && p->axes < 1 << x.rank);
    int32_t kept = 1;
    for (int k = 0; k < x.rank; k++) {
        kept *= p->axes >> k & 1 ? 1 : x.dims[k];
    }
    TN_CHECK(tn_out(ctx, 0).count == kept);
    switch (x.dtype) {
    case TN_S8:
        TN_CHECK(quantised_holds(p, x.dtype));
        return TN_OK;
#if TN_INT16
    case TN_S16:
        TN_CHECK(quantised_holds(p, x.dtype));
        return TN_OK;
#endif
#if TN_FLOAT
    case TN_S32:
    case TN_F32:
        return TN_OK;
#endif
    default:
        return TN_ERR_TYPE;
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const tn_reduce_args_t args = {
        .x = x.data, .y = y.data, .dims = x.dims, .rank = x.rank, .size = tn_dtype_size(x.dtype),
        .kind = p->kind, .axes = p->axes, .x_zero = p->x_zero, .y_zero = p->y_zero, .mult = p->mult, .shift = p->shift,
    };
#if TN_FLOAT
    if (x.dtype == TN_F32) {
        eval_f32(&args);
        return;
    }
#endif
    TN_KERNEL_REDUCE(&args);
}

const tn_op_t tn_reduce_op = {prepare, eval};
