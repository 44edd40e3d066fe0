// DEPTHWISE_CONV_2D, multiplier 1, a channel at a time over a plane (tn_dsp_plane.h): kernel 1 for 3x3 with stride 1 or 2, kernel 2 for others.
//
// Inputs   x, packed constant (uint8, see docs/targets/cortex-m-dsp.md)      Output y
// Scratch  the plane      In-place  yes: the output of a channel takes no byte that a later channel reads

#include "ops/tn_depthwise_conv2d_params.h"
#include "tn_dsp_op.h"
#include "tn_dsp_plane.h"

// Words of a channel before its weights: bias, mult, half, shift.
#define CHANNEL_WORDS 4

// The plane's axes as the image has them.
static void begin(const tn_depthwise_conv2d_params_t *p, const int32_t *filter, const tn_tensor_t *x, const tn_tensor_t *y, tn_dsp_plane_t *plane)
{
    const int32_t c = x->dims[3];
    plane->down = (tn_dsp_axis_t){
        .in = x->dims[1], .out = y->dims[1], .taps = filter[0], .stride = p->stride_h, .dilation = p->dilation_h, .pad = p->pad_top,
        .x_step = x->dims[2] * c, .y_step = y->dims[2] * c,
    };
    plane->along = (tn_dsp_axis_t){
        .in = x->dims[2], .out = y->dims[2], .taps = filter[1], .stride = p->stride_w, .dilation = p->dilation_w, .pad = p->pad_left,
        .x_step = c, .y_step = c,
    };
}

static void turn(tn_dsp_plane_t *p)
{
    const tn_dsp_axis_t along = p->along;
    p->along = p->down;
    p->down = along;
}

// Instructions for a plane, roughly. Outputs are made in pairs along, a column of pairs after the other.
static int32_t cost(int32_t along, int32_t down)
{
    return (along + 1) / 2 * (36 * down + 50);
}

static bool measure3x3(tn_dsp_plane_t *p)
{
    // The cheaper direction, as the compiler has packed for.
    if (cost(p->down.out, p->along.out) < cost(p->along.out, p->down.out)) {
        turn(p);
    }
    const int32_t stride = p->along.stride;
    if (p->down.stride != stride || (stride != 1 && stride != 2) || p->along.dilation != 1 || p->down.dilation != 1 || p->along.taps != 3
        || p->down.taps != 3) {
        return false;
    }
    const int32_t columns = stride * ((p->along.out + 1) / 2) + 1;
    p->length = 2 * columns;
    p->count = stride * (p->down.out - 1) + 3;
    p->words = columns * p->count;
    p->weight_words = 6;
    return true;
}

static bool measure_lines(tn_dsp_plane_t *p)
{
    if (p->along.taps == 1 || p->along.dilation != 1) {
        turn(p);
    }
    const tn_dsp_axis_t *a = &p->along;
    const tn_dsp_axis_t *d = &p->down;
    const int64_t words = ((int64_t)a->taps + 1) / 2;
    const int64_t length = (int64_t)(a->out - 1) * a->stride + 2 * words;
    const int64_t count = (int64_t)(d->out - 1) * d->stride + ((int64_t)d->taps - 1) * d->dilation + 1;
    if (a->dilation != 1 || length > (1 << 20) || count > (1 << 20)
        || (length + 1) * count > (1 << 24) || words * d->taps > (1 << 24)) {
        return false;
    }
    p->length = (int32_t)length + (int32_t)(length & 1);
    p->count = (int32_t)count;
    p->words = p->length / 2 * p->count;
    p->weight_words = (int32_t)words * d->taps;
    return true;
}

// Sets the sizes of the plane, with the axes exchanged where that is better; false where the kernel cannot do it. Axes fit already.
static bool measure(const tn_op_context_t *ctx, tn_dsp_plane_t *plane)
{
    return ctx->kernel == 1 ? measure3x3(plane) : measure_lines(plane);
}

static bool axis_fits(const tn_dsp_axis_t *a)
{
    return tn_window_fits(a->in, a->out, a->taps, a->stride, a->dilation, a->pad) && a->pad < (1 << 20) && a->out <= TN_DSP_MOST_OUT
        && a->taps < (1 << 20);
}

// What of an axis of `size` cells lies inside x.
static void place(tn_dsp_axis_t *a, int32_t size)
{
    a->inside = tn_taps(-a->pad, 1, size, a->in);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    tn_tensor_t x, y, packed;
    tn_dsp_plane_t plane;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_need_s8(ctx, &x, &y) && tn_need_packed(ctx, &packed) && x.rank == 4 && y.rank == 4);
    TN_CHECK(x.dims[0] == y.dims[0] && x.dims[3] == y.dims[3] && tn_zero_fits(TN_S8, p->x_zero) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    begin(p, packed.data, &x, &y, &plane);
    TN_CHECK(axis_fits(&plane.along) && axis_fits(&plane.down) && measure(ctx, &plane) && tn_need_words(ctx, (uint32_t)plane.words * 4));
    TN_CHECK(tn_packed_fits(&packed, tn_mul_dims(x.dims[3], plane.weight_words + CHANNEL_WORDS)));
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    tn_dsp_plane_t plane;
    begin(p, tn_packed_header(ctx), &x, &y, &plane);
    (void)measure(ctx, &plane);
    place(&plane.along, plane.length);
    place(&plane.down, plane.count);
    uint32_t *words = tn_scratch(ctx);
    const uint32_t zero = tn_pkhbt((uint32_t)p->x_zero, (uint32_t)p->x_zero);
    for (int32_t i = 0; i < plane.words; i++) {
        words[i] = zero;
    }
    const int8_t *from = tn_s8(&x) + plane.along.inside.start * plane.along.x_step + plane.down.inside.start * plane.down.x_step;
    int8_t *to = y.data;
    const int32_t channels = x.dims[3];
    const int32_t rest_x = x.count / x.dims[0] - channels;
    const int32_t rest_y = y.count / y.dims[0] - channels;
    for (int32_t n = x.dims[0]; n > 0; n--, from += rest_x, to += rest_y) {
        const uint32_t *w = tn_packed_words(ctx);
        for (int32_t c = channels; c > 0; c--, from++, to++, w += CHANNEL_WORDS + plane.weight_words) {
            (ctx->kernel == 1 ? tn_dsp_plane3x3_channel : tn_dsp_lines_channel)(&plane, words, from, w, to);
        }
    }
    tn_dsp_clamp((int8_t *)y.data, y.count, p->lo, p->hi);
}

const tn_op_t tn_dsp_depthwise_op = {prepare, eval};
