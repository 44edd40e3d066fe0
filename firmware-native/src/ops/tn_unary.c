// UNARY (float32 for every kind; int16 and int32 for some; int8 is TABLE's)
//
//   float32  y = f(x), the function of `kind` with alpha and beta as float bits
//   int16    with v = x - x_zero and r(v) = requantize(v, mult, shift):
//            CLIP        clamp(y_zero + r(v), alpha, beta)
//            LEAKY_RELU  clamp(y_zero + (v < 0 ? r(v) with neg_mult, neg_shift : r(v))); a negative neg_mult negates the result
//            ABS         clamp(y_zero + r(|v|))
//            SIGMOID, TANH  interpolated in a table, for v * mult / 2^shift in units of 1 / (3 * 4096)
//   int32    CLIP (alpha, beta are bounds), SQUARE, ABS, NEG, SIGN; wrapping
//
// Inputs   x   table [256] of int16, constant, with int16 SIGMOID and TANH: the bits of uint16 sigmoid(i / 24) * 2^16
// Shapes   x and y of one type and as many elements
// Scratch  none            In-place  yes

#include "tn_broadcast.h"
#include "../tn_mathf.h"

typedef struct params {
    int32_t kind;
    int32_t alpha;
    int32_t beta;
    int32_t x_zero;
    int32_t y_zero;
    int32_t mult;
    int32_t shift;
    int32_t neg_mult;
    int32_t neg_shift;
} params_t;

enum {
    CLIP, LEAKY_RELU, ELU, SELU, SIGMOID, TANH, HARD_SWISH, HARD_SIGMOID, GELU, GELU_TANH, EXP, LOG, SQRT, RSQRT, SQUARE, ABS,
    NEG, FLOOR, CEIL, ROUND, SIN, COS, ERF, SOFTPLUS, SOFTSIGN, RECIPROCAL, SIGN, SWISH, KINDS
};

#if TN_FLOAT
static float function(int32_t kind, float x, float alpha, float beta)
{
    switch (kind) {
    case CLIP: return tn_clampf(x, alpha, beta);
    case LEAKY_RELU: return x >= 0.0f ? x : alpha * x;
    case ELU: return x >= 0.0f ? x : alpha * tn_expm1f(x);
    case SELU: return beta * (x >= 0.0f ? x : alpha * tn_expm1f(x));
    case SIGMOID: return tn_sigmoidf(x);
    case TANH: return tn_tanhf(x);
    case HARD_SWISH: return x * tn_clampf(x + 3.0f, 0.0f, 6.0f) / 6.0f;
    case HARD_SIGMOID: return tn_clampf(alpha * x + beta, 0.0f, 1.0f);
    case GELU: return 0.5f * x * (1.0f + tn_erff(x * 0.707106781f));
    case GELU_TANH: return 0.5f * x * (1.0f + tn_tanhf(0.797884561f * (x + 0.044715f * x * x * x)));
    case EXP: return tn_expf(x);
    case LOG: return tn_logf(x);
    case SQRT: return tn_sqrtf(x);
    case RSQRT: return tn_rsqrtf(x);
    case SQUARE: return x * x;
    case ABS: return tn_absf(x);
    case NEG: return -x;
    case FLOOR: return tn_floorf(x);
    case CEIL: return tn_ceilf(x);
    case ROUND: return tn_roundf(x);
    case SIN: return tn_sinf(x);
    case COS: return tn_cosf(x);
    case ERF: return tn_erff(x);
    case SOFTPLUS: return tn_maxf(x, 0.0f) + tn_log1pf(tn_expf(-tn_absf(x)));
    case SOFTSIGN: return x / (1.0f + tn_absf(x));
    case RECIPROCAL: return 1.0f / x;
    case SIGN: return x > 0.0f ? 1.0f : x < 0.0f ? -1.0f : x;
    default: return x * tn_sigmoidf(x);  // SWISH
    }
}

static int32_t function_s32(const params_t *p, int32_t x)
{
    switch (p->kind) {
    case CLIP: return tn_clamp(x, p->alpha, p->beta);
    case SQUARE: return tn_mul32(x, x);
    case ABS: return x < 0 ? tn_sub32(0, x) : x;
    case NEG: return tn_sub32(0, x);
    default: return (x > 0) - (x < 0);  // SIGN
    }
}
#endif

#if TN_INT16
// |x| in units of 1 / (24 * 2^bits): the table's entry and what is between it and the next, times 2^bits.
static uint32_t interpolate(const uint16_t *table, uint32_t x, int32_t bits)
{
    const uint32_t index = x >> bits;
    const uint32_t from = table[index];
    return (from << bits) + (x & ((1u << bits) - 1u)) * (table[index + 1u] - from);
}

static int16_t function_s16(const params_t *p, const uint16_t *table, int32_t x)
{
    const int32_t v = x - p->x_zero;
    if (p->kind == SIGMOID || p->kind == TANH) {
        const int32_t scaled = (v * p->mult + (p->shift > 0 ? 1 << (p->shift - 1) : 0)) >> p->shift;
        const uint32_t size = scaled < 0 ? 0u - (uint32_t)scaled : (uint32_t)scaled;
        // tanh(x) = 2 sigmoid(2 x) - 1. Either rounds half up, also where it mirrors.
        if (p->kind == SIGMOID) {
            const uint32_t s = size >> 9 >= 255 ? 0x7FFFu << 10 : interpolate(table, size, 9);
            return (int16_t)((scaled >= 0 ? s + (1u << 9) : (1u << 25) - s + (1u << 9) - 1u) >> 10);
        }
        const int32_t t = size >> 8 >= 255 ? 0xFFFF << 8 : (int32_t)interpolate(table, size, 8);
        return (int16_t)((scaled >= 0 ? t - (1 << 23) + (1 << 7) : (1 << 23) - t + (1 << 7) - 1) >> 8);
    }
    int32_t r;
    if (p->kind == LEAKY_RELU && v < 0) {
        // A negative factor is applied as its size, and the result negated: rounding is not symmetric.
        r = tn_requantize(v, p->neg_mult < 0 ? tn_sub32(0, p->neg_mult) : p->neg_mult, p->neg_shift);
        r = p->neg_mult < 0 ? tn_sub32(0, r) : r;
    } else {
        r = tn_requantize(p->kind == ABS && v < 0 ? -v : v, p->mult, p->shift);
    }
    const int32_t lo = p->kind == CLIP ? p->alpha : INT16_MIN;
    const int32_t hi = p->kind == CLIP ? p->beta : INT16_MAX;
    return (int16_t)tn_clamp(tn_add32(r, p->y_zero), lo, hi);
}

static tn_status_t prepare_s16(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_zero_fits(TN_S16, p->x_zero) && tn_zero_fits(TN_S16, p->y_zero));
    switch (p->kind) {
    case SIGMOID: case TANH:
        // 2^15 * 2^15 and half a unit stay below 2^31.
        TN_CHECK(p->x_zero == 0 && p->mult >= 0 && p->mult <= INT16_MAX && p->shift >= 0 && p->shift <= 30);
        TN_CHECK(tn_need_constant(ctx, 1, TN_S16, 256));
        return TN_OK;
    case LEAKY_RELU:
        TN_CHECK(tn_shift_fits(p->neg_shift, 30) && tn_shift_fits(p->shift, 30));
        return TN_OK;
    case CLIP:
        TN_CHECK(tn_clamp_fits(TN_S16, p->alpha, p->beta) && tn_shift_fits(p->shift, 30));
        return TN_OK;
    case ABS:
        TN_CHECK(tn_shift_fits(p->shift, 30));
        return TN_OK;
    default:
        return TN_ERR_TYPE;
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_has(ctx, 0) && p->kind >= 0 && p->kind < KINDS);
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(tn_need_out(ctx, 0, x.dtype, -1) && tn_out(ctx, 0).count == x.count);
    switch (x.dtype) {
#if TN_FLOAT
    case TN_F32:
        return TN_OK;
    case TN_S32:
        TN_CHECK(p->kind != CLIP || p->alpha <= p->beta);
        return p->kind == CLIP || p->kind == SQUARE || p->kind == ABS || p->kind == NEG || p->kind == SIGN ? TN_OK : TN_ERR_TYPE;
#endif
#if TN_INT16
    case TN_S16:
        return prepare_s16(ctx);
#endif
    default:
        return TN_ERR_TYPE;
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    void *y = tn_out(ctx, 0).data;
    switch (x.dtype) {
#if TN_INT16
    case TN_S16: {
        const void *table = tn_in(ctx, tn_has(ctx, 1) ? 1 : 0).data;
        for (int32_t i = 0; i < x.count; i++) {
            ((int16_t *)y)[i] = function_s16(p, table, tn_s16(&x)[i]);
        }
        break;
    }
#endif
#if TN_FLOAT
    case TN_S32:
        for (int32_t i = 0; i < x.count; i++) {
            ((int32_t *)y)[i] = function_s32(p, tn_s32(&x)[i]);
        }
        break;
    case TN_F32: {
        const float alpha = tn_bits_f32(p->alpha), beta = tn_bits_f32(p->beta);
        for (int32_t i = 0; i < x.count; i++) {
            ((float *)y)[i] = function(p->kind, tn_f32(&x)[i], alpha, beta);
        }
        break;
    }
#endif
    default: (void)p; (void)x; (void)y; break;
    }
}

const tn_op_t tn_unary_op = {prepare, eval};
