// CONV_2D as products of four windows with groups of four output channels (tn_mve_gemm.c). Windows of one cell are read where they lie; others
// are laid out one behind the other in scratch, with the zero point of x for cells outside.
//
// Inputs   x, packed constant (uint8, see docs/targets/cortex-m-mve.md)      Output y
// Scratch  four windows of whole steps, unless all are read where they lie      In-place  no

#include "ops/tn_conv2d_params.h"
#include "tn_mve_op.h"
#include "tn_window.h"

#define WINDOWS 4

typedef struct layer {
    const tn_conv2d_params_t *p;
    const int8_t *x;
    int32_t count;          // of x
    int32_t in_h;
    int32_t in_w;
    int32_t in_c;
    int32_t out_h;
    int32_t out_w;
    int32_t out_c;
    int32_t filter_h;
    int32_t filter_w;
    int32_t positions;
    int32_t numbers;        // of a window
    int32_t steps;
    int32_t x_step;         // from window to window
    int32_t row_step;       // from row to row of a window, in x
    int32_t row_bytes;      // of a row of a window
    int32_t last_x;         // where the last window inside x begins
    bool single;            // windows of one cell that never lie outside
    bool contiguous;        // and follow one another
} layer_t;

// Where a window lies: its first cell, which may be outside, and the index of that in x, which then means nothing.
typedef struct window {
    int32_t position;
    int32_t ox;
    int32_t y;
    int32_t x;
    int32_t first;
    int32_t sample;
    bool rows_inside;
} window_t;

static layer_t layer_of(const tn_conv2d_params_t *p, const tn_mve_io_t *io)
{
    const int32_t *x = io->x.dims;
    const int32_t *y = io->y.dims;
    const int32_t *filter = tn_mve_header(io);
    layer_t l = {
        .p = p, .x = tn_s8(&io->x), .count = io->x.count,
        .in_h = x[1], .in_w = x[2], .in_c = x[3], .out_h = y[1], .out_w = y[2], .out_c = y[3],
        .filter_h = filter[0], .filter_w = filter[1], .positions = y[0] * y[1] * y[2],
    };
    l.numbers = tn_mul_dims(tn_mul_dims(l.filter_h, l.filter_w), l.in_c);
    l.steps = (l.numbers + TN_MVE_STEP - 1) / TN_MVE_STEP;
    l.single = l.filter_h == 1 && l.filter_w == 1 && p->pad_top == 0 && p->pad_left == 0
        && (int64_t)(l.out_h - 1) * p->stride_h < l.in_h && (int64_t)(l.out_w - 1) * p->stride_w < l.in_w;
    l.contiguous = l.single && l.in_h == l.out_h && l.in_w == l.out_w;
    return l;
}

static window_t seek(const layer_t *l, int32_t position)
{
    const int32_t row = position / l->out_w;
    const int32_t sample = row / l->out_h;
    const int32_t ox = position - row * l->out_w;
    const int32_t y = (row - sample * l->out_h) * l->p->stride_h - l->p->pad_top;
    const int32_t x = ox * l->p->stride_w - l->p->pad_left;
    return (window_t){
        .position = position, .ox = ox, .y = y, .x = x, .sample = sample,
        .first = tn_mul32(tn_add32(tn_mul32(tn_add32(sample * l->in_h, y), l->in_w), x), l->in_c),
        .rows_inside = y >= 0 && y + (l->filter_h - 1) * l->p->dilation_h < l->in_h,
    };
}

static inline void advance(const layer_t *l, window_t *w)
{
    w->position++;
    w->ox++;
    w->x = tn_add32(w->x, l->p->stride_w);
    w->first = tn_add32(w->first, l->x_step);
    if (w->ox == l->out_w) {
        *w = seek(l, w->position);
    }
}

// Lays out a window that reaches over the border, or has gaps.
static void lay_out_clipped(const layer_t *l, const window_t *w, int8_t *to)
{
    const tn_conv2d_params_t *p = l->p;
    const tn_taps_t rows = tn_taps(w->y, p->dilation_h, l->filter_h, l->in_h);
    const tn_taps_t columns = tn_taps(w->x, p->dilation_w, l->filter_w, l->in_w);
    tn_mve_fill(to, p->x_zero, l->numbers);
    if (rows.count == 0 || columns.count == 0) {
        return;
    }
    const bool whole = p->dilation_w == 1;
    const int32_t run = whole ? columns.count * l->in_c : l->in_c;
    const int8_t *from = l->x + ((w->sample * l->in_h + rows.start) * l->in_w + columns.start) * l->in_c;
    to += rows.first * l->row_bytes + columns.first * l->in_c;
    for (int32_t i = 0; i < rows.count; i++) {
        for (int32_t j = 0; j < (whole ? 1 : columns.count); j++) {
            tn_mve_copy(to + i * l->row_bytes + j * l->in_c, from + i * l->row_step + j * p->dilation_w * l->in_c, run);
        }
    }
}

// Lays out a window inside x whose rows are contiguous.
static inline void lay_out(const layer_t *l, const int8_t *from, int8_t *to)
{
    int32_t rows = l->filter_h;
    if (l->row_bytes <= 16) {
        __asm__ volatile("vctp.8 %[bytes]\n"
                         "dls lr, %[rows]\n"
                         "1: vpstt\n"
                         "vldrbt.u8 q0, [%[from]]\n"
                         "vstrbt.8 q0, [%[to]]\n"
                         "add %[from], %[step]\n"
                         "add %[to], %[bytes]\n"
                         "le lr, 1b\n"
                         : [to] "+r"(to), [from] "+r"(from)
                         : [rows] "r"(rows), [bytes] "r"(l->row_bytes), [step] "r"(l->row_step) : "q0", "lr", "memory");
        return;
    }
    const int8_t *row;
    int8_t *at;
    __asm__ volatile("1: mov %[row], %[from]\n"
                     "mov %[at], %[to]\n"
                     "wlstp.8 lr, %[bytes], 3f\n"
                     "2: vldrb.8 q0, [%[row]], #16\n"
                     "vstrb.8 q0, [%[at]], #16\n"
                     "letp lr, 2b\n"
                     "3: add %[from], %[step]\n"
                     "add %[to], %[bytes]\n"
                     "subs %[rows], #1\n"
                     "bne 1b\n"
                     : [to] "+r"(to), [from] "+r"(from), [rows] "+r"(rows), [row] "=&r"(row), [at] "=&r"(at)
                     : [bytes] "r"(l->row_bytes), [step] "r"(l->row_step) : "q0", "lr", "cc", "memory");
}

// A window for the product: where it lies, or a copy of it; a window of one cell is copied where whole steps would reach over the end of x.
static inline const int8_t *take(const layer_t *l, const window_t *w, int8_t *copy)
{
    if (l->single && w->first <= l->count - l->steps * TN_MVE_STEP) {
        return l->x + w->first;
    }
    if (w->rows_inside && w->x >= 0 && w->x <= l->last_x) {
        lay_out(l, l->x + w->first, copy);
    } else {
        lay_out_clipped(l, w, copy);
    }
    return copy;
}

// All channels of four windows. Where channels are no multiple of four they come group by group over a block of their own.
static void product(const layer_t *l, tn_mve_gemm_t *g, int8_t *y, int32_t windows)
{
    g->y = y;
    g->y_stride = windows > 1 ? l->out_c : 0;
    if (l->out_c % 4 == 0) {
        tn_mve_gemm(g);
        return;
    }
    tn_mve_gemm_t part = *g;
    int8_t block[16] __attribute__((aligned(4)));
    const int32_t bytes = (int32_t)tn_mve_gemm_bytes(l->steps);
    for (int32_t o = 0; o < l->out_c; o += 4, part.w = part.w_end) {
        part.w_end = (const uint8_t *)part.w + bytes;
        part.y = block;
        part.y_stride = 4;
        tn_mve_gemm(&part);
        const int32_t some = l->out_c - o < 4 ? l->out_c - o : 4;
        for (int32_t i = 0; i < windows; i++) {
            memcpy(y + i * l->out_c + o, block + i * 4, (size_t)some);
        }
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_mve_io_t io = tn_mve_io(ctx);
    layer_t l = layer_of(ctx->params, &io);
    const uint8_t *w = tn_mve_body(&io);
    int8_t *y = io.y.data;
    int8_t *scratch = tn_scratch(ctx);
    const int32_t copy_bytes = l.steps * TN_MVE_STEP;
    l.x_step = tn_mul32(l.p->stride_w, l.in_c);
    l.row_step = tn_mul32(tn_mul32(l.p->dilation_h, l.in_w), l.in_c);
    l.row_bytes = l.filter_w * l.in_c;
    // With gaps between columns no window is taken by rows.
    l.last_x = l.p->dilation_w == 1 ? l.in_w - l.filter_w : -1;
    tn_mve_gemm_t g = {.steps = l.steps, .w = w, .w_end = w + (l.out_c + 3) / 4 * (int32_t)tn_mve_gemm_bytes(l.steps)};
    // The last block begins early enough to be whole. With fewer than four positions, all its windows are the same one.
    const int32_t windows = l.positions < WINDOWS ? 1 : WINDOWS;
    window_t at = {.position = -1};
    for (int32_t position = 0; position < l.positions; position += windows) {
        const int32_t first = position + windows <= l.positions ? position : l.positions - windows;
        if (l.contiguous && windows == WINDOWS && first * l.in_c <= l.count - (WINDOWS - 1) * l.in_c - copy_bytes) {
            const int8_t *x = l.x + first * l.in_c;
            g.x[0] = x;
            g.x[1] = x += l.in_c;
            g.x[2] = x += l.in_c;
            g.x[3] = x + l.in_c;
            product(&l, &g, y + first * l.out_c, windows);
            continue;
        }
        if (first != at.position) {
            at = seek(&l, first);
        }
        int8_t *copy = scratch;
        for (int32_t i = 0; i < windows; i++, copy += copy_bytes) {
            g.x[i] = take(&l, &at, copy);
            advance(&l, &at);
        }
        if (windows < WINDOWS) {
            g.x[3] = g.x[2] = g.x[1] = g.x[0];
        }
        product(&l, &g, y + first * l.out_c, windows);
    }
    tn_mve_clamp(y, l.positions * l.out_c, l.p->lo, l.p->hi);
}

static bool axis_fits(int32_t in, int32_t out, int32_t taps, int32_t stride, int32_t dilation, int32_t pad)
{
    return tn_window_fits(in, out, taps, stride, dilation, pad)
        && (int64_t)(out - 1) * stride + (int64_t)(taps - 1) * dilation <= INT32_MAX;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_conv2d_params_t *p = ctx->params;
    tn_mve_io_t io;
    TN_CHECK(tn_mve_need_io(ctx, &io, 4) && io.x.dims[0] == io.y.dims[0]);
    const int32_t *filter = tn_mve_header(&io);
    TN_CHECK(filter[0] >= 1 && filter[1] >= 1
        && axis_fits(io.x.dims[1], io.y.dims[1], filter[0], p->stride_h, p->dilation_h, p->pad_top)
        && axis_fits(io.x.dims[2], io.y.dims[2], filter[1], p->stride_w, p->dilation_w, p->pad_left));
    const layer_t l = layer_of(p, &io);
    TN_CHECK(l.numbers >= 1 && l.numbers <= 1 << 24);
    TN_CHECK(tn_mve_is_packed(&io, (l.out_c + (int64_t)3) / 4 * tn_mve_gemm_bytes(l.steps)));
    TN_CHECK(tn_mve_need_scratch(ctx, l.single && l.numbers % TN_MVE_STEP == 0 ? 0 : (int64_t)WINDOWS * l.steps * TN_MVE_STEP));
    TN_CHECK(l.out_c % 4 != 0 || (uintptr_t)io.y.data % 4 == 0);
    TN_CHECK(tn_zero_fits(TN_S8, p->x_zero) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    return TN_OK;
}

const tn_op_t tn_mve_conv2d_op = {prepare, eval};
