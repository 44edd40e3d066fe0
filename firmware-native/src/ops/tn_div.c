// DIV (int8, float32, int32)
//
//   int8     y = clamp(y_zero + requantize((a - a_zero) * recip(b - b_zero), y_mult, y_shift), lo, hi) in TFLite's fixed point,
//            where recip is a Newton reciprocal; a zero divisor gives hi, lo or y_zero, by the sign of a - a_zero
//   float32  y = clamp(a / b, lo, hi)
//   int32    y = clamp(a / b, lo, hi) towards zero; 0 for a zero divisor
//
// Shapes   a and b broadcast to y
// Scratch  none            In-place  yes, with an input of y's shape

#include "tn_broadcast.h"
#include "../tn_fixed.h"

typedef struct params {
    int32_t a_zero;
    int32_t b_zero;
    int32_t y_zero;
    int32_t y_mult;
    int32_t y_shift;
    int32_t lo;
    int32_t hi;
} params_t;

// a, b in -255 .. 255.
static int32_t divide(const params_t *p, int32_t a, int32_t b)
{
    if (b == 0) {
        return a > 0 ? p->hi : a < 0 ? p->lo : tn_clamp(p->y_zero, p->lo, p->hi);
    }
    if (b < 0) {
        a = -a;
        b = -b;
    }
    // b = 2^(31 - zeros) * (1 + fraction); a moves up to the sign bit.
    const int32_t zeros = tn_clz32((uint32_t)b);
    const int32_t headroom = tn_clz32((uint32_t)(a < 0 ? ~a : a)) - 1;
    const int32_t fraction = (int32_t)(((uint32_t)b << zeros) - UINT32_C(0x80000000));
    const int32_t quotient = tn_doubling_high_mul(tn_shl32(a, headroom), tn_one_over_one_plus_x(fraction));
    const int32_t shift = p->y_shift - (31 - zeros) - headroom;
    const int32_t scaled = shift < -31 ? 0 : tn_requantize(quotient, p->y_mult, shift);
    return tn_clamp(tn_add32(scaled, p->y_zero), p->lo, p->hi);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_broadcasts(ctx, 2));
    const uint8_t dtype = tn_out(ctx, 0).dtype;
    TN_CHECK(tn_need_in(ctx, 0, dtype, -1) && tn_need_in(ctx, 1, dtype, -1));
    if (dtype == TN_S8) {
        TN_CHECK(tn_zero_fits(dtype, p->a_zero) && tn_zero_fits(dtype, p->b_zero) && tn_zero_fits(dtype, p->y_zero));
        TN_CHECK(tn_shift_fits(p->y_shift, 30) && tn_clamp_fits(dtype, p->lo, p->hi));
        return TN_OK;
    }
    return TN_FLOAT && (dtype == TN_F32 || dtype == TN_S32) ? TN_OK : TN_ERR_TYPE;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    switch (tn_out(ctx, 0).dtype) {
    case TN_S8: TN_BROADCAST_2(int8_t, int8_t, divide(p, a - p->a_zero, b - p->b_zero)); break;
#if TN_FLOAT
    case TN_F32: {
        const float lo = tn_bits_f32(p->lo), hi = tn_bits_f32(p->hi);
        TN_BROADCAST_2(float, float, tn_clampf(a / b, lo, hi));
        break;
    }
    // The one quotient that overflows, -2^31 / -1, wraps.
    case TN_S32: TN_BROADCAST_2(int32_t, int32_t, tn_clamp(b == 0 ? 0 : b == -1 ? tn_sub32(0, a) : a / b, p->lo, p->hi)); break;
#endif
    default: break;
    }
}

const tn_op_t tn_div_op = {prepare, eval};
