#include "tn_sequence.h"

tn_sequence_t tn_sequence_of(const tn_op_context_t *ctx, int32_t flags)
{
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const bool time_major = (flags & TN_SEQUENCE_TIME_MAJOR) != 0;
    tn_sequence_t s = {
        .batches = x.dims[time_major ? 1 : 0], .steps = x.dims[time_major ? 0 : 1], .depth = x.dims[2], .units = y.dims[2],
    };
    // Every product is at most the number of elements of x or y.
    s.x_batch = time_major ? s.depth : s.steps * s.depth;
    s.x_step = time_major ? s.batches * s.depth : s.depth;
    s.y_batch = time_major ? s.units : s.steps * s.units;
    s.y_step = time_major ? s.batches * s.units : s.units;
    if (flags & TN_SEQUENCE_REVERSE) {
        s.x_first = (s.steps - 1) * s.x_step;
        s.y_first = (s.steps - 1) * s.y_step;
        s.x_step = -s.x_step;
        s.y_step = -s.y_step;
    }
    return s;
}

tn_status_t tn_sequence_check(tn_op_context_t *ctx, int32_t flags, int32_t gates)
{
    TN_CHECK(flags >= 0 && flags <= 7 && tn_has(ctx, 0) && tn_has(ctx, 1) && tn_has(ctx, 2));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t w = tn_in(ctx, 1);
    const tn_tensor_t r = tn_in(ctx, 2);
    TN_CHECK(x.dtype == TN_F32 || x.dtype == TN_S8 || x.dtype == TN_S16);
    const uint8_t weights = x.dtype == TN_F32 ? TN_F32 : TN_S8;
    TN_CHECK(x.rank == 3 && tn_need_in(ctx, 1, weights, 2) && tn_need_in(ctx, 2, weights, 2) && tn_need_out(ctx, 0, x.dtype, 3));
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t units = y.dims[2];
    TN_CHECK(y.dims[0] == x.dims[0] && y.dims[1] == x.dims[1]);
    TN_CHECK(w.dims[0] == tn_mul_dims(gates, units) && w.dims[1] == x.dims[2]);
    TN_CHECK(r.dims[0] == w.dims[0] && r.dims[1] == units);
    return (x.dtype == TN_F32 && !TN_FLOAT) || (x.dtype == TN_S16 && !TN_INT16) ? TN_ERR_TYPE : TN_OK;
}

bool tn_sequence_state_fits(tn_op_context_t *ctx, int input, int output, uint8_t dtype, const tn_sequence_t *s)
{
    const int32_t count = s->batches * s->units;  // divides the number of elements of y
    return tn_need_in(ctx, input, dtype, -1) && tn_in(ctx, input).count == count
        && tn_need_out(ctx, output, dtype, -1) && tn_out(ctx, output).count == count;
}

bool tn_sequence_optional(tn_op_context_t *ctx, int input, uint8_t dtype, int32_t count)
{
    return !tn_has(ctx, input) || (tn_need_in(ctx, input, dtype, -1) && tn_in(ctx, input).count == count);
}

bool tn_sequence_multipliers(tn_op_context_t *ctx, int mult, int shift, int32_t gates, int32_t units, int32_t max_shift)
{
    if (!tn_has(ctx, mult)) {
        return false;
    }
    const int32_t count = tn_in(ctx, mult).count;
    const int32_t rows = tn_mul_dims(2 * gates, units);
    return (count == 2 * gates || count == rows) && tn_need_multipliers(ctx, mult, shift, count, max_shift);
}

void tn_sequence_begin(const tn_op_context_t *ctx, int input, int output)
{
    const tn_tensor_t from = tn_in(ctx, input);
    const tn_tensor_t to = tn_out(ctx, output);
    if (to.data != from.data) {
        memmove(to.data, from.data, (size_t)from.count * tn_dtype_size(from.dtype));
    }
}
