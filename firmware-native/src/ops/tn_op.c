#include "tn_op.h"

#include "../tn_blob.h"

bool tn_has(const tn_op_context_t *ctx, int input)
{
    return input < ctx->inputs && ctx->refs[input] != TN_NONE;
}

tn_tensor_t tn_in(const tn_op_context_t *ctx, int input)
{
    return tn_model_tensor(ctx->model, ctx->refs[input]);
}

tn_tensor_t tn_out(const tn_op_context_t *ctx, int output)
{
    return tn_model_tensor(ctx->model, ctx->refs[ctx->inputs + output]);
}

void *tn_scratch(const tn_op_context_t *ctx)
{
    return ctx->scratch == TN_NONE ? NULL : tn_model_tensor(ctx->model, ctx->scratch).data;
}

bool tn_arity(const tn_op_context_t *ctx, int inputs, int outputs)
{
    return ctx->inputs == inputs && ctx->outputs == outputs;
}

static bool is(tn_op_context_t *ctx, int slot, uint8_t dtype, int rank)
{
    ctx->blame = ctx->refs[slot];
    const tn_tensor_t t = tn_model_tensor(ctx->model, ctx->refs[slot]);
    return t.dtype == dtype && (rank < 0 || t.rank == rank);
}

bool tn_need_in(tn_op_context_t *ctx, int input, uint8_t dtype, int rank)
{
    return tn_has(ctx, input) && is(ctx, input, dtype, rank);
}

bool tn_need_out(tn_op_context_t *ctx, int output, uint8_t dtype, int rank)
{
    return output < ctx->outputs && is(ctx, ctx->inputs + output, dtype, rank);
}

bool tn_need_constant(tn_op_context_t *ctx, int input, uint8_t dtype, int32_t count)
{
    if (!tn_need_in(ctx, input, dtype, -1)) {
        return false;
    }
    const tn_tensor_t t = tn_in(ctx, input);
    return t.place == TN_PLACE_CONSTANT && t.count == count;
}

bool tn_need_scratch(const tn_op_context_t *ctx, uint32_t bytes)
{
    if (bytes == 0) {
        return true;
    }
    return ctx->scratch != TN_NONE && (uint32_t)tn_model_tensor(ctx->model, ctx->scratch).count >= bytes;
}

bool tn_need_multipliers(tn_op_context_t *ctx, int mult, int shift, int32_t channels, int32_t max_shift)
{
    if (!tn_need_in(ctx, mult, TN_S32, -1)) {
        return false;
    }
    const int32_t count = tn_in(ctx, mult).count;
    if ((count != 1 && count != channels) || !tn_need_constant(ctx, mult, TN_S32, count)
        || !tn_need_constant(ctx, shift, TN_S8, count)) {
        return false;
    }
    const tn_tensor_t shifts = tn_in(ctx, shift);
    for (int32_t i = 0; i < count; i++) {
        if (!tn_shift_fits(tn_s8(&shifts)[i], max_shift)) {
            return false;
        }
    }
    return true;
}

static bool range(uint8_t dtype, int32_t *lo, int32_t *hi)
{
    switch (dtype) {
    case TN_S8: *lo = INT8_MIN; *hi = INT8_MAX; return true;
    case TN_U8: *lo = 0; *hi = UINT8_MAX; return true;
    case TN_S16: *lo = INT16_MIN; *hi = INT16_MAX; return true;
    default: return false;
    }
}

bool tn_zero_fits(uint8_t dtype, int32_t zero)
{
    int32_t lo, hi;
    return range(dtype, &lo, &hi) && zero >= lo && zero <= hi;
}

bool tn_clamp_fits(uint8_t dtype, int32_t lo, int32_t hi)
{
    return lo <= hi && tn_zero_fits(dtype, lo) && tn_zero_fits(dtype, hi);
}

int32_t tn_mul_dims(int32_t a, int32_t b)
{
    if (a < 0 || b < 0) {
        return -1;
    }
    const int64_t product = (int64_t)a * b;
    return product > INT32_MAX ? -1 : (int32_t)product;
}

bool tn_same_shape(const tn_tensor_t *a, const tn_tensor_t *b)
{
    return a->rank == b->rank && memcmp(a->dims, b->dims, a->rank * sizeof(int32_t)) == 0;
}
