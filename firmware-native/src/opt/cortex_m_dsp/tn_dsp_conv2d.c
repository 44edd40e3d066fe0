// CONV_2D and FULLY_CONNECTED of many rows, as products of three windows with pairs of output channels (tn_dsp_gemm.h).
//
// Kernel 1 folds everything into the product's own requantisation. Kernel 2 is for layers where that would not be exact: sums too large for
// its 24 bits, multipliers of 0.5 or more, clamps; it takes the raw sums, a part of the window at a time.
//
// Inputs   x, packed constant (uint8, see docs/targets/cortex-m-dsp.md)      Output y
// Scratch  24 bytes for each four numbers of a window      In-place  no

#include "ops/tn_conv2d_params.h"
#include "tn_dsp_op.h"
#include "tn_dsp_patch.h"
#include "tn_window.h"

// Quads of a part of the window in kernel 2: 128 * 128 * 500 < 2^23.
#define PART_QUADS 125

typedef struct fully_connected_params {
    int32_t x_zero;
    int32_t w_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} fully_connected_params_t;

// What an operator comes down to.
typedef struct layer {
    tn_dsp_patch_t patch;
    int32_t positions;  // of y, in all samples
    int32_t channels;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} layer_t;

static int32_t parts(const layer_t *l)
{
    return (l->patch.quads + PART_QUADS - 1) / PART_QUADS;
}

// Words of the packed constant of one pair of channels.
static int32_t pair_words(const layer_t *l, bool wide)
{
    return l->patch.quads * 2 + (wide ? parts(l) * 2 + 6 : 8);
}

static tn_status_t check(const tn_op_context_t *ctx, const layer_t *l, const tn_tensor_t *packed)
{
    const bool wide = ctx->kernel == 2;
    const int32_t pairs = (l->channels + 1) / 2;
    const int32_t step = pair_words(l, wide);
    TN_CHECK(l->channels >= 2 && tn_zero_fits(TN_S8, l->patch.x_zero) && tn_zero_fits(TN_S8, l->y_zero) && tn_clamp_fits(TN_S8, l->lo, l->hi));
    TN_CHECK(tn_packed_fits(packed, tn_mul_dims(pairs, step)) && tn_need_words(ctx, (uint32_t)l->patch.quads * TN_DSP_QUAD_BYTES));
    const int32_t *shifts = (const int32_t *)packed->data + TN_DSP_HEADER_BYTES / 4 + step - 2;
    for (int32_t pair = 0; wide && pair < pairs; pair++, shifts += step) {
        TN_CHECK(tn_shift_fits(shifts[0], 30) && tn_shift_fits(shifts[1], 30));
    }
    return TN_OK;
}

// Kernel 2: one pair of channels for the rows of the block.
static void wide_pair(const layer_t *l, const uint32_t *block, const uint32_t *w, int8_t *y, int32_t y_stride)
{
    int32_t sum[6] = {0};
    for (int32_t quads = l->patch.quads, some; quads > 0; quads -= some) {
        int32_t part[6];
        some = quads < PART_QUADS ? quads : PART_QUADS;
        const tn_dsp_gemm_t gemm = {.x = block, .w = w, .quads = some, .pairs = 1, .raw = part};
        tn_dsp_gemm(&gemm);
        for (int32_t i = 0; i < 3; i++) {
            sum[i] = tn_add32(sum[i], tn_sub32(part[i], part[i + 3]) >> 8);
            sum[i + 3] = tn_add32(sum[i + 3], part[i + 3]);
        }
        block += some * 6;
        w += some * 2 + 2;
    }
    for (int32_t i = 0; i < 6; i++) {
        const int32_t channel = i / 3;
        const int32_t scaled = tn_requantize(tn_add32(sum[i], (int32_t)w[channel]), (int32_t)w[2 + channel], (int32_t)w[4 + channel]);
        y[i % 3 * y_stride + channel] = (int8_t)tn_clamp(tn_add32(scaled, l->y_zero), l->lo, l->hi);
    }
}

// All channels of one block. An odd number of channels ends with a pair that computes the last but one again.
static void block(const layer_t *l, bool wide, const uint32_t *x, const uint32_t *w, int8_t *y, int32_t y_stride)
{
    const int32_t even = l->channels / 2;
    const int32_t step = pair_words(l, wide);
    if (wide) {
        for (int32_t pair = 0; pair < (l->channels + 1) / 2; pair++, w += step) {
            wide_pair(l, x, w, y + (pair < even ? 2 * pair : l->channels - 2), y_stride);
        }
        return;
    }
    tn_dsp_gemm_t gemm = {.x = x, .w = w, .y = y, .y_stride = y_stride, .quads = l->patch.quads, .pairs = even};
    tn_dsp_gemm(&gemm);
    if (l->channels % 2 != 0) {
        gemm.w = w + even * step;
        gemm.y = y + l->channels - 2;
        gemm.pairs = 1;
        tn_dsp_gemm(&gemm);
    }
}

static void run(const tn_op_context_t *ctx, const layer_t *l)
{
    const bool wide = ctx->kernel == 2;
    const uint32_t *w = tn_packed_words(ctx);
    uint32_t *x = tn_scratch(ctx);
    int8_t *y = tn_out(ctx, 0).data;
    // The last block begins early enough to be whole. With fewer than three positions, all its rows are the same one.
    const bool few = l->positions < TN_DSP_ROWS;
    tn_dsp_window_t window = tn_dsp_patch_seek(&l->patch, 0);
    while (window.position < l->positions) {
        if (!few && window.position + TN_DSP_ROWS > l->positions) {
            window = tn_dsp_patch_seek(&l->patch, l->positions - TN_DSP_ROWS);
        }
        int8_t *to = y + window.position * l->channels;
        tn_dsp_patch_fill(&l->patch, &window, few, x);
        block(l, wide, x, w, to, few ? 0 : l->channels);
    }
    if (!wide) {
        tn_dsp_clamp(y, l->positions * l->channels, l->lo, l->hi);
    }
}

/// CONV_2D ///

static layer_t conv_layer(const tn_conv2d_params_t *p, const tn_tensor_t *x, const tn_tensor_t *y, const int32_t *filter)
{
    return (layer_t){
        .patch = {
            .x = tn_s8(x), .in_h = x->dims[1], .in_w = x->dims[2], .in_c = x->dims[3], .out_h = y->dims[1], .out_w = y->dims[2],
            .filter_h = filter[0], .filter_w = filter[1], .stride_h = p->stride_h, .stride_w = p->stride_w,
            .dilation_h = p->dilation_h, .dilation_w = p->dilation_w, .pad_top = p->pad_top, .pad_left = p->pad_left, .x_zero = p->x_zero,
        },
        .positions = y->dims[0] * y->dims[1] * y->dims[2], .channels = y->dims[3], .y_zero = p->y_zero, .lo = p->lo, .hi = p->hi,
    };
}

static bool axis_fits(int32_t in, int32_t out, int32_t taps, int32_t stride, int32_t dilation, int32_t pad)
{
    return tn_window_fits(in, out, taps, stride, dilation, pad)
        && (int64_t)(out - 1) * stride + (int64_t)(taps - 1) * dilation <= INT32_MAX;
}

static tn_status_t conv_prepare(tn_op_context_t *ctx)
{
    tn_tensor_t x, y, packed;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_need_s8(ctx, &x, &y) && tn_need_packed(ctx, &packed) && x.rank == 4 && y.rank == 4);
    layer_t l = conv_layer(ctx->params, &x, &y, packed.data);
    tn_dsp_patch_t *p = &l.patch;
    TN_CHECK(x.dims[0] == y.dims[0] && axis_fits(p->in_h, p->out_h, p->filter_h, p->stride_h, p->dilation_h, p->pad_top)
        && axis_fits(p->in_w, p->out_w, p->filter_w, p->stride_w, p->dilation_w, p->pad_left) && tn_dsp_patch_plan(p));
    return check(ctx, &l, &packed);
}

static void conv_eval(const tn_op_context_t *ctx)
{
    const tn_tensor_t x = tn_in(ctx, 0), y = tn_out(ctx, 0);
    layer_t l = conv_layer(ctx->params, &x, &y, tn_packed_header(ctx));
    (void)tn_dsp_patch_plan(&l.patch);
    run(ctx, &l);
}

const tn_op_t tn_dsp_conv2d_op = {conv_prepare, conv_eval};

/// FULLY_CONNECTED ///

// Rows are the columns of an image of one line.
static layer_t rows_layer(const fully_connected_params_t *p, const tn_tensor_t *x, const tn_tensor_t *y, int32_t depth)
{
    const int32_t rows = x->count / depth;
    return (layer_t){
        .patch = {
            .x = tn_s8(x), .in_h = 1, .in_w = rows, .in_c = depth, .out_h = 1, .out_w = rows, .filter_h = 1, .filter_w = 1,
            .stride_h = 1, .stride_w = 1, .dilation_h = 1, .dilation_w = 1, .x_zero = p->x_zero,
        },
        .positions = rows, .channels = y->count / rows, .y_zero = p->y_zero, .lo = p->lo, .hi = p->hi,
    };
}

static tn_status_t rows_prepare(tn_op_context_t *ctx)
{
    tn_tensor_t x, y, packed;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_need_s8(ctx, &x, &y) && tn_need_packed(ctx, &packed));
    const int32_t depth = *(const int32_t *)packed.data;
    TN_CHECK(depth >= 1 && x.count % depth == 0 && y.count % (x.count / depth) == 0);
    layer_t l = rows_layer(ctx->params, &x, &y, depth);
    TN_CHECK(tn_dsp_patch_plan(&l.patch));
    return check(ctx, &l, &packed);
}

static void rows_eval(const tn_op_context_t *ctx)
{
    const tn_tensor_t x = tn_in(ctx, 0), y = tn_out(ctx, 0);
    layer_t l = rows_layer(ctx->params, &x, &y, tn_packed_header(ctx)[0]);
    (void)tn_dsp_patch_plan(&l.patch);
    run(ctx, &l);
}

const tn_op_t tn_dsp_rows_op = {rows_prepare, rows_eval};
