// SOFTMAX (int8 -> int8, int8 -> int16, int16 -> int16, float32)
//
//   y[i] = exp(beta * (x[i] - max)) / sum_k exp(beta * (x[k] - max))        along the last axis
//
// Inputs   x [..., N]   exp   recip
// Output   y as x (int16 allowed for int8 x)
//
// int8     exp is int32 [1..256]: exp[d] = exp(-d * beta * scale) in Q0.31, 0 beyond its end; recip absent.
//            sum   = sum_k rounded(exp[max - x[k]] / 2^12)                   Q12.19
//            scale = 1 / (sum * 2^-e) in Q0.31, where sum * 2^-e is in [1, 2)
//            y[i]  = lowest + min(rounded(scale * exp[max - x[i]] * 2^(e - bits)), 2^bits - 1), bits = 8 or 16
//          so y has scale 2^-bits and the type's lowest number as zero point. A sum of 512 or more leaves nothing of an int8 y.
// int16    exp and recip are int16 [513], tables over [-10, 0] and of 1 / (1 + x) over [0, 1], both Q0.15; mult and shift take
//          x[i] - max to the first. y has scale 2^-15 and zero point 0.
// float32  exp and recip absent, beta holds float bits.
// Limits   int16: N <= 65535
// Scratch  none            In-place  yes, where x and y have the same type

#include "tn_op.h"
#include "tn_exp_table.h"
#include "../tn_fixed.h"
#include "tn_kernels.h"
#include "../tn_mathf.h"

typedef struct params {
    int32_t beta;
    int32_t mult;
    int32_t shift;
} params_t;

enum { EXP_ENTRIES = 513 };

// What one row has in common: its largest element, the reciprocal of its sum, and how far results are shifted.
typedef struct row {
    int32_t max;
    int32_t scale;
    int32_t exponent;
} row_t;

static row_t measure(const tn_softmax_args_t *a, const int8_t *x, int32_t bits)
{
    int32_t max = x[0];
    for (int32_t c = 1; c < a->depth; c++) {
        max = x[c] > max ? x[c] : max;
    }
    uint32_t sum = 0;
    for (int32_t c = 0; c < a->depth; c++) {
        const int32_t d = max - x[c];
        if (d < a->entries && sum <= INT32_MAX) {
            sum += ((uint32_t)a->exp[d] + (1u << 11)) >> 12;
        }
    }
    // exp[0] is 1, so the sum has at most 12 leading zeros.
    const int32_t zeros = tn_clz32(sum);
    const int32_t fraction = (int32_t)((sum << zeros) & INT32_MAX);
    const row_t row = {max, tn_one_over_one_plus_x(fraction), 12 - zeros + 31 - bits};
    return row;
}

static uint32_t probability(const tn_softmax_args_t *a, const row_t *row, int32_t x)
{
    // Unsigned, as a hostile y may lie across x and change it after the maximum has been taken.
    const uint32_t d = (uint32_t)(row->max - x);
    if (d >= (uint32_t)a->entries || row->exponent > 31) {
        return 0;
    }
    const uint32_t product = (uint32_t)tn_doubling_high_mul(row->scale, a->exp[d]);
    return (product + (1u << (row->exponent - 1))) >> row->exponent;
}

void tn_softmax_s8_ref(const tn_softmax_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->rows; n++, x += a->depth, y += a->depth) {
        const row_t row = measure(a, x, 8);
        for (int32_t c = 0; c < a->depth; c++) {
            const uint32_t p = probability(a, &row, x[c]);
            y[c] = (int8_t)((int32_t)(p < 255u ? p : 255u) - 128);
        }
    }
}

#if TN_INT16
static void eval_s8_s16(const tn_softmax_args_t *a)
{
    const int8_t *x = a->x;
    int16_t *y = a->y;
    for (int32_t n = 0; n < a->rows; n++, x += a->depth, y += a->depth) {
        const row_t row = measure(a, x, 16);
        for (int32_t c = 0; c < a->depth; c++) {
            const uint32_t p = probability(a, &row, x[c]);
            y[c] = (int16_t)((int32_t)(p < 65535u ? p : 65535u) - 32768);
        }
    }
}

void tn_softmax_s16_ref(const tn_softmax_s16_args_t *a)
{
    const int16_t *x = a->x;
    int16_t *y = a->y;
    for (int32_t n = 0; n < a->rows; n++, x += a->depth, y += a->depth) {
        int32_t max = x[0];
        for (int32_t c = 1; c < a->depth; c++) {
            max = x[c] > max ? x[c] : max;
        }
        int32_t sum = 0;  // Q16.15
        for (int32_t c = 0; c < a->depth; c++) {
            // A difference of [-65535, 0] stands for [-10, 0].
            const int32_t scaled = tn_add32(tn_requantize(x[c] - max, a->mult, a->shift), INT16_MAX);
            y[c] = (int16_t)tn_table_s16(a->exp, tn_clamp(scaled, INT16_MIN, INT16_MAX));
            sum += y[c];
        }
        // sum = m * 2^(31 - zeros) with m in [1, 2); the table knows 1 / m by m - 1.
        const int32_t zeros = tn_clz32((uint32_t)sum);
        const int32_t m = (int32_t)((((int64_t)sum << (zeros - 1)) + (1 << 13)) >> 14);
        const int32_t centred = tn_clamp(m - (1 << 15) - (1 << 16), INT16_MIN, INT16_MAX);
        const int32_t recip = tn_table_s16(a->recip, centred);
        const int32_t right = 31 - zeros;
        for (int32_t c = 0; c < a->depth; c++) {
            y[c] = (int16_t)tn_clamp((y[c] * recip + (1 << (right - 1))) >> right, 0, INT16_MAX);
        }
    }
}

static bool tables_hold(tn_op_context_t *ctx)
{
    if (!tn_need_constant(ctx, 1, TN_S16, EXP_ENTRIES) || !tn_need_constant(ctx, 2, TN_S16, EXP_ENTRIES)) {
        return false;
    }
    const tn_tensor_t table = tn_in(ctx, 1);
    const int16_t *exp = tn_s16(&table);
    for (int32_t i = 0; i < EXP_ENTRIES; i++) {
        if (exp[i] < 0) {
            return false;
        }
    }
    // The largest element of a row falls between the last two: then no sum is small enough to shift by nothing.
    return exp[EXP_ENTRIES - 2] >= 1 << 14 && exp[EXP_ENTRIES - 1] >= 1 << 14;
}
#endif

#if TN_FLOAT
static void eval_f32(const float *x, float *y, int32_t rows, int32_t depth, float beta)
{
    for (int32_t n = 0; n < rows; n++, x += depth, y += depth) {
        float max = x[0];
        for (int32_t c = 1; c < depth; c++) {
            max = x[c] > max ? x[c] : max;
        }
        float sum = 0.0f;
        for (int32_t c = 0; c < depth; c++) {
            y[c] = tn_expf((x[c] - max) * beta);
            sum += y[c];
        }
        for (int32_t c = 0; c < depth; c++) {
            y[c] /= sum;
        }
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    TN_CHECK(tn_arity(ctx, 3, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(x.rank >= 1 && tn_same_shape(&x, &y));
    switch (x.dtype) {
    case TN_S8:
        if (y.dtype == TN_S16 && !TN_INT16) {
            return TN_ERR_TYPE;
        }
        TN_CHECK((y.dtype == TN_S8 || y.dtype == TN_S16) && tn_exp_table_holds(ctx, 1) && !tn_has(ctx, 2));
        return TN_OK;
#if TN_INT16
    case TN_S16: {
        const params_t *p = ctx->params;
        TN_CHECK(y.dtype == TN_S16 && tables_hold(ctx) && tn_shift_fits(p->shift, 30) && x.dims[x.rank - 1] <= UINT16_MAX);
        return TN_OK;
    }
#endif
#if TN_FLOAT
    case TN_F32:
        TN_CHECK(y.dtype == TN_F32);
        return TN_OK;
#endif
    default:
        return TN_ERR_TYPE;
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t depth = x.dims[x.rank - 1];
    const int32_t rows = x.count / depth;
#if TN_FLOAT
    if (x.dtype == TN_F32) {
        const params_t *p = ctx->params;
        eval_f32(tn_f32(&x), y.data, rows, depth, tn_bits_f32(p->beta));
        return;
    }
#endif
    const tn_tensor_t exp = tn_in(ctx, 1);
#if TN_INT16
    if (x.dtype == TN_S16) {
        const params_t *p = ctx->params;
        const tn_tensor_t recip = tn_in(ctx, 2);
        const tn_softmax_s16_args_t args = {
            .x = tn_s16(&x), .y = y.data, .exp = tn_s16(&exp), .recip = tn_s16(&recip),
            .mult = p->mult, .shift = p->shift, .rows = rows, .depth = depth,
        };
        TN_KERNEL_SOFTMAX_S16(&args);
        return;
    }
#endif
    const tn_softmax_args_t args = {
        .x = tn_s8(&x), .y = y.data, .exp = tn_s32(&exp), .entries = exp.count, .rows = rows, .depth = depth,
    };
#if TN_INT16
    if (y.dtype == TN_S16) {
        eval_s8_s16(&args);
        return;
    }
#endif
    TN_KERNEL_SOFTMAX_S8(&args);
}

const tn_op_t tn_softmax_op = {prepare, eval};
