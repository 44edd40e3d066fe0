// LOG_SOFTMAX (int8, float32)
//
//   y[i] = x[i] - max - log(sum_k exp(x[k] - max))        along the last axis
//
// Inputs   x [..., N]   exp int32 [1..256] as for SOFTMAX (absent for float32)
// Output   y as x
// Quant    y has scale 1/16 and zero point 127. With d = x[i] - max:
//            sum  = sum_k rounded(exp[max - x[k]] / 2^12)       Q12.19, saturating
//            log  = log(sum)                                     Q5.26
//            y[i] = 127 + rounded((requantize(d, mult, shift) - log) / 2^22), clamped to int8
//          where d > max(diff_min - 1, requantize(log - 2^31, rev_mult, rev_shift)), which is where Q5.26 can hold the difference,
//          and -128 elsewhere.
// Scratch  none            In-place  yes

#include "tn_op.h"
#include "tn_exp_table.h"
#include "../tn_fixed.h"
#include "../tn_mathf.h"

typedef struct params {
    int32_t mult;
    int32_t shift;
    int32_t rev_mult;
    int32_t rev_shift;
    int32_t diff_min;
} params_t;

static int32_t saturate(int64_t x)
{
    return x > INT32_MAX ? INT32_MAX : x < INT32_MIN ? INT32_MIN : (int32_t)x;
}

// log(x) in Q5.26 for x >= 1 in Q12.19.
//
// x = r * 2^k with r about sqrt(sqrt(1/2)), and log(r) by a quotient of polynomials in r - sqrt(sqrt(1/2)). Of two candidates for
// r, x itself and x * sqrt(1/2), the smaller one is nearer.
static int32_t log_q5(int32_t x)
{
    const int32_t log_2 = 1488522236;
    const int32_t sqrt_half = 1518500250;
    const int32_t sqrt_sqrt_half = 1805811301;
    const int32_t quarter = 1 << 23;  // Q6.25
    const int32_t zeros_a = tn_clz32((uint32_t)x);
    const int32_t r_a = tn_saturating_shl(tn_doubling_high_mul(tn_saturating_shl(x, zeros_a - 1), sqrt_half), 1);
    const int32_t k_a = saturate((int64_t)tn_saturating_shl(12 - zeros_a, 25) + quarter);
    const int32_t zeros_b = tn_clz32((uint32_t)tn_doubling_high_mul(x, sqrt_half)) - 1;
    const int32_t r_b = tn_saturating_shl(x, zeros_b);
    const int32_t k_b = saturate((int64_t)tn_saturating_shl(12 - zeros_b, 25) - quarter);
    const int32_t r = r_a < r_b ? r_a : r_b;
    const int32_t k = k_a > k_b ? k_a : k_b;
    const int64_t both = (int64_t)r + sqrt_sqrt_half;
    const int32_t p = (int32_t)((both + (both >= 0 ? 1 : -1)) / 2);
    const int32_t q = tn_mul32(tn_sub32(r, sqrt_sqrt_half), 2);
    const int32_t q2 = tn_doubling_high_mul(q, q);
    const int32_t num = tn_add32(tn_doubling_high_mul(q, r), tn_doubling_high_mul(tn_doubling_high_mul(q, q2), 117049297));
    const int32_t inner = tn_add32(tn_add32(1057819769, q), tn_doubling_high_mul(127690142, q2));
    const int32_t denominator = tn_add32(tn_doubling_high_mul(p, inner), tn_doubling_high_mul(638450708, q));
    const int32_t log_r = tn_doubling_high_mul(tn_rounding_divide_by_pot(num, 6), tn_one_over_one_plus_x(denominator));
    return tn_saturating_shl(tn_add32(tn_doubling_high_mul(k, log_2), log_r), 1);
}

static void eval_s8(const params_t *p, const tn_tensor_t *exp, const int8_t *x, int8_t *y, int32_t rows, int32_t depth)
{
    for (int32_t n = 0; n < rows; n++, x += depth, y += depth) {
        int32_t max = x[0];
        for (int32_t c = 1; c < depth; c++) {
            max = x[c] > max ? x[c] : max;
        }
        int32_t sum = 0;
        for (int32_t c = 0; c < depth; c++) {
            const int32_t d = max - x[c];
            if (d < exp->count) {
                sum = saturate((int64_t)sum + tn_rounding_divide_by_pot(tn_s32(exp)[d], 12));
            }
        }
        const int32_t log = log_q5(sum);
        const int32_t floor = tn_requantize(tn_add32(log, INT32_MIN), p->rev_mult, p->rev_shift);
        const int32_t lowest = floor > p->diff_min - 1 ? floor : p->diff_min - 1;
        for (int32_t c = 0; c < depth; c++) {
            const int32_t d = x[c] - max;
            const int32_t real = tn_sub32(tn_requantize(d, p->mult, p->shift), log);
            y[c] = (int8_t)(d > lowest ? tn_clamp(tn_rounding_divide_by_pot(real, 22) + 127, INT8_MIN, INT8_MAX) : INT8_MIN);
        }
    }
}

#if TN_FLOAT
static void eval_f32(const float *x, float *y, int32_t rows, int32_t depth)
{
    for (int32_t n = 0; n < rows; n++, x += depth, y += depth) {
        float max = x[0];
        for (int32_t c = 1; c < depth; c++) {
            max = x[c] > max ? x[c] : max;
        }
        float sum = 0.0f;
        for (int32_t c = 0; c < depth; c++) {
            sum += tn_expf(x[c] - max);
        }
        const float log = tn_logf(sum);
        for (int32_t c = 0; c < depth; c++) {
            y[c] = x[c] - max - log;
        }
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(x.rank >= 1 && tn_same_shape(&x, &y) && x.dtype == y.dtype);
    switch (x.dtype) {
    case TN_S8:
        TN_CHECK(tn_exp_table_holds(ctx, 1) && tn_shift_fits(p->shift, 30) && tn_shift_fits(p->rev_shift, 0) && p->diff_min > INT32_MIN);
        return TN_OK;
#if TN_FLOAT
    case TN_F32:
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
        eval_f32(tn_f32(&x), y.data, rows, depth);
        return;
    }
#endif
    const tn_tensor_t exp = tn_in(ctx, 1);
    eval_s8(ctx->params, &exp, tn_s8(&x), y.data, rows, depth);
}

const tn_op_t tn_log_softmax_op = {prepare, eval};
