// DEPTHWISE_CONV_2D 3x3 with strides and dilations of 1 and one output channel for each input channel: two rows times two columns of outputs
// at a time, a channel after the other.
//
// Four rows of x are woven into words: byte r of a word is row r of a column. Four words, gathered for one channel from four columns, hold all
// cells of four windows, and four vectors of weights, which are the same ones moved by a byte for a row and by a word for a column, give
// their sums with one instruction each.
//
// Inputs   x, packed constant (uint8, see docs/targets/cortex-m-mve.md)      Output y
// Scratch  the words of a tile of channels: 4 bytes for each of its channels and columns, and what the last store reaches over
// In-place no

#include "ops/tn_depthwise_conv2d_params.h"
#include "tn_mve_weave.h"
#include "tn_window.h"

typedef struct layer {
    const tn_depthwise_conv2d_params_t *p;
    int32_t batches;
    int32_t in_h;
    int32_t in_w;
    int32_t channels;
    int32_t out_h;
    int32_t out_w;
    int32_t tile;           // channels of a tile
} layer_t;

static layer_t layer_of(const tn_depthwise_conv2d_params_t *p, const tn_mve_io_t *io)
{
    const int32_t *x = io->x.dims;
    return (layer_t){
        .p = p, .batches = x[0], .in_h = x[1], .in_w = x[2], .channels = x[3],
        .out_h = io->y.dims[1], .out_w = io->y.dims[2], .tile = tn_mve_header(io)[0],
    };
}

// The words of a tile whose first channel is at x, for the outputs of rows `row` and `row` + 1.
static void lay_out(const layer_t *l, const int8_t *x, int32_t row, int8_t *words, const int8_t *zero)
{
    const int32_t width = l->tile * 4;
    const tn_taps_t columns = tn_taps(-l->p->pad_left, 1, l->out_w + 2, l->in_w);
    const int8_t *rows[4];
    int32_t steps[4];
    for (int32_t i = 0; i < 4; i++) {
        const int32_t at = row - l->p->pad_top + i;
        const bool inside = at >= 0 && at < l->in_h;
        rows[i] = inside ? x + (at * l->in_w + columns.start) * l->channels : zero;
        steps[i] = inside ? l->channels : 0;
    }
    if (columns.first > 0) {
        tn_mve_fill(words, l->p->x_zero, columns.first * width);
    }
    tn_mve_weave(words + columns.first * width, rows, steps, l->tile, columns.count);
    const int32_t end = columns.first + columns.count;
    if (end < l->out_w + 2) {
        tn_mve_fill(words + end * width, l->p->x_zero, (l->out_w + 2 - end) * width);
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_mve_io_t io = tn_mve_io(ctx);
    const layer_t l = layer_of(ctx->params, &io);
    const int8_t *x = io.x.data;
    int8_t *y = io.y.data;
    int8_t *words = tn_scratch(ctx);
    int8_t zero[TN_MVE_TILE];
    tn_mve_fill(zero, l.p->x_zero, TN_MVE_TILE);
    const int32_t y_row = l.out_w * l.channels;
    // An odd last column is done together with the one before.
    tn_mve_tile_t t = {
        .words = words, .quads = l.out_w / 2, .tail = l.out_w % 2 * 4, .step = l.tile * 8, .y_step = l.channels * 2, .y_row = y_row,
        .y_column = l.channels, .column = l.tile * 4, .back = l.tile * 4, .y_back = l.channels,
    };
    for (int32_t n = 0; n < l.batches; n++, x += l.in_h * l.in_w * l.channels, y += l.out_h * y_row) {
        for (int32_t pair = 0; pair < l.out_h; pair += 2) {
            // The last pair of rows, and the last tile, begin early enough to be whole.
            const int32_t row = pair + 2 <= l.out_h ? pair : l.out_h - 2;
            t.w = tn_mve_body(&io);
            for (int32_t c = 0; c < l.channels; c += l.tile, t.w = t.w_end) {
                const int32_t first = c + l.tile <= l.channels ? c : l.channels - l.tile;
                lay_out(&l, x + first, row, words, zero);
                t.y = y + row * y_row + first;
                t.w_end = t.w + l.tile * TN_MVE_WOVEN_BYTES;
                tn_mve_tile3x3(&t);
            }
        }
    }
    tn_mve_clamp(io.y.data, io.y.count, l.p->lo, l.p->hi);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    tn_mve_io_t io;
    TN_CHECK(tn_mve_need_io(ctx, &io, 4));
    const layer_t l = layer_of(p, &io);
    TN_CHECK(l.batches == io.y.dims[0] && l.channels == io.y.dims[3] && l.out_h >= 2 && l.out_w >= 2);
    TN_CHECK(p->stride_h == 1 && p->stride_w == 1 && p->dilation_h == 1 && p->dilation_w == 1
        && tn_window_fits(l.in_h, l.out_h, 4, 1, 1, p->pad_top) && tn_window_fits(l.in_w, l.out_w, 4, 1, 1, p->pad_left));
    TN_CHECK(l.tile >= 1 && l.tile <= TN_MVE_TILE && l.tile <= l.channels);
    TN_CHECK(tn_mve_is_packed(&io, tn_mve_tiles(l.channels, l.tile) * l.tile * TN_MVE_WOVEN_BYTES));
    TN_CHECK(tn_mve_need_scratch(ctx, ((int64_t)l.out_w + 1) * l.tile * 4 + TN_MVE_TILE * 4));
    TN_CHECK(tn_zero_fits(TN_S8, p->x_zero) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    return TN_OK;
}

const tn_op_t tn_mve_depthwise3x3_op = {prepare, eval};
