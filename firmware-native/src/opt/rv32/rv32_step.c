#include "rv32_step.h"

#include "../../tn_blob.h"

bool rv32_step_open(const tn_op_context_t *ctx, rv32_step_t *step)
{
    if (!tn_arity(ctx, 2, 1) || ctx->refs[0] == TN_NONE || ctx->refs[1] == TN_NONE) {
        return false;
    }
    step->x = tn_model_tensor(ctx->model, ctx->refs[0]);
    step->packed = tn_model_tensor(ctx->model, ctx->refs[1]);
    step->y = tn_model_tensor(ctx->model, ctx->refs[2]);
    step->scratch = NULL;
    step->scratch_bytes = 0;
    if (ctx->scratch != TN_NONE) {
        const tn_tensor_t scratch = tn_model_tensor(ctx->model, ctx->scratch);
        step->scratch = scratch.data;
        step->scratch_bytes = (uint32_t)scratch.count;
    }
    return step->x.dtype == TN_S8 && step->y.dtype == TN_S8 && step->packed.dtype == TN_S32 && step->packed.place == TN_PLACE_CONSTANT
        && (uintptr_t)step->scratch % 4 == 0;
}

bool rv32_window_fits(const rv32_step_t *step, const int32_t steps[6], int32_t filter_h, int32_t filter_w)
{
    const tn_tensor_t *x = &step->x;
    const tn_tensor_t *y = &step->y;
    if (x->rank != 4 || y->rank != 4 || x->dims[0] != y->dims[0]) {
        return false;
    }
    for (int i = 1; i < 3; i++) {
        if (x->dims[i] > RV32_MOST_CELLS || y->dims[i] > RV32_MOST_CELLS) {
            return false;
        }
    }
    for (int i = 0; i < 4; i++) {
        if (!rv32_is_step(steps[i])) {
            return false;
        }
    }
    return (uint32_t)steps[4] <= RV32_MOST_STEP && (uint32_t)steps[5] <= RV32_MOST_STEP && rv32_is_step(filter_h) && rv32_is_step(filter_w);
}
