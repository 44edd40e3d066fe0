// CONV_2D (int8, int16x8, float32)
//
//   acc[n,h,w,o] = bias[o] + sum_{i,j,c} (x[n, h*stride_h - pad_top + i*dilation_h, w*stride_w - pad_left + j*dilation_w, g*D + c] - x_zero)
//                                        * w[o,i,j,c]          with g = o / (O / groups); cells outside x add nothing
//   y[n,h,w,o]   = clamp(y_zero + requantize(acc, mult[o], shift[o]), lo, hi)
//
// Inputs   x [N,H,W,C]   w [O,KH,KW,D] with D = C / groups   bias [O] or absent   mult, shift [O] or [1] (absent for float32)
// Output   y [N,OH,OW,O]; OH and OW are what the compiler says, as padding below and to the right needs no number
// Quant    see tn_weights.h; weights are symmetric
// Limits   none: whatever the contents, acc wraps and is never undefined
// Scratch  none            In-place  no

#include "tn_conv2d_params.h"
#include "tn_dot.h"
#include "tn_kernels.h"
#include "tn_weights.h"
#include "tn_window.h"

// Where the taps of one output position lie. Without groups and dilation a row of taps is one run of numbers, in x as in w.
// Steps are unsigned, as they may be too large where there is nothing to step over.
typedef struct window {
    uint32_t rows;
    uint32_t runs;     // runs in each row
    int32_t length;    // numbers in each run
    int32_t x_first;   // index of the first run in x (of one sample)
    int32_t w_first;   // and in w (of one output channel)
    uint32_t x_row;    // from one row of taps to the next
    uint32_t x_run;    // from one run of a row to the next
    uint32_t w_row;
} window_t;

static window_t window_at(const tn_conv2d_args_t *a, int32_t position)
{
    const int32_t y = position / a->out_w * a->stride_h - a->pad_top;
    const int32_t x = position % a->out_w * a->stride_w - a->pad_left;
    const tn_taps_t rows = tn_taps(y, a->dilation_h, a->filter_h, a->in_h);
    const tn_taps_t columns = tn_taps(x, a->dilation_w, a->filter_w, a->in_w);
    const bool whole = a->dilation_w == 1 && a->groups == 1;
    return (window_t){
        .rows = (uint32_t)rows.count,
        .runs = whole ? 1 : (uint32_t)columns.count,
        .length = whole ? columns.count * a->filter_c : a->filter_c,
        .x_first = (rows.start * a->in_w + columns.start) * a->in_c,
        .w_first = (rows.first * a->filter_w + columns.first) * a->filter_c,
        .x_row = (uint32_t)a->dilation_h * (uint32_t)a->in_w * (uint32_t)a->in_c,
        .x_run = (uint32_t)a->dilation_w * (uint32_t)a->in_c,
        .w_row = (uint32_t)a->filter_w * (uint32_t)a->filter_c,
    };
}

// Four output channels of one group at a time.
static void position_s8(const tn_conv2d_args_t *a, const window_t *at, const int8_t *x, int8_t *y)
{
    const int32_t per_group = a->out_c / a->groups;
    const int32_t filter = a->filter_h * a->filter_w * a->filter_c;
    const int32_t *bias = a->bias;
    for (int32_t o = 0, many; o < a->out_c; o += many) {
        const int32_t left = per_group - o % per_group;
        many = left < 4 ? left : 4;
        const int8_t *first = x + at->x_first + o / per_group * a->filter_c;
        tn_dot4_t dot = tn_dot4(a->w + o * filter + at->w_first, filter, many);
        for (uint32_t row = 0; row < at->rows; row++) {
            for (uint32_t run = 0; run < at->runs; run++) {
                const uint32_t tap = row * at->w_row + run * (uint32_t)a->filter_c;
                tn_dot4_add(&dot, tap, first + row * at->x_row + run * at->x_run, a->x_zero, at->length);
            }
        }
        for (int32_t i = 0; i < many; i++) {
            const int32_t channel = (o + i) & a->channel_mask;
            const int32_t acc = tn_add32(dot.acc[i], bias ? bias[o + i] : 0);
            const int32_t scaled = tn_requantize(acc, a->mult[channel], a->shift[channel]);
            *y++ = (int8_t)tn_clamp(tn_add32(scaled, a->y_zero), a->lo, a->hi);
        }
    }
}

void tn_conv2d_s8_ref(const tn_conv2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++, y += a->out_c) {
            const window_t at = window_at(a, position);
            position_s8(a, &at, x, y);
        }
    }
}

#if TN_INT16
static inline int64_t dot_s16(int64_t acc, const int16_t *x, int32_t x_zero, const int8_t *w, int32_t length)
{
    for (; length > 0; length--) {
        acc += (*x++ - x_zero) * *w++;
    }
    return acc;
}

void tn_conv2d_s16_ref(const tn_conv2d_args_t *a)
{
    const int32_t per_group = a->out_c / a->groups;
    const uint32_t depth = (uint32_t)a->filter_c;
    const int32_t filter = a->filter_h * a->filter_w * a->filter_c;
    const int16_t *x = a->x;
    int16_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const window_t at = window_at(a, position);
            const int8_t *w = a->w;
            for (int32_t o = 0; o < a->out_c; o++, w += filter) {
                const int16_t *group = x + at.x_first + o / per_group * a->filter_c;
                int64_t acc = 0;
                for (uint32_t row = 0; row < at.rows; row++) {
                    const int16_t *cells = group + row * at.x_row;
                    const int8_t *taps = w + at.w_first + row * at.w_row;
                    for (uint32_t run = 0; run < at.runs; run++) {
                        acc = dot_s16(acc, cells + run * at.x_run, a->x_zero, taps + run * depth, at.length);
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
static inline float dot_f32(float acc, const float *x, const float *w, int32_t length)
{
    for (; length > 0; length--) {
        acc += *x++ * *w++;
    }
    return acc;
}

static void eval_f32(const tn_conv2d_args_t *a, const float *weights, float lo, float hi)
{
    const int32_t per_group = a->out_c / a->groups;
    const uint32_t depth = (uint32_t)a->filter_c;
    const int32_t filter = a->filter_h * a->filter_w * a->filter_c;
    const float *bias = a->bias;
    const float *x = a->x;
    float *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const window_t at = window_at(a, position);
            const float *w = weights;
            for (int32_t o = 0; o < a->out_c; o++, w += filter) {
                const float *group = x + at.x_first + o / per_group * a->filter_c;
                float acc = 0.0f;
                for (uint32_t row = 0; row < at.rows; row++) {
                    const float *cells = group + row * at.x_row;
                    const float *taps = w + at.w_first + row * at.w_row;
                    for (uint32_t run = 0; run < at.runs; run++) {
                        acc = dot_f32(acc, cells + run * at.x_run, taps + run * depth, at.length);
                    }
                }
                acc += bias ? bias[o] : 0.0f;
                *y++ = acc < lo ? lo : acc > hi ? hi : acc;
            }
        }
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_conv2d_params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 5, 1) && tn_has(ctx, 0) && tn_has(ctx, 1));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t w = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(x.rank == 4 && w.rank == 4 && y.rank == 4 && x.dims[0] == y.dims[0] && w.dims[0] == y.dims[3]);
    TN_CHECK(p->groups >= 1 && w.dims[0] % p->groups == 0 && tn_mul_dims(w.dims[3], p->groups) == x.dims[3]);
    TN_CHECK(tn_window_fits(x.dims[1], y.dims[1], w.dims[1], p->stride_h, p->dilation_h, p->pad_top));
    TN_CHECK(tn_window_fits(x.dims[2], y.dims[2], w.dims[2], p->stride_w, p->dilation_w, p->pad_left));
    return tn_weights_check(ctx, w.dims[0], (tn_weights_quant_t){p->x_zero, 0, p->y_zero, p->lo, p->hi});
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_conv2d_params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t w = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    tn_conv2d_args_t args = {
        .x = x.data, .bias = tn_optional(ctx, 2), .y = y.data,
        .batches = x.dims[0], .in_h = x.dims[1], .in_w = x.dims[2], .in_c = x.dims[3],
        .filter_h = w.dims[1], .filter_w = w.dims[2], .filter_c = w.dims[3],
        .out_h = y.dims[1], .out_w = y.dims[2], .out_c = y.dims[3],
        .stride_h = p->stride_h, .stride_w = p->stride_w, .dilation_h = p->dilation_h, .dilation_w = p->dilation_w,
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
        TN_KERNEL_CONV2D_S16(&args);
        return;
    }
#endif
    TN_KERNEL_CONV2D_S8(&args);
}

const tn_op_t tn_conv2d_op = {prepare, eval};
