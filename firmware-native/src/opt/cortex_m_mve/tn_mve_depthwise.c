// DEPTHWISE_CONV_2D with one output channel for each input channel, windows of at most 32 cells: sixteen channels a vector.
//
// Two cells of a window are multiplied at a time: VMULL gives products of 16 bits, of which two can be added before they are widened. The
// vectors of sums come out of widening as channels 0 4 8 12, 2 6 10 14, 1 5 9 13 and 3 7 11 15; narrowing puts them back in order.
//
// Inputs   x, packed constant (uint8, see docs/targets/cortex-m-mve.md)      Output y
// Scratch  none      In-place  no

#include "ops/tn_depthwise_conv2d_params.h"
#include "tn_mve_op.h"
#include "tn_window.h"

#define LANES 16
#define MAX_CELLS 32

// A run of windows, `x_step` apart, of one group of channels. `cells` holds what is to be added to x for each cell, an even number of them.
typedef struct run {
    const int8_t *x;
    const intptr_t *cells;
    const uint8_t *w;
    int8_t *y;
    int32_t count;
    int32_t pairs;
    int32_t x_step;
    int32_t y_step;
    int32_t channels;       // 16, or fewer
} run_t;

// Bytes of the packed constant of a group.
static int32_t group_bytes(int32_t pairs)
{
    return 64 + pairs * 2 * LANES + 4 * 48;
}

#define SCALE(q)                    \
    "vldrw.u32 q4, [r4], #16\n"     \
    "vqrdmulh.s32 q4, " q ", q4\n"  \
    "vshr.s32 " q ", " q ", #31\n"  \
    "vadd.i32 " q ", " q ", q4\n"   \
    "vldrw.u32 q4, [r4], #16\n"     \
    "vqadd.s32 " q ", " q ", q4\n"  \
    "vldrw.u32 q4, [r4], #16\n"     \
    "vqshl.s32 " q ", " q ", q4\n"

// `begin` comes before all windows.
#define WINDOWS(begin, first, second, store)                                  \
    begin                                                              \
    "1:\n"                                                             \
    "mov r3, %[cells]\n"                                               \
    "mov r4, %[w]\n"                                                   \
    "vldrw.u32 q0, [r4], #64\n"                                        \
    "vldrw.u32 q1, [r4, #-48]\n"                                       \
    "vldrw.u32 q2, [r4, #-32]\n"                                       \
    "vldrw.u32 q3, [r4, #-16]\n"                                       \
    "dls lr, %[pairs]\n"                                               \
    "2:\n"                                                             \
    "ldrd r1, r2, [r3], #8\n"                                          \
    "add r1, r1, %[x]\n"                                               \
    first " q4, [r1]\n"                                                \
    "vldrw.u32 q5, [r4], #32\n"                                        \
    "vmullb.s8 q6, q4, q5\n"                                           \
    "vmullt.s8 q4, q4, q5\n"                                           \
    "add r2, r2, %[x]\n"                                               \
    second " q5, [r2]\n"                                               \
    "vldrw.u32 q7, [r4, #-16]\n"                                       \
    "vmullb.s8 q7, q5, q7\n"                                           \
    "vadd.i16 q6, q6, q7\n"                                            \
    "vldrw.u32 q7, [r4, #-16]\n"                                       \
    "vmullt.s8 q5, q5, q7\n"                                           \
    "vadd.i16 q4, q4, q5\n"                                            \
    "vmovlb.s16 q5, q6\n"                                              \
    "vadd.i32 q0, q0, q5\n"                                            \
    "vmovlt.s16 q6, q6\n"                                              \
    "vadd.i32 q1, q1, q6\n"                                            \
    "vmovlb.s16 q5, q4\n"                                              \
    "vadd.i32 q2, q2, q5\n"                                            \
    "vmovlt.s16 q4, q4\n"                                              \
    "vadd.i32 q3, q3, q4\n"                                            \
    "le lr, 2b\n"                                                      \
    SCALE("q0") SCALE("q1") SCALE("q2") SCALE("q3")                    \
    "vshrnb.i32 q0, q0, #16\n"                                         \
    "vshrnt.i32 q0, q1, #16\n"                                         \
    "vshrnb.i32 q2, q2, #16\n"                                         \
    "vshrnt.i32 q2, q3, #16\n"                                         \
    "vshrnb.i16 q0, q0, #8\n"                                          \
    "vshrnt.i16 q0, q2, #8\n"                                          \
    store " q0, [%[y]]\n"                                              \
    "add %[y], %[y], %[y_step]\n"                                      \
    "add %[x], %[x], %[x_step]\n"                                      \
    "subs %[count], %[count], #1\n"                                    \
    "bne 1b\n"                                                         \
    : [x] "+r"(x), [y] "+r"(y), [count] "+r"(count)                    \
    : [cells] "r"(r->cells), [w] "r"(r->w), [pairs] "r"(r->pairs), [x_step] "r"(r->x_step), [y_step] "r"(r->y_step), [channels] "r"(r->channels) \
    : "r1", "r2", "r3", "r4", "lr", "q0", "q1", "q2", "q3", "q4", "q5", "q6", "q7", "cc", "memory"

static __attribute__((noinline)) void windows(const run_t *r)
{
    const int8_t *x = r->x;
    int8_t *y = r->y;
    int32_t count = r->count;
    if (r->channels == LANES) {
        __asm__ volatile(WINDOWS("", "vldrb.u8", "vldrb.u8", "vstrb.8"));
        return;
    }
    __asm__ volatile(WINDOWS("vctp.8 %[channels]\n", "vpst\nvldrbt.u8", "vpst\nvldrbt.u8", "vpst\nvstrbt.8"));
}

typedef struct layer {
    const tn_depthwise_conv2d_params_t *p;
    const int8_t *x;
    int32_t batches;
    int32_t in_h;
    int32_t in_w;
    int32_t channels;
    int32_t out_h;
    int32_t out_w;
    int32_t filter_h;
    int32_t filter_w;
} layer_t;

static int32_t pairs_of(const layer_t *l)
{
    return (l->filter_h * l->filter_w + 1) / 2;
}

static layer_t layer_of(const tn_depthwise_conv2d_params_t *p, const tn_mve_io_t *io)
{
    const int32_t *x = io->x.dims;
    const int32_t *filter = tn_mve_header(io);
    return (layer_t){
        .p = p, .x = tn_s8(&io->x), .batches = x[0], .in_h = x[1], .in_w = x[2], .channels = x[3],
        .out_h = io->y.dims[1], .out_w = io->y.dims[2], .filter_h = filter[0], .filter_w = filter[1],
    };
}

// Cells of a window inside x, from its first one.
static void find_cells(const layer_t *l, intptr_t *to)
{
    const intptr_t *const first = to;
    for (int32_t i = 0; i < l->filter_h; i++) {
        for (int32_t j = 0; j < l->filter_w; j++) {
            // Wraps where the window does not fit into x: then nobody reads it.
            const int32_t cell = tn_add32(tn_mul32(tn_mul32(i, l->p->dilation_h), l->in_w), tn_mul32(j, l->p->dilation_w));
            *to++ = tn_mul32(cell, l->channels);
        }
    }
    *to = *first;  // has a weight of 0 where the number of cells is odd
}

// A window that reaches over the border: cells outside become `zero`.
static void clipped(const layer_t *l, run_t *r, const int8_t *x, int32_t y0, int32_t x0, const int8_t *zero)
{
    intptr_t cells[MAX_CELLS + 1];
    intptr_t *to = cells;
    for (int32_t i = 0; i < l->filter_h; i++) {
        const int32_t row = y0 + i * l->p->dilation_h;
        for (int32_t j = 0; j < l->filter_w; j++) {
            const int32_t column = x0 + j * l->p->dilation_w;
            const bool inside = row >= 0 && row < l->in_h && column >= 0 && column < l->in_w;
            *to++ = (intptr_t)(inside ? x + (row * l->in_w + column) * l->channels : zero);
        }
    }
    *to = (intptr_t)zero;
    const run_t one = *r;
    r->x = NULL;
    r->cells = cells;
    r->count = 1;
    windows(r);
    r->cells = one.cells;
}

// All positions of one group of channels, which begins at channel `first`.
static void group(const layer_t *l, run_t *r, int32_t first, int8_t *y)
{
    const tn_depthwise_conv2d_params_t *p = l->p;
    int8_t zero[LANES];
    tn_mve_fill(zero, p->x_zero, LANES);
    const int32_t right = l->in_w - (l->filter_w - 1) * p->dilation_w;  // windows inside begin before
    const int32_t bottom = l->in_h - (l->filter_h - 1) * p->dilation_h;
    y += first;
    for (int32_t row = 0; row < l->batches * l->out_h; row++) {
        const int32_t sample = row / l->out_h;
        const int8_t *x = l->x + sample * l->in_h * l->in_w * l->channels + first;
        const int32_t y0 = (row - sample * l->out_h) * p->stride_h - p->pad_top;
        const bool inside = y0 >= 0 && y0 < bottom;
        for (int32_t column = 0; column < l->out_w; y += r->count * l->channels, column += r->count) {
            const int32_t x0 = column * p->stride_w - p->pad_left;
            r->y = y;
            if (!inside || x0 < 0 || x0 >= right) {
                clipped(l, r, x, y0, x0, zero);
                continue;
            }
            const int32_t more = (right - 1 - x0) / p->stride_w + 1;
            r->count = more < l->out_w - column ? more : l->out_w - column;
            r->x = x + (y0 * l->in_w + x0) * l->channels;
            windows(r);
        }
    }
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_mve_io_t io = tn_mve_io(ctx);
    const layer_t l = layer_of(ctx->params, &io);
    intptr_t cells[MAX_CELLS];
    find_cells(&l, cells);
    run_t r = {
        .cells = cells, .w = tn_mve_body(&io), .pairs = pairs_of(&l), .x_step = tn_mul32(l.p->stride_w, l.channels), .y_step = l.channels,
        .channels = l.channels < LANES ? l.channels : LANES,
    };
    // The last group begins early enough to be whole.
    for (int32_t c = 0; c < l.channels; c += LANES, r.w += group_bytes(r.pairs)) {
        group(&l, &r, c + LANES <= l.channels || l.channels < LANES ? c : l.channels - LANES, io.y.data);
    }
    tn_mve_clamp(io.y.data, io.y.count, l.p->lo, l.p->hi);
}

static bool axis_fits(int32_t in, int32_t out, int32_t taps, int32_t stride, int32_t dilation, int32_t pad)
{
    return tn_window_fits(in, out, taps, stride, dilation, pad)
        && (int64_t)(out - 1) * stride + (int64_t)(taps - 1) * dilation <= INT32_MAX;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const tn_depthwise_conv2d_params_t *p = ctx->params;
    tn_mve_io_t io;
    TN_CHECK(tn_mve_need_io(ctx, &io, 4) && io.x.dims[0] == io.y.dims[0] && io.x.dims[3] == io.y.dims[3]);
    const layer_t l = layer_of(p, &io);
    TN_CHECK(l.filter_h >= 1 && l.filter_w >= 1 && l.filter_h < MAX_CELLS && l.filter_w < MAX_CELLS && l.filter_h * l.filter_w < MAX_CELLS);
    TN_CHECK(axis_fits(l.in_h, l.out_h, l.filter_h, p->stride_h, p->dilation_h, p->pad_top)
        && axis_fits(l.in_w, l.out_w, l.filter_w, p->stride_w, p->dilation_w, p->pad_left));
    TN_CHECK(tn_mve_is_packed(&io, (l.channels + (int64_t)LANES - 1) / LANES * group_bytes(pairs_of(&l))));
    TN_CHECK(tn_zero_fits(TN_S8, p->x_zero) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    return TN_OK;
}

const tn_op_t tn_mve_depthwise_op = {prepare, eval};
