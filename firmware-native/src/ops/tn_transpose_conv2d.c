// TRANSPOSE_CONV_2D (int8, int16x8, float32)
//
//   acc[n,h,w,o] = bias[o] + sum over i, j, c and all a, b with a*stride_h - pad_top + i = h and b*stride_w - pad_left + j = w of
//                  (x[n,a,b,g*D+c] - x_zero) * w[o,i,j,c]          with g = o / (O / groups)
//   y[n,h,w,o]   = clamp(y_zero + requantize(acc, mult[o], shift[o]), lo, hi)
//
// Each output gathers from the inputs that reach it, in their order: no scratch, and float32 sums come out as if scattered.
//
// Inputs   x [N,H,W,C]   w [O,KH,KW,D] with D = C / groups   bias [O] or absent   mult, shift [O] or [1] (absent for float32)
// Output   y [N,OH,OW,O]; OH and OW are what the compiler says
// Quant    see tn_weights.h; weights are symmetric
// Limits   none: whatever the contents, acc wraps and is never undefined
// Scratch  none            In-place  no

#include "tn_kernels.h"
#include "tn_weights.h"

typedef struct params {
    int32_t stride_h;
    int32_t stride_w;
    int32_t pad_top;
    int32_t pad_left;
    int32_t groups;
    int32_t x_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} params_t;

// The inputs first .. end-1 along one axis that reach an output, and the tap through which the first does. The next input
// does through the tap `stride` before.
typedef struct reach {
    int32_t first;
    int32_t end;
    int32_t tap;
} reach_t;

// `at` is the output's coordinate plus the padding before.
static reach_t reach(int32_t at, int32_t stride, int32_t taps, int32_t size)
{
    const int32_t first = at < taps ? 0 : (at - taps) / stride + 1;
    const int32_t end = at / stride < size ? at / stride + 1 : size;
    return (reach_t){first, end, first < end ? at - first * stride : 0};
}

// Index in x (of one sample and group) and in w (of one output channel) of an input position and its tap.
static int32_t cell(const tn_conv2d_args_t *a, int32_t iy, int32_t ix)
{
    return (iy * a->in_w + ix) * a->in_c;
}

static int32_t tap(const tn_conv2d_args_t *a, const reach_t *rows, const reach_t *columns, int32_t iy, int32_t ix)
{
    const int32_t row = rows->tap - (iy - rows->first) * a->stride_h;
    return (row * a->filter_w + columns->tap - (ix - columns->first) * a->stride_w) * a->filter_c;
}

static void eval_s8(const tn_conv2d_args_t *a)
{
    const int32_t per_group = a->out_c / a->groups;
    const int32_t filter = a->filter_h * a->filter_w * a->filter_c;
    const int32_t *bias = a->bias;
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const reach_t rows = reach(position / a->out_w + a->pad_top, a->stride_h, a->filter_h, a->in_h);
            const reach_t columns = reach(position % a->out_w + a->pad_left, a->stride_w, a->filter_w, a->in_w);
            const int8_t *w = a->w;
            for (int32_t o = 0; o < a->out_c; o++, w += filter) {
                int32_t acc = bias ? bias[o] : 0;
                for (int32_t iy = rows.first; iy < rows.end; iy++) {
                    for (int32_t ix = columns.first; ix < columns.end; ix++) {
                        const int8_t *in = x + cell(a, iy, ix) + o / per_group * a->filter_c;
                        const int8_t *weights = w + tap(a, &rows, &columns, iy, ix);
                        for (int32_t c = 0; c < a->filter_c; c++) {
                            acc = tn_add32(acc, (in[c] - a->x_zero) * weights[c]);
                        }
                    }
                }
                const int32_t channel = o & a->channel_mask;
                acc = tn_add32(tn_requantize(acc, a->mult[channel], a->shift[channel]), a->y_zero);
                *y++ = (int8_t)tn_clamp(acc, a->lo, a->hi);
            }
        }
    }
}

#if TN_INT16
static void eval_s16(const tn_conv2d_args_t *a)
{
    const int32_t per_group = a->out_c / a->groups;
    const int32_t filter = a->filter_h * a->filter_w * a->filter_c;
    const int16_t *x = a->x;
    int16_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const reach_t rows = reach(position / a->out_w + a->pad_top, a->stride_h, a->filter_h, a->in_h);
            const reach_t columns = reach(position % a->out_w + a->pad_left, a->stride_w, a->filter_w, a->in_w);
            const int8_t *w = a->w;
            for (int32_t o = 0; o < a->out_c; o++, w += filter) {
                int64_t acc = 0;
                for (int32_t iy = rows.first; iy < rows.end; iy++) {
                    for (int32_t ix = columns.first; ix < columns.end; ix++) {
                        const int16_t *in = x + cell(a, iy, ix) + o / per_group * a->filter_c;
                        const int8_t *weights = w + tap(a, &rows, &columns, iy, ix);
                        for (int32_t c = 0; c < a->filter_c; c++) {
                            acc += (in[c] - a->x_zero) * weights[c];
                        }
                    }
                }
                const int32_t channel = o & a->channel_mask;
                const int32_t scaled = tn_requantize_s16(acc, a->bias, a->bias_s64, o, a->mult[channel], a->shift[channel]);
                *y++ = (int16_t)tn_clamp(tn_add32(scaled, a->y_zero), a->lo, a->hi);
            }
        }
    }
}
#endif

#if TN_FLOAT
static void eval_f32(const tn_conv2d_args_t *a, const float *filters, float lo, float hi)
{
    const int32_t per_group = a->out_c / a->groups;
    const int32_t filter = a->filter_h * a->filter_w * a->filter_c;
    const float *bias = a->bias;
    const float *x = a->x;
    float *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const reach_t rows = reach(position / a->out_w + a->pad_top, a->stride_h, a->filter_h, a->in_h);
            const reach_t columns = reach(position % a->out_w + a->pad_left, a->stride_w, a->filter_w, a->in_w);
            const float *w = filters;
            for (int32_t o = 0; o < a->out_c; o++, w += filter) {
                float acc = 0.0f;
                for (int32_t iy = rows.first; iy < rows.end; iy++) {
                    for (int32_t ix = columns.first; ix < columns.end; ix++) {
                        const float *in = x + cell(a, iy, ix) + o / per_group * a->filter_c;
                        const float *weights = w + tap(a, &rows, &columns, iy, ix);
                        for (int32_t c = 0; c < a->filter_c; c++) {
                            acc += in[c] * weights[c];
                        }
                    }
                }
                acc += bias ? bias[o] : 0.0f;
                *y++ = acc < lo ? lo : acc > hi ? hi : acc;
            }
        }
    }
}
#endif

// No coordinate below overflows.
static bool axis_fits(int32_t out, int32_t stride, int32_t pad)
{
    return stride >= 1 && pad >= 0 && (int64_t)out + pad <= INT32_MAX;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 5, 1) && tn_has(ctx, 0) && tn_has(ctx, 1));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t w = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(x.rank == 4 && w.rank == 4 && y.rank == 4 && x.dims[0] == y.dims[0] && w.dims[0] == y.dims[3]);
    TN_CHECK(p->groups >= 1 && w.dims[0] % p->groups == 0 && tn_mul_dims(w.dims[3], p->groups) == x.dims[3]);
    TN_CHECK(axis_fits(y.dims[1], p->stride_h, p->pad_top) && axis_fits(y.dims[2], p->stride_w, p->pad_left));
    return tn_weights_check(ctx, w.dims[0], (tn_weights_quant_t){p->x_zero, 0, p->y_zero, p->lo, p->hi});
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t w = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    tn_conv2d_args_t args = {
        .x = x.data, .bias = tn_optional(ctx, 2), .y = y.data,
        .batches = x.dims[0], .in_h = x.dims[1], .in_w = x.dims[2], .in_c = x.dims[3],
        .filter_h = w.dims[1], .filter_w = w.dims[2], .filter_c = w.dims[3],
        .out_h = y.dims[1], .out_w = y.dims[2], .out_c = y.dims[3],
        .stride_h = p->stride_h, .stride_w = p->stride_w, .dilation_h = 1, .dilation_w = 1,
        .pad_top = p->pad_top, .pad_left = p->pad_left, .groups = p->groups,
    };
#if TN_FLOAT
    if (x.dtype == TN_F32) {
        eval_f32(&args, tn_f32(&w), tn_bits_f32(p->lo), tn_bits_f32(p->hi));
        return;
    }
#endif
    const tn_tensor_t mult = tn_in(ctx, 3);
    const tn_tensor_t shift = tn_in(ctx, 4);
    args.w = tn_s8(&w);
    args.mult = tn_s32(&mult);
    args.shift = tn_s8(&shift);
    args.channel_mask = mult.count > 1 ? -1 : 0;
    args.x_zero = p->x_zero;
    args.y_zero = p->y_zero;
    args.lo = p->lo;
    args.hi = p->hi;
#if TN_INT16
    if (x.dtype == TN_S16) {
        args.bias_s64 = tn_has(ctx, 2) && tn_in(ctx, 2).dtype == TN_S64;
        eval_s16(&args);
        return;
    }
#endif
    eval_s8(&args);
}

const tn_op_t tn_transpose_conv2d_op = {prepare, eval};
