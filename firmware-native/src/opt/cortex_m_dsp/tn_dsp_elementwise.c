// ADD, SUB and MUL of two int8 tensors of one shape.
//
// ADD and SUB: a number's share of the sum, requantised, depends on nothing but the number: that of b is taken from a table. That of a is slope * a:
// so it is for the input of the larger scale, whose multiplier TensorFlow Lite makes 1/2; the compiler puts it first.
//
// Inputs   a, b, packed constant (uint8, see docs/targets/cortex-m-dsp.md)      Output y
// Scratch  none      In-place  yes

#include "tn_dsp_op.h"

// The body's first words.
#define SCALE_WORDS 3
#define TABLE_WORDS 256

static tn_status_t prepare(tn_op_context_t *ctx, int32_t words)
{
    tn_tensor_t a, y, packed;
    TN_CHECK(tn_arity(ctx, 3, 1) && tn_need_s8(ctx, &a, &y) && tn_need_in(ctx, 1, TN_S8, -1) && tn_need_packed(ctx, &packed));
    TN_CHECK(a.count == y.count && tn_in(ctx, 1).count == y.count && tn_packed_fits(&packed, words));
    return TN_OK;
}

static tn_dsp_scale_t scale_of(const tn_op_context_t *ctx)
{
    tn_dsp_scale_t scale;
    memcpy(&scale, tn_packed_words(ctx), sizeof scale);
    return scale;
}

static inline void put(int8_t *y, int32_t sum, const tn_dsp_scale_t *scale)
{
    *y = (int8_t)tn_dsp_requantize(sum, scale);
}

/// ADD and SUB ///

static inline int32_t sum_of(int32_t a, int8_t b, int32_t slope, const int32_t *table)
{
    return tn_add32(tn_mul32(a, slope), table[(uint8_t)b]);
}

static void sum_eval(const tn_op_context_t *ctx)
{
    const tn_dsp_scale_t scale = scale_of(ctx);
    const tn_tensor_t ta = tn_in(ctx, 0), tb = tn_in(ctx, 1), ty = tn_out(ctx, 0);
    const int32_t *table = (const int32_t *)tn_packed_words(ctx) + SCALE_WORDS;
    const int32_t slope = tn_packed_header(ctx)[0];
    const int8_t *a = tn_s8(&ta);
    const int8_t *b = tn_s8(&tb);
    int8_t *y = ty.data;
    int8_t *const end = y + ty.count;
    for (int8_t *const four = y + (ty.count & ~3); y != four; y += 4, a += 4, b += 4) {
        put(y, sum_of(a[0], b[0], slope, table), &scale);
        put(y + 1, sum_of(a[1], b[1], slope, table), &scale);
        put(y + 2, sum_of(a[2], b[2], slope, table), &scale);
        put(y + 3, sum_of(a[3], b[3], slope, table), &scale);
    }
    for (; y != end; y++) {
        put(y, sum_of(*a++, *b++, slope, table), &scale);
    }
    const int32_t *limits = (const int32_t *)ctx->params + 10;
    tn_dsp_clamp(ty.data, ty.count, limits[0], limits[1]);
}

static tn_status_t sum_prepare(tn_op_context_t *ctx)
{
    const int32_t *limits = (const int32_t *)ctx->params + 10;
    TN_CHECK(tn_clamp_fits(TN_S8, limits[0], limits[1]));
    return prepare(ctx, SCALE_WORDS + TABLE_WORDS);
}

const tn_op_t tn_dsp_sum_op = {sum_prepare, sum_eval};

/// MUL ///

typedef struct mul_params {
    int32_t a_zero;
    int32_t b_zero;
    int32_t y_zero;
    int32_t y_mult;
    int32_t y_shift;
    int32_t lo;
    int32_t hi;
} mul_params_t;

static tn_status_t mul_prepare(tn_op_context_t *ctx)
{
    const mul_params_t *p = ctx->params;
    TN_CHECK(tn_zero_fits(TN_S8, p->a_zero) && tn_zero_fits(TN_S8, p->b_zero) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    return prepare(ctx, SCALE_WORDS);
}

static void mul_eval(const tn_op_context_t *ctx)
{
    const mul_params_t *p = ctx->params;
    const tn_dsp_scale_t scale = scale_of(ctx);
    const tn_tensor_t ta = tn_in(ctx, 0), tb = tn_in(ctx, 1), ty = tn_out(ctx, 0);
    const int32_t a_zero = p->a_zero, b_zero = p->b_zero;
    const int8_t *a = tn_s8(&ta);
    const int8_t *b = tn_s8(&tb);
    int8_t *y = ty.data;
    for (int8_t *const end = y + ty.count; y != end; y++) {
        put(y, (*a++ - a_zero) * (*b++ - b_zero), &scale);
    }
    tn_dsp_clamp(ty.data, ty.count, p->lo, p->hi);
}

const tn_op_t tn_dsp_mul_op = {mul_prepare, mul_eval};
