// COMPARE (int8, int16, float32, int32, int64; bool for EQUAL and NOT_EQUAL) to bool
//
//   quantised  y = a' kind b' with x' = requantize((x - x_zero) << left_shift, x_mult, x_shift)
//   otherwise  y = a kind b; a NaN equals nothing
//
// Shapes   a and b broadcast to y
// Scratch  none            In-place  yes, with an int8 or bool input of y's shape

#include "tn_arith.h"

typedef struct params {
    int32_t kind;
    int32_t a_zero;
    int32_t b_zero;
    int32_t left_shift;
    int32_t a_mult;
    int32_t a_shift;
    int32_t b_mult;
    int32_t b_shift;
} params_t;

enum { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, KINDS };

// Every kind is "less", "equal" or "greater" or two of them; a NaN is none of the three.
enum { IS_LESS = 1, IS_EQUAL = 2, IS_GREATER = 4, IS_NAN = 8 };

static const uint8_t masks[KINDS] = {
    IS_EQUAL, IS_LESS | IS_GREATER | IS_NAN, IS_LESS, IS_LESS | IS_EQUAL, IS_GREATER, IS_GREATER | IS_EQUAL,
};

#define ORDER(a, b) ((a) < (b) ? IS_LESS : (a) > (b) ? IS_GREATER : IS_EQUAL)

static int32_t order_scaled(const params_t *p, int32_t a, int32_t b)
{
    const int32_t sa = tn_arith_scale(a, p->a_zero, p->left_shift, p->a_mult, p->a_shift);
    const int32_t sb = tn_arith_scale(b, p->b_zero, p->left_shift, p->b_mult, p->b_shift);
    return ORDER(sa, sb);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_broadcasts(ctx, 2) && tn_need_out(ctx, 0, TN_BOOL, -1) && p->kind >= 0 && p->kind < KINDS);
    const uint8_t dtype = tn_in(ctx, 0).dtype;
    TN_CHECK(tn_need_in(ctx, 1, dtype, -1) && dtype != TN_U8 && (dtype != TN_BOOL || p->kind <= NOT_EQUAL));
    if (dtype == TN_S8 || dtype == TN_S16) {
        TN_CHECK(tn_zero_fits(dtype, p->a_zero) && tn_zero_fits(dtype, p->b_zero) && p->left_shift >= 0 && p->left_shift <= 31);
        TN_CHECK(tn_shift_fits(p->a_shift, 30) && tn_shift_fits(p->b_shift, 30));
    }
    return tn_dtype_kept(dtype) ? TN_OK : TN_ERR_TYPE;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const int32_t mask = masks[p->kind];
    switch (tn_in(ctx, 0).dtype) {
    case TN_S8: TN_BROADCAST_2(int8_t, uint8_t, (order_scaled(p, a, b) & mask) != 0); break;
#if TN_INT16
    case TN_S16: TN_BROADCAST_2(int16_t, uint8_t, (order_scaled(p, a, b) & mask) != 0); break;
#endif
#if TN_FLOAT
    case TN_F32: TN_BROADCAST_2(float, uint8_t, ((a == a && b == b ? ORDER(a, b) : IS_NAN) & mask) != 0); break;
    case TN_S32: TN_BROADCAST_2(int32_t, uint8_t, (ORDER(a, b) & mask) != 0); break;
    case TN_S64: TN_BROADCAST_2(int64_t, uint8_t, (ORDER(a, b) & mask) != 0); break;
    case TN_BOOL: TN_BROADCAST_2(uint8_t, uint8_t, (ORDER(a != 0, b != 0) & mask) != 0); break;
#endif
    default: break;
    }
}

const tn_op_t tn_compare_op = {prepare, eval};
