// TABLE (int8, uint8 to int8, uint8)
//
//   y = table[x - lowest of x's type]
//
// Every int8 function of one element comes here: the compiler evaluates it for all 256 numbers.
//
// Inputs   x   table [256], constant, of y's type
// Shapes   x and y of as many elements
// Scratch  none            In-place  yes

#include "tn_op.h"

static tn_status_t prepare(tn_op_context_t *ctx)
{
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK((x.dtype == TN_S8 || x.dtype == TN_U8) && (y.dtype == TN_S8 || y.dtype == TN_U8) && x.count == y.count);
    TN_CHECK(tn_need_constant(ctx, 1, y.dtype, 256));
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t table = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const uint8_t *from = x.data;
    const uint8_t *entries = table.data;
    uint8_t *to = y.data;
    const unsigned flip = x.dtype == TN_S8 ? 0x80u : 0u;
    for (int32_t i = 0; i < x.count; i++) {
        to[i] = entries[from[i] ^ flip];
    }
}

const tn_op_t tn_table_op = {prepare, eval};
