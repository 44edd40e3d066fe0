// DEPTHWISE_CONV_2D, kernel 1: int8, constant weights. Same bytes as ../../ops/tn_depthwise_conv2d.c.
//
// Inputs   x [N,H,W,C]   packed int32 [words]
// Scratch  one channel of x with its padding, so that no window reaches over a border
// In-place yes, where y has x's shape and the multiplier is 1: a channel is copied before it is written
//
// Packed: uint16 filter_h, filter_w; then for each output channel, in whole 32-bit words:
//
//   int32  bias         x_zero * sum of weights taken off
//   uint32 mult2        see rv32_requantize.h
//   uint8  shift, then int8 weights, row by row, and zeros

#include "rv32_depthwise.h"

#include "ops/tn_depthwise_conv2d_params.h"
#include "rv32_step.h"

typedef struct plane {
    int8_t *cells;
    int32_t rows;        // padding included
    int32_t columns;
    int8_t *inner;       // where the cells of x begin
    int32_t used_rows;   // of x
    int32_t used_columns;
    int32_t row_step;    // in x
    int32_t column_step;
} plane_t;

static void copy_channel(const plane_t *plane, const int8_t *x)
{
    const int32_t step = plane->column_step;
    int8_t *to = plane->inner;
    for (int32_t row = 0; row < plane->used_rows; row++, to += plane->columns, x += plane->row_step) {
        const int8_t *from = x;
        int8_t *at = to;
        int32_t left = plane->used_columns;
        for (; left >= 4; left -= 4, at += 4) {
            at[0] = *from;
            from += step;
            at[1] = *from;
            from += step;
            at[2] = *from;
            from += step;
            at[3] = *from;
            from += step;
        }
        for (; left > 0; left--, from += step) {
            *at++ = *from;
        }
    }
}

// How many cells of x lie along an axis of the plane.
static int32_t used(int32_t cells, int32_t in, int32_t pad)
{
    return cells <= pad ? 0 : cells - pad < in ? cells - pad : in;
}

static uint32_t channel_bytes(const uint16_t *filter)
{
    return ((uint32_t)filter[0] * filter[1] + 9 + 3) / 4 * 4;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    rv32_step_t s;
    TN_CHECK(rv32_step_open(ctx, &s));
    const uint16_t *filter = s.packed.data;
    TN_CHECK(rv32_window_fits(&s, ctx->params, filter[0], filter[1]));
    TN_CHECK(p->multiplier >= 1 && tn_mul_dims(s.x.dims[3], p->multiplier) == s.y.dims[3]);
    TN_CHECK(rv32_is_int8(p->x_zero) && rv32_is_int8(p->y_zero) && p->lo <= p->hi);
    const int64_t cells = (int64_t)rv32_reach(s.y.dims[1], filter[0], p->stride_h, p->dilation_h)
        * rv32_reach(s.y.dims[2], filter[1], p->stride_w, p->dilation_w);
    TN_CHECK(cells <= s.scratch_bytes);
    return (uint64_t)s.packed.count * 4 == 4 + (uint64_t)channel_bytes(filter) * (uint32_t)s.y.dims[3] ? TN_OK : TN_ERR_FORMAT;
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t packed = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const uint16_t *filter = packed.data;
    plane_t plane = {
        .cells = tn_scratch(ctx),
        .rows = rv32_reach(y.dims[1], filter[0], p->stride_h, p->dilation_h),
        .columns = rv32_reach(y.dims[2], filter[1], p->stride_w, p->dilation_w),
    };
    plane.used_rows = used(plane.rows, x.dims[1], p->pad_top);
    plane.used_columns = used(plane.columns, x.dims[2], p->pad_left);
    plane.row_step = x.dims[2] * x.dims[3];
    plane.column_step = x.dims[3];
    // Padding may be all there is.
    plane.inner = plane.cells + (plane.used_rows > 0 && plane.used_columns > 0 ? p->pad_top * plane.columns + p->pad_left : 0);
    rv32_depthwise_t s = {
        // A step that nothing takes may be anything in the blob.
        .plane = plane.cells, .pitch = plane.columns, .filter_h = filter[0], .filter_w = filter[1],
        .step_h = y.dims[1] > 1 ? p->stride_h * plane.columns : plane.columns, .step_w = y.dims[2] > 1 ? p->stride_w : 1,
        .tap_h = filter[0] > 1 ? p->dilation_h * plane.columns : plane.columns, .tap_w = filter[1] > 1 ? p->dilation_w : 1,
        .out_h = y.dims[1], .out_w = y.dims[2], .y_column = y.dims[3], .y_row = y.dims[2] * y.dims[3], .lo = p->lo, .hi = p->hi,
    };
    const bool is_3x3 = filter[0] == 3 && filter[1] == 3 && p->dilation_h == 1 && p->dilation_w == 1 && p->stride_h <= 2;
    void (*const sums)(const rv32_depthwise_t *) = !is_3x3 ? rv32_depthwise_any : p->lo >= p->y_zero ? rv32_depthwise_3x3_relu : rv32_depthwise_3x3;
    if (s.out_w == 1 && s.filter_w == 1) {
        // A column is a row.
        s.out_w = s.out_h;
        s.filter_w = s.filter_h;
        s.step_w = s.step_h;
        s.tap_w = s.tap_h;
        s.y_column = s.y_row;
        s.out_h = 1;
        s.filter_h = 1;
        if (plane.columns == 1 && plane.used_columns == 1) {
            plane.used_columns = plane.used_rows;
            plane.column_step = plane.row_step;
            plane.used_rows = 1;
        }
    }
    memset(plane.cells, p->x_zero, (size_t)(plane.rows * plane.columns));
    for (int32_t n = 0; n < x.dims[0]; n++) {
        const int8_t *from = tn_s8(&x) + n * x.dims[1] * x.dims[2] * x.dims[3];
        const uint8_t *at = (const uint8_t *)packed.data + 4;
        s.y = (int8_t *)y.data + n * y.dims[1] * y.dims[2] * y.dims[3];
        for (int32_t o = 0; o < y.dims[3]; o++, at += channel_bytes(filter), s.y++) {
            if (o % p->multiplier == 0) {
                copy_channel(&plane, from++);
            }
            s.channel = (const rv32_depthwise_channel_t *)(const void *)at;
            s.scaling = rv32_scaling(s.channel->mult2, s.channel->shift, p->y_zero);
            sums(&s);
        }
    }
}

const tn_op_t tn_rv32_depthwise_conv2d_op = {prepare, eval};
