// CONV_2D, kernel 1: int8 without groups, constant weights. Same bytes as ../../ops/tn_conv2d.c.
//
// Inputs   x [N,H,W,C]   packed int32 [words]
// Scratch  two streams of words for rv32_gemm, which hold what four pixels see; then, where `padded`, one sample of x with its padding
//
// Packed, in 32-bit words: uint16 filter_h, filter_w; uint16 shared, padded; then the channels as rv32_gemm.h has them, with one place for
// each word of a stream:
//
//   shared = 0  A stream is one row: tap by tap, within a tap channel by channel, filled up with weights of 0 to whole runs.
//   shared = 1  The four pixels lie side by side in one row of y (stride_w = dilation_w = 1, filter_w * C makes whole runs). Pixels 1 and 3
//               see what 0 and 2 see, one column on: the second stream is the first one C words later. A row of taps is one row.
//
// In-place yes: a pixel of x is read before its bytes are written, where y has x's shape, the filter is 1x1 and strides are 1.

#include "rv32_gemm.h"

#include "ops/tn_conv2d_params.h"
#include "rv32_step.h"

typedef struct conv {
    const tn_conv2d_params_t *p;
    const int8_t *x;         // one sample
    int32_t in_h;
    int32_t in_w;
    int32_t in_c;
    int32_t filter_h;
    int32_t filter_w;
    int8_t zero;             // a cell of the padding
} conv_t;

typedef struct header {
    uint16_t filter_h;
    uint16_t filter_w;
    uint16_t shared;
    uint16_t padded;
} header_t;

// The cell of a tap, or the padding.
typedef struct cell {
    const int8_t *at;
    uint32_t step;
} cell_t;

static inline cell_t cell(const conv_t *c, int32_t y, int32_t x)
{
    const bool inside = y >= 0 && y < c->in_h && x >= 0 && x < c->in_w;
    return inside ? (cell_t){c->x + (y * c->in_w + x) * c->in_c, 1} : (cell_t){&c->zero, 0};
}

static inline bool columns_inside(const conv_t *c, int32_t x, int32_t columns)
{
    return x >= 0 && x <= c->in_w - columns;
}

// Coordinates of a pixel's first tap.
typedef struct origin {
    int32_t y;
    int32_t x;
} origin_t;

static uint32_t *fill_row(const conv_t *c, uint32_t *to, int32_t row, origin_t low, origin_t high)
{
    const uint32_t depth = (uint32_t)c->in_c;
    const int32_t y = row * c->p->dilation_h;
    if (c->p->dilation_w == 1 && columns_inside(c, low.x, c->filter_w) && columns_inside(c, high.x, c->filter_w)) {
        const cell_t a = cell(c, low.y + y, low.x);
        const cell_t b = cell(c, high.y + y, high.x);
        const uint32_t words = (uint32_t)c->filter_w * depth;
        rv32_interleave(to, a.at, a.step, b.at, b.step, words);
        return to + words;
    }
    for (int32_t column = 0; column < c->filter_w; column++, to += depth) {
        const int32_t x = column * c->p->dilation_w;
        const cell_t a = cell(c, low.y + y, low.x + x);
        const cell_t b = cell(c, high.y + y, high.x + x);
        rv32_interleave(to, a.at, a.step, b.at, b.step, depth);
    }
    return to;
}

// The four pixels of a block; the last one stands in for those that do not exist.
static origin_t advance(const conv_t *c, origin_t at[RV32_PIXELS], origin_t next, int32_t out_w, int32_t left)
{
    const int32_t row_end = out_w * c->p->stride_w - c->p->pad_left;
    for (int32_t i = 0; i < RV32_PIXELS; i++) {
        at[i] = next;
        if (i + 1 < left) {
            next.x += c->p->stride_w;
            if (next.x == row_end) {
                next.x = -c->p->pad_left;
                next.y += c->p->stride_h;
            }
        }
    }
    return next;
}

static bool all_inside(const conv_t *c, const origin_t at[RV32_PIXELS])
{
    const int32_t last_y = c->in_h - (c->filter_h - 1) * c->p->dilation_h;
    const int32_t last_x = c->in_w - c->filter_w;
    // Rows ascend.
    bool inside = c->p->dilation_w == 1 && at[0].y >= 0 && at[3].y < last_y;
    for (int32_t i = 0; i < RV32_PIXELS; i++) {
        inside = inside && at[i].x >= 0 && at[i].x <= last_x;
    }
    return inside;
}

static void fill_apart(const conv_t *c, uint32_t *a, uint32_t *b, const origin_t at[RV32_PIXELS])
{
    if (all_inside(c, at)) {
        const uint32_t words = (uint32_t)(c->filter_w * c->in_c);
        const int8_t *p[RV32_PIXELS];
        for (int32_t i = 0; i < RV32_PIXELS; i++) {
            p[i] = c->x + (at[i].y * c->in_w + at[i].x) * c->in_c;
        }
        for (int32_t row = c->filter_h; row > 0; row--, a += words, b += words) {
            rv32_interleave_4(a, b, p, words);
            for (int32_t i = 0; i < RV32_PIXELS && row > 1; i++) {
                p[i] += c->p->dilation_h * c->in_w * c->in_c;
            }
        }
        return;
    }
    for (int32_t row = 0; row < c->filter_h; row++) {
        a = fill_row(c, a, row, at[0], at[2]);
        b = fill_row(c, b, row, at[1], at[3]);
    }
}

// What fills the streams up to whole runs: weights there are 0.
static void clear_rest(const conv_t *c, const rv32_gemm_t *g, uint32_t *scratch)
{
    for (uint32_t i = (uint32_t)(c->filter_h * c->filter_w * c->in_c); i < g->length; i++) {
        scratch[i] = 0;
        scratch[g->length + i] = 0;
    }
}

static void run_apart(const conv_t *c, const rv32_gemm_t *g, uint32_t *scratch, int8_t *y, int32_t out_h, int32_t out_w)
{
    uint32_t *const a = scratch;
    uint32_t *const b = scratch + g->length;
    clear_rest(c, g, scratch);
    origin_t next = {-c->p->pad_top, -c->p->pad_left};
    const int32_t pixels = out_h * out_w;
    for (int32_t pixel = 0; pixel < pixels; pixel += RV32_PIXELS) {
        const int32_t left = pixels - pixel;
        origin_t at[RV32_PIXELS];
        next = advance(c, at, next, out_w, left);
        fill_apart(c, a, b, at);
        rv32_gemm(g, a, b, y + pixel * g->channels, left < RV32_PIXELS ? left : RV32_PIXELS);
    }
}

// A filter of one cell, without strides and padding: pixels of y see pixels of x.
static void run_points(const conv_t *c, const rv32_gemm_t *g, uint32_t *scratch, int8_t *y, int32_t out_h, int32_t out_w)
{
    const int32_t depth = c->in_c;
    uint32_t *const a = scratch;
    uint32_t *const b = scratch + g->length;
    clear_rest(c, g, scratch);
    const int32_t pixels = out_h * out_w;
    for (int32_t pixel = 0; pixel < pixels; pixel += RV32_PIXELS) {
        const int32_t left = pixels - pixel;
        const int8_t *first = c->x + pixel * depth;
        const int8_t *const second = left > 1 ? first + depth : first;
        const int8_t *const third = left > 2 ? second + depth : second;
        const int8_t *const p[RV32_PIXELS] = {first, second, third, left > 3 ? third + depth : third};
        rv32_interleave_4(a, b, p, (uint32_t)depth);
        rv32_gemm(g, a, b, y + pixel * g->channels, left < RV32_PIXELS ? left : RV32_PIXELS);
    }
}

static void fill_shared(const conv_t *c, uint32_t *to, origin_t at)
{
    const uint32_t depth = (uint32_t)c->in_c;
    for (int32_t row = 0; row < c->filter_h; row++, at.y += c->p->dilation_h) {
        if (at.y >= 0 && at.y < c->in_h && columns_inside(c, at.x, c->filter_w + 3)) {
            const int8_t *from = cell(c, at.y, at.x).at;
            const uint32_t words = ((uint32_t)c->filter_w + 1) * depth;
            rv32_interleave(to, from, 1, from + 2 * depth, 1, words);
            to += words;
            continue;
        }
        for (int32_t column = 0; column <= c->filter_w; column++, to += depth) {
            const cell_t a = cell(c, at.y, at.x + column);
            const cell_t b = cell(c, at.y, at.x + column + 2);
            rv32_interleave(to, a.at, a.step, b.at, b.step, depth);
        }
    }
}

static void run_shared(const conv_t *c, const rv32_gemm_t *g, uint32_t *scratch, int8_t *y, int32_t out_h, int32_t out_w)
{
    for (int32_t row = 0; row < out_h; row++) {
        for (int32_t column = 0; column < out_w; column += RV32_PIXELS) {
            const int32_t left = out_w - column;
            fill_shared(c, scratch, (origin_t){row * c->p->stride_h - c->p->pad_top, column - c->p->pad_left});
            rv32_gemm(g, scratch, scratch + c->in_c, y + column * g->channels, left < RV32_PIXELS ? left : RV32_PIXELS);
        }
        y += out_w * g->channels;
    }
}

static rv32_gemm_t plan(const tn_tensor_t *x, const tn_tensor_t *packed, const tn_tensor_t *y, const tn_conv2d_params_t *p)
{
    const header_t *h = packed->data;
    const uint32_t row = h->filter_w * (uint32_t)x->dims[3];
    rv32_gemm_t g = {
        .packed = tn_s32(packed) + 2, .channels = y->dims[3], .rows = h->filter_h, .length = row, .pitch = row + (uint32_t)x->dims[3],
        .zero = p->y_zero, .lo = p->lo, .hi = p->hi,
    };
    if (!h->shared) {
        g.rows = 1;
        g.length = (h->filter_h * row + RV32_RUN - 1) / RV32_RUN * RV32_RUN;
        g.pitch = g.length;
    }
    return g;
}

static uint32_t stream_words(const header_t *h, const rv32_gemm_t *g)
{
    return h->shared ? g->rows * g->pitch : 2 * g->length;
}

// One sample with its padding; `c` then has no padding any more.
static void pad(conv_t *c, tn_conv2d_params_t *unpadded, int8_t *to, int32_t out_h, int32_t out_w)
{
    const tn_conv2d_params_t *p = c->p;
    const int32_t rows = rv32_reach(out_h, c->filter_h, p->stride_h, p->dilation_h);
    const int32_t columns = rv32_reach(out_w, c->filter_w, p->stride_w, p->dilation_w);
    memset(to, c->zero, (size_t)(rows * columns * c->in_c));
    const int32_t used = columns - p->pad_left < c->in_w ? columns - p->pad_left : c->in_w;
    for (int32_t row = 0; row < c->in_h && row < rows - p->pad_top && used > 0; row++) {
        memcpy(to + ((row + p->pad_top) * columns + p->pad_left) * c->in_c, c->x + row * c->in_w * c->in_c, (size_t)(used * c->in_c));
    }
    *unpadded = *p;
    unpadded->pad_top = 0;
    unpadded->pad_left = 0;
    c->p = unpadded;
    c->x = to;
    c->in_h = rows;
    c->in_w = columns;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_conv2d_params_t *p = ctx->params;
    rv32_step_t s;
    TN_CHECK(rv32_step_open(ctx, &s) && s.packed.count >= 2);
    const header_t *h = s.packed.data;
    TN_CHECK(rv32_window_fits(&s, ctx->params, h->filter_h, h->filter_w) && p->groups == 1);
    TN_CHECK(rv32_is_int8(p->x_zero) && rv32_is_int8(p->y_zero) && p->lo <= p->hi);
    // The scratch bounds everything that is computed from these.
    const int32_t depth = s.x.dims[3];
    TN_CHECK(depth <= RV32_MOST_CELLS);
    const rv32_gemm_t g = plan(&s.x, &s.packed, &s.y, p);
    TN_CHECK(!h->shared || (p->stride_w == 1 && p->dilation_w == 1 && g.length % RV32_RUN == 0));
    TN_CHECK(s.scratch_bytes / 4 >= stream_words(h, &g));
    if (h->padded) {
        const int64_t copy = (int64_t)rv32_reach(s.y.dims[1], h->filter_h, p->stride_h, p->dilation_h)
            * rv32_reach(s.y.dims[2], h->filter_w, p->stride_w, p->dilation_w) * depth;
        TN_CHECK(copy <= s.scratch_bytes - stream_words(h, &g) * 4);
    }
    return rv32_gemm_fits(&g, (uint32_t)s.packed.count - 2) ? TN_OK : TN_ERR_FORMAT;
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_conv2d_params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t packed = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const header_t *h = packed.data;
    const rv32_gemm_t g = plan(&x, &packed, &y, p);
    const bool is_point = h->filter_h == 1 && h->filter_w == 1 && p->stride_h == 1 && p->stride_w == 1 && p->pad_top == 0 && p->pad_left == 0
        && y.dims[1] == x.dims[1] && y.dims[2] == x.dims[2];
    const int8_t *from = tn_s8(&x);
    int8_t *to = y.data;
    for (int32_t n = 0; n < x.dims[0]; n++, from += x.dims[1] * x.dims[2] * x.dims[3], to += y.dims[1] * y.dims[2] * y.dims[3]) {
        conv_t c = {
            .p = p, .x = from, .in_h = x.dims[1], .in_w = x.dims[2], .in_c = x.dims[3], .filter_h = h->filter_h, .filter_w = h->filter_w,
            .zero = (int8_t)p->x_zero,
        };
        tn_conv2d_params_t unpadded;
        if (h->padded) {
            pad(&c, &unpadded, (int8_t *)tn_scratch(ctx) + stream_words(h, &g) * 4, y.dims[1], y.dims[2]);
        }
        (h->shared ? run_shared : is_point ? run_points : run_apart)(&c, &g, tn_scratch(ctx), to, y.dims[1], y.dims[2]);
    }
}

const tn_op_t tn_rv32_conv2d_op = {prepare, eval};
