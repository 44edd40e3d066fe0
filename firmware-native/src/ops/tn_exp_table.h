// The table of exponentials that SOFTMAX and LOG_SOFTMAX of int8 have as a constant.
#ifndef TN_EXP_TABLE_H
#define TN_EXP_TABLE_H

#include "tn_op.h"

// Whether input `input` is a constant int32 table whose entry 0 is 1 (in Q0.31) and that has no negative entry. Then the sum over a
// row is at least 1, as its largest element adds entry 0.
static bool tn_exp_table_holds(tn_op_context_t *ctx, int input)
{
    if (!tn_need_in(ctx, input, TN_S32, -1)) {
        return false;
    }
    const tn_tensor_t table = tn_in(ctx, input);
    if (!tn_need_constant(ctx, input, TN_S32, table.count) || tn_s32(&table)[0] != INT32_MAX) {
        return false;
    }
    for (int32_t i = 1; i < table.count; i++) {
        if (tn_s32(&table)[i] < 0) {
            return false;
        }
    }
    return true;
}

#endif
