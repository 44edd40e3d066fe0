// DEPTHWISE_CONV_2D along one axis, without padding, with a stride and a dilation of 1, at most 13 taps and one output channel for each input
// channel: four outputs at a time, a channel after the other.
//
// Words hold four consecutive numbers of a channel; four of them hold the windows of four outputs, which differ by a byte each. See
// tn_mve_depthwise3x3.c, whose loop this is.
//
// Inputs   x, packed constant (uint8, see docs/targets/cortex-m-mve.md)      Output y
// Scratch  the words of a tile of channels      In-place  no

#include "ops/tn_depthwise_conv2d_params.h"
#include "tn_mve_weave.h"

#define MAX_TAPS 13

typedef struct layer {
    int32_t batches;
    int32_t inputs;         // along the axis
    int32_t outputs;
    int32_t channels;
    int32_t tile;           // channels of a tile
    int32_t taps;
} layer_t;

static layer_t layer_of(const tn_mve_io_t *io)
{
    const int32_t *x = io->x.dims;
    const int32_t *y = io->y.dims;
    return (layer_t){x[0], x[1] * x[2], y[1] * y[2], x[3], tn_mve_header(io)[0], tn_mve_header(io)[1]};
}

static void lay_out(const layer_t *l, const int8_t *x, int8_t *words, const int8_t *zero)
{
    const int32_t whole = l->inputs / 4;
    const int32_t left = l->inputs % 4;
    const int32_t step = l->channels * 4;
    const int8_t *rows[4] = {x, x + l->channels, x + 2 * l->channels, x + 3 * l->channels};
    int32_t steps[4] = {step, step, step, step};
    tn_mve_weave(words, rows, steps, l->tile, whole);
    if (left > 0) {
        for (int32_t i = 0; i < 4; i++) {
            rows[i] = i < left ? rows[i] + whole * step : zero;
        }
        tn_mve_weave(words + whole * l->tile * 4, rows, steps, l->tile, 1);
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    const tn_mve_io_t io = tn_mve_io(ctx);
    const layer_t l = layer_of(&io);
    const int8_t *x = io.x.data;
    int8_t *y = io.y.data;
    int8_t zero[TN_MVE_TILE];
    tn_mve_fill(zero, 0, TN_MVE_TILE);
    tn_mve_tile_t t = {
        .words = tn_scratch(ctx), .quads = l.outputs / 4, .tail = l.outputs % 4, .step = l.tile * 4, .y_step = l.channels * 4, .y_row = l.channels * 2,
        .y_column = l.channels, .column = l.tile * 4,
    };
    for (int32_t n = 0; n < l.batches; n++, x += l.inputs * l.channels, y += l.outputs * l.channels) {
        t.w = tn_mve_body(&io);
        for (int32_t c = 0; c < l.channels; c += l.tile, t.w = t.w_end) {
            // The last tile begins early enough to be whole.
            const int32_t first = c + l.tile <= l.channels ? c : l.channels - l.tile;
            lay_out(&l, x + first, tn_scratch(ctx), zero);
            t.y = y + first;
            t.w_end = t.w + l.tile * TN_MVE_WOVEN_BYTES;
            tn_mve_tile1d(&t);
        }
    }
    tn_mve_clamp(io.y.data, io.y.count, p->lo, p->hi);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    tn_mve_io_t io;
    TN_CHECK(tn_mve_need_io(ctx, &io, 4));
    const int32_t *x = io.x.dims;
    const int32_t *y = io.y.dims;
    TN_CHECK(x[0] == y[0] && x[3] == y[3] && ((x[1] == 1 && y[1] == 1) || (x[2] == 1 && y[2] == 1)));
    const layer_t l = layer_of(&io);
    TN_CHECK(l.taps >= 1 && l.taps <= MAX_TAPS && l.outputs >= 4 && (int64_t)l.outputs + l.taps - 1 <= l.inputs);
    TN_CHECK(l.tile >= 1 && l.tile <= TN_MVE_TILE && l.tile <= l.channels);
    TN_CHECK(tn_mve_is_packed(&io, tn_mve_tiles(l.channels, l.tile) * l.tile * TN_MVE_WOVEN_BYTES));
    // Words that quads read, and words that are written, the last one of them 64 bytes wide.
    const int64_t read = ((int64_t)(l.outputs - 1) / 4 + 4) * l.tile * 4;
    const int64_t written = ((int64_t)(l.inputs + 3) / 4 - 1) * l.tile * 4 + TN_MVE_TILE * 4;
    TN_CHECK(tn_mve_need_scratch(ctx, read > written ? read : written) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    return TN_OK;
}

const tn_op_t tn_mve_depthwise1d_op = {prepare, eval};
