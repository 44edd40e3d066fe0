// ADD, kernel 1: int8 without broadcasting, or with an operand of one element. Same bytes as ../../ops/tn_add.c.
//
//   y = clamp((a * a_factor + b * b_factor + offset) >> shift, lo, hi)
//
// The desk has tried all 65,536 pairs: these four numbers give what two scalings, their sum and a third scaling give. Where no four
// numbers do, the step keeps the general kernel.
//
// Inputs   a, b   packed int32 [4]: a_factor, b_factor, offset, shift      Scratch  none      In-place  yes

#include "rv32_requantize.h"

#include "../../ops/tn_op.h"

typedef struct params {
    int32_t none[10];
    int32_t lo;
    int32_t hi;
} params_t;

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 3, 1) && tn_need_in(ctx, 0, TN_S8, -1) && tn_need_in(ctx, 1, TN_S8, -1) && tn_need_out(ctx, 0, TN_S8, -1));
    TN_CHECK(tn_need_constant(ctx, 2, TN_S32, 4) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    const tn_tensor_t packed = tn_in(ctx, 2);
    const int32_t count = tn_out(ctx, 0).count;
    const int32_t a = tn_in(ctx, 0).count;
    const int32_t b = tn_in(ctx, 1).count;
    TN_CHECK((a == count || a == 1) && (b == count || b == 1) && tn_s32(&packed)[3] >= 0 && tn_s32(&packed)[3] <= 31);
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t ta = tn_in(ctx, 0);
    const tn_tensor_t tb = tn_in(ctx, 1);
    const tn_tensor_t packed = tn_in(ctx, 2);
    const tn_tensor_t ty = tn_out(ctx, 0);
    const int32_t a_factor = tn_s32(&packed)[0], b_factor = tn_s32(&packed)[1], offset = tn_s32(&packed)[2], shift = tn_s32(&packed)[3];
    const int32_t lo = p->lo, hi = p->hi;
    const int32_t a_step = ta.count > 1, b_step = tb.count > 1;
    const int8_t *a = tn_s8(&ta);
    const int8_t *b = tn_s8(&tb);
    int8_t *y = ty.data;
    int8_t *const end = y + ty.count;
#define ONE(a, b) \
    (int8_t)rv32_clamp(tn_add32(tn_add32(tn_mul32(a, a_factor), tn_mul32(b, b_factor)), offset) >> shift, lo, hi)
    if (a_step + b_step == 2) {
        for (int8_t *const fours = end - ty.count % 4; y != fours; y += 4, a += 4, b += 4) {
            y[0] = ONE(a[0], b[0]);
            y[1] = ONE(a[1], b[1]);
            y[2] = ONE(a[2], b[2]);
            y[3] = ONE(a[3], b[3]);
        }
    }
    for (; y != end; y++, a += a_step, b += b_step) {
        *y = ONE(*a, *b);
    }
}

const tn_op_t tn_rv32_add_op = {prepare, eval};
