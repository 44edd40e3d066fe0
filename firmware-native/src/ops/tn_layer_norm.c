// LAYER_NORM (int8, int16, float32)
//
//   y[i] = gamma[i] * (x[i] - mean) / sqrt(variance + epsilon) + beta[i]        over rows of N elements
//
// Inputs   x   gamma [N]   beta [N] (float32: or absent)
// Output   y as x
// Quant    gamma and beta are int32 constants that the compiler makes from the real ones:
//            gamma[i] = rounded(real gamma[i] / y_scale * 2^shift)                     0 <= shift <= 20
//            beta[i]  = rounded((real beta[i] / y_scale + y_zero) * 2^10)
//            epsilon  = max(1, rounded(N^2 * real epsilon / x_scale^2 * 2^f))          64 bits in two halves, f = 16 (int8) or 2 (int16)
//          With integers only, for each row:
//            S = sum x[i],  V = N * sum x[i]^2 - S^2                                   N^2 times the variance, exact
//            W = V * 2^f + epsilon,  2^62 <= W * 4^k < 2^64                            which is true of one k
//            R = floor(2^62 / floor(sqrt(W * 4^k)))
//            h[i] = rounded((N * x[i] - S) * R / 2^(42 - f / 2 - k))                   the normalised element, Q11.20
//            y[i] = clamp(rounded((h[i] * gamma[i] + beta[i] * 2^(10 + shift)) / 2^(20 + shift)))
//          Quotients by powers of two are rounded to nearest, ties up. x's zero point cancels out.
// Limits   N <= 32767 for int8 and int16: then nothing overflows, as |N * x[i] - S| <= sqrt(N * V) and |h| <= sqrt(N) * 2^20
// Scratch  none            In-place  yes

#include "tn_op.h"
#include "../tn_mathf.h"

typedef struct params {
    int32_t epsilon_low;
    int32_t epsilon_high;
    int32_t shift;
} params_t;

enum { LONGEST = 32767, UNIT_BITS = 20, BETA_BITS = 10, MOST = 1 << 28 };

static uint64_t epsilon_of(const params_t *p)
{
    return ((uint64_t)(uint32_t)p->epsilon_high << 32) | (uint32_t)p->epsilon_low;
}

static int32_t fraction_bits(uint8_t dtype)
{
    return dtype == TN_S8 ? 16 : 2;
}

// floor(sqrt(x))
static uint32_t root(uint64_t x)
{
    uint64_t rest = x;
    uint64_t result = 0;
    for (int bit = 62; bit >= 0; bit -= 2) {
        const uint64_t trial = result + (UINT64_C(1) << bit);
        result >>= 1;
        if (rest >= trial) {
            rest -= trial;
            result += UINT64_C(1) << bit;
        }
    }
    return (uint32_t)result;
}

static int64_t round_shift(int64_t x, int32_t bits)
{
    return (x + (INT64_C(1) << (bits - 1))) >> bits;
}

static int32_t element(const tn_tensor_t *x, int32_t at)
{
    return x->dtype == TN_S8 ? tn_s8(x)[at] : tn_s16(x)[at];
}

static void eval_row(const params_t *p, const tn_tensor_t *x, const tn_tensor_t *y, const int32_t *gamma, const int32_t *beta,
                     int32_t first, int32_t n)
{
    const int32_t fraction = fraction_bits(x->dtype);
    int32_t sum = 0;
    int64_t squares = 0;
    for (int32_t i = 0; i < n; i++) {
        const int32_t v = element(x, first + i);
        sum += v;
        squares += v * v;
    }
    const uint64_t variance = (uint64_t)(n * squares - (int64_t)sum * sum);
    uint64_t w = (variance << fraction) + epsilon_of(p);
    int32_t k = 0;
    while (w >> 62 == 0) {
        w <<= 2;
        k++;
    }
    const int64_t reciprocal = (int64_t)((UINT64_C(1) << 62) / root(w));
    const int32_t lowest = x->dtype == TN_S8 ? INT8_MIN : INT16_MIN;
    for (int32_t i = 0; i < n; i++) {
        const int64_t scaled = round_shift((n * element(x, first + i) - sum) * reciprocal, 42 - fraction / 2 - k);
        // Never cut, unless a hostile y lies across x and has changed it after the sums.
        const int64_t h = scaled < -MOST ? -MOST : scaled > MOST ? MOST : scaled;
        // Multiplied, not shifted: beta may be negative.
        const int64_t exact = h * gamma[i] + beta[i] * (INT64_C(1) << (BETA_BITS + p->shift));
        const int64_t rounded = round_shift(exact, UNIT_BITS + p->shift);
        const int32_t result = rounded < lowest ? lowest : rounded > -lowest - 1 ? -lowest - 1 : (int32_t)rounded;
        if (x->dtype == TN_S8) {
            ((int8_t *)y->data)[first + i] = (int8_t)result;
        } else {
            ((int16_t *)y->data)[first + i] = (int16_t)result;
        }
    }
}

#if TN_FLOAT
static void eval_f32(const float *x, float *y, const float *gamma, const float *beta, float epsilon, int32_t n)
{
    float sum = 0.0f;
    for (int32_t i = 0; i < n; i++) {
        sum += x[i];
    }
    const float mean = sum / (float)n;
    float squares = 0.0f;
    for (int32_t i = 0; i < n; i++) {
        squares += (x[i] - mean) * (x[i] - mean);
    }
    const float deviation = tn_sqrtf(squares / (float)n + epsilon);
    for (int32_t i = 0; i < n; i++) {
        y[i] = (x[i] - mean) / deviation * gamma[i] + (beta ? beta[i] : 0.0f);
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 3, 1) && tn_has(ctx, 0) && tn_has(ctx, 1));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t n = tn_in(ctx, 1).count;
    TN_CHECK(x.count % n == 0 && y.dtype == x.dtype && y.count == x.count);
    switch (x.dtype) {
#if TN_INT16
    case TN_S16:
#endif
    case TN_S8:
        TN_CHECK(n <= LONGEST && tn_need_constant(ctx, 1, TN_S32, n) && tn_need_constant(ctx, 2, TN_S32, n));
        TN_CHECK(p->shift >= 0 && p->shift <= 20 && epsilon_of(p) >= 1 && epsilon_of(p) < UINT64_C(1) << 62);
        return TN_OK;
#if TN_FLOAT
    case TN_F32:
        TN_CHECK(tn_need_in(ctx, 1, TN_F32, -1));
        TN_CHECK(!tn_has(ctx, 2) || (tn_need_in(ctx, 2, TN_F32, -1) && tn_in(ctx, 2).count == n));
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
    const tn_tensor_t gamma = tn_in(ctx, 1);
    const tn_tensor_t beta = tn_has(ctx, 2) ? tn_in(ctx, 2) : gamma;
    for (int32_t first = 0; first < x.count; first += gamma.count) {
#if TN_FLOAT
        if (x.dtype == TN_F32) {
            eval_f32(tn_f32(&x) + first, (float *)y.data + first, tn_f32(&gamma), tn_has(ctx, 2) ? tn_f32(&beta) : NULL,
                     tn_bits_f32(p->epsilon_low), gamma.count);
            continue;
        }
#endif
        eval_row(p, &x, &y, tn_s32(&gamma), tn_s32(&beta), first, gamma.count);
    }
}

const tn_op_t tn_layer_norm_op = {prepare, eval};
