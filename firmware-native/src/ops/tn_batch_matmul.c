// BATCH_MATMUL (int8, int16, float32)
//
//   acc[.., i, j] = sum_k (a[.., i, k] - a_zero) * (b[.., k, j] - b_zero)
//   y[.., i, j]   = clamp(y_zero + requantize(acc, mult, shift), lo, hi)      float32: y = clamp(acc, lo, hi)
//
// Inputs   a [.., M, K], with transpose_a [.., K, M]   b [.., K, N], with transpose_b [.., N, K]; both of rank 2 .. TN_MAX_RANK. The
//          leading axes broadcast: missing ones count as 1, and an axis of 1 is repeated
// Output   y [.., M, N] of the larger rank
// Quant    a, b and y per tensor, of the same type; acc has 32 bits for int8, 64 for int16
// Limits   none: whatever the contents, acc wraps and is never undefined
// Scratch  none            In-place  no

#include "tn_op.h"

typedef struct params {
    int32_t transpose_a;
    int32_t transpose_b;
    int32_t a_zero;
    int32_t b_zero;
    int32_t y_zero;
    int32_t mult;
    int32_t shift;
    int32_t lo;
    int32_t hi;
} params_t;

// Sizes of one product, and how far its elements lie apart.
typedef struct matrices {
    int32_t m;
    int32_t k;
    int32_t n;
    int32_t a_row;     // from a[i,k] to a[i+1,k]
    int32_t a_column;  // from a[i,k] to a[i,k+1]
    int32_t b_row;     // from b[k,j] to b[k+1,j]
    int32_t b_column;  // from b[k,j] to b[k,j+1]
} matrices_t;

static matrices_t matrices(const params_t *p, const tn_tensor_t *a, const tn_tensor_t *b)
{
    const int32_t rows_a = a->dims[a->rank - 2];
    const int32_t columns_a = a->dims[a->rank - 1];
    const int32_t rows_b = b->dims[b->rank - 2];
    const int32_t columns_b = b->dims[b->rank - 1];
    return (matrices_t){
        .m = p->transpose_a ? columns_a : rows_a,
        .k = p->transpose_a ? rows_a : columns_a,
        .n = p->transpose_b ? rows_b : columns_b,
        .a_row = p->transpose_a ? 1 : columns_a,
        .a_column = p->transpose_a ? columns_a : 1,
        .b_row = p->transpose_b ? 1 : columns_b,
        .b_column = p->transpose_b ? columns_b : 1,
    };
}

// Dimension of an operand at an axis of y; missing ones are 1.
static int32_t dim_at(const tn_tensor_t *t, const tn_tensor_t *y, int axis)
{
    const int own = axis - (y->rank - t->rank);
    return own < 0 ? 1 : t->dims[own];
}

// Which matrix of an operand belongs to matrix `index` of y.
static int32_t matrix_of(const tn_tensor_t *t, const tn_tensor_t *y, int32_t index)
{
    int32_t result = 0;
    int32_t stride = 1;
    for (int axis = y->rank - 3; axis >= 0; axis--) {
        const int32_t dim = dim_at(t, y, axis);
        const int32_t coordinate = index % y->dims[axis];
        index /= y->dims[axis];
        result += dim == 1 ? 0 : coordinate * stride;
        stride *= dim;
    }
    return result;
}

static void multiply_s8(const params_t *p, const matrices_t *s, const int8_t *a, const int8_t *b, int8_t *y)
{
    for (int32_t i = 0; i < s->m; i++) {
        for (int32_t j = 0; j < s->n; j++) {
            int32_t acc = 0;
            for (int32_t k = 0; k < s->k; k++) {
                acc = tn_add32(acc, (a[i * s->a_row + k * s->a_column] - p->a_zero) * (b[k * s->b_row + j * s->b_column] - p->b_zero));
            }
            acc = tn_add32(tn_requantize(acc, p->mult, p->shift), p->y_zero);
            *y++ = (int8_t)tn_clamp(acc, p->lo, p->hi);
        }
    }
}

#if TN_INT16
static void multiply_s16(const params_t *p, const matrices_t *s, const int16_t *a, const int16_t *b, int16_t *y)
{
    for (int32_t i = 0; i < s->m; i++) {
        for (int32_t j = 0; j < s->n; j++) {
            int64_t acc = 0;
            for (int32_t k = 0; k < s->k; k++) {
                acc += (int64_t)(a[i * s->a_row + k * s->a_column] - p->a_zero) * (b[k * s->b_row + j * s->b_column] - p->b_zero);
            }
            const int32_t scaled = tn_add32(tn_requantize_s64(acc, p->mult, p->shift), p->y_zero);
            *y++ = (int16_t)tn_clamp(scaled, p->lo, p->hi);
        }
    }
}
#endif

#if TN_FLOAT
static void multiply_f32(const params_t *p, const matrices_t *s, const float *a, const float *b, float *y)
{
    const float lo = tn_bits_f32(p->lo);
    const float hi = tn_bits_f32(p->hi);
    for (int32_t i = 0; i < s->m; i++) {
        for (int32_t j = 0; j < s->n; j++) {
            float acc = 0.0f;
            for (int32_t k = 0; k < s->k; k++) {
                acc += a[i * s->a_row + k * s->a_column] * b[k * s->b_row + j * s->b_column];
            }
            *y++ = acc < lo ? lo : acc > hi ? hi : acc;
        }
    }
}
#endif

static tn_status_t check_types(tn_op_context_t *ctx, const params_t *p, uint8_t dtype)
{
    TN_CHECK(tn_need_in(ctx, 1, dtype, -1) && tn_need_out(ctx, 0, dtype, -1));
    if ((dtype == TN_F32 && !TN_FLOAT) || (dtype == TN_S16 && !TN_INT16)) {
        return TN_ERR_TYPE;
    }
    if (dtype != TN_F32) {
        TN_CHECK(dtype == TN_S8 || dtype == TN_S16);
        TN_CHECK(tn_zero_fits(dtype, p->a_zero) && tn_zero_fits(dtype, p->b_zero) && tn_zero_fits(dtype, p->y_zero));
        TN_CHECK(tn_clamp_fits(dtype, p->lo, p->hi) && tn_shift_fits(p->shift, dtype == TN_S8 ? 30 : 14));
    }
    return TN_OK;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_has(ctx, 0) && tn_has(ctx, 1));
    const tn_tensor_t a = tn_in(ctx, 0);
    const tn_tensor_t b = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const tn_status_t status = check_types(ctx, p, a.dtype);
    if (status != TN_OK) {
        return status;
    }
    TN_CHECK(a.rank >= 2 && b.rank >= 2 && y.rank == (a.rank > b.rank ? a.rank : b.rank));
    const matrices_t s = matrices(p, &a, &b);
    const int32_t rows_b = p->transpose_b ? b.dims[b.rank - 1] : b.dims[b.rank - 2];
    TN_CHECK(s.k == rows_b && y.dims[y.rank - 2] == s.m && y.dims[y.rank - 1] == s.n);
    for (int axis = 0; axis < y.rank - 2; axis++) {
        const int32_t of_a = dim_at(&a, &y, axis);
        const int32_t of_b = dim_at(&b, &y, axis);
        TN_CHECK((of_a == 1 || of_a == y.dims[axis]) && (of_b == 1 || of_b == y.dims[axis]));
    }
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t a = tn_in(ctx, 0);
    const tn_tensor_t b = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const matrices_t s = matrices(p, &a, &b);
    const int32_t count = y.count / (s.m * s.n);
    for (int32_t index = 0; index < count; index++) {
        const int32_t from_a = matrix_of(&a, &y, index) * s.m * s.k;
        const int32_t from_b = matrix_of(&b, &y, index) * s.k * s.n;
        const int32_t to = index * s.m * s.n;
#if TN_FLOAT
        if (a.dtype == TN_F32) {
            multiply_f32(p, &s, tn_f32(&a) + from_a, tn_f32(&b) + from_b, (float *)y.data + to);
            continue;
        }
#endif
#if TN_INT16
        if (a.dtype == TN_S16) {
            multiply_s16(p, &s, tn_s16(&a) + from_a, tn_s16(&b) + from_b, (int16_t *)y.data + to);
            continue;
        }
#endif
        multiply_s8(p, &s, tn_s8(&a) + from_a, tn_s8(&b) + from_b, (int8_t *)y.data + to);
    }
}

const tn_op_t tn_batch_matmul_op = {prepare, eval};
