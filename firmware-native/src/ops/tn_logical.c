// LOGICAL (bool)
//
//   y = a and b, a or b, a xor b, not a; any byte but 0 is true
//
// Inputs   a   b, absent with NOT
// Shapes   a and b broadcast to y
// Scratch  none            In-place  yes, with an input of y's shape

#include "tn_broadcast.h"

typedef struct params {
    int32_t kind;
} params_t;

enum { AND, OR, XOR, NOT, KINDS };

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 2, 1) && p->kind >= 0 && p->kind < KINDS && tn_has(ctx, 1) == (p->kind != NOT));
    TN_CHECK(tn_broadcasts(ctx, p->kind == NOT ? 1 : 2) && tn_need_in(ctx, 0, TN_BOOL, -1) && tn_need_out(ctx, 0, TN_BOOL, -1));
    TN_CHECK(p->kind == NOT || tn_need_in(ctx, 1, TN_BOOL, -1));
    return TN_FLOAT ? TN_OK : TN_ERR_TYPE;
}

static void eval(const tn_op_context_t *ctx)
{
#if TN_FLOAT
    const params_t *p = ctx->params;
    const uint8_t *a = tn_in(ctx, 0).data;
    const uint8_t *b = p->kind == NOT ? a : tn_in(ctx, 1).data;
    uint8_t *y = tn_out(ctx, 0).data;
    tn_broadcast_t it = tn_broadcast_begin(ctx, p->kind == NOT ? 1 : 2);
    do {
        for (int32_t i = 0; i < it.run; i++) {
            const bool x = a[it.at[0] + i * it.step[0]] != 0;
            const bool z = p->kind != NOT && b[it.at[1] + i * it.step[1]] != 0;
            *y++ = p->kind == AND ? x && z : p->kind == OR ? x || z : p->kind == XOR ? x != z : !x;
        }
    } while (tn_broadcast_next(&it));
#else
    (void)ctx;
#endif
}

const tn_op_t tn_logical_op = {prepare, eval};
