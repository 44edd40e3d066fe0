// FULLY_CONNECTED, and CONV_2D whose output is one position: one row of numbers times four output channels at a time.
//
// Inputs   x, packed constant (uint8, see docs/targets/cortex-m-mve.md)      Output y
// Scratch  the row, where its length is not a multiple of 16      In-place  no

#include "ops/tn_conv2d_params.h"
#include "tn_mve_op.h"
#include "tn_window.h"

typedef struct fully_connected_params {
    int32_t x_zero;
    int32_t w_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} fully_connected_params_t;

void tn_mve_row(const int8_t *x, int32_t steps, const uint8_t *w, int8_t *y, int32_t channels)
{
    // r0 .. r6 are the sums of four channels. Layout of w: four beginnings, four vectors a step, four multipliers, constants and shifts.
    __asm__ volatile(
        "1:\n"
        "ldmia %[w]!, {r0, r2, r4, r6}\n"
        "mov r1, %[x]\n"
        "dls lr, %[steps]\n"
        "2:\n"
        "vldrb.u8 q0, [r1], #16\n"
        "vldrw.u32 q1, [%[w]], #64\n"
        "vmladava.s8 r0, q0, q1\n"
        "vldrw.u32 q2, [%[w], #-48]\n"
        "vmladava.s8 r2, q0, q2\n"
        "vldrw.u32 q1, [%[w], #-32]\n"
        "vmladava.s8 r4, q0, q1\n"
        "vldrw.u32 q2, [%[w], #-16]\n"
        "vmladava.s8 r6, q0, q2\n"
        "le lr, 2b\n"
        "vmov q0[2], q0[0], r0, r4\n"
        "vmov q0[3], q0[1], r2, r6\n"
        "vldrw.u32 q1, [%[w]], #48\n"
        "vqrdmulh.s32 q1, q0, q1\n"
        "vshr.s32 q0, q0, #31\n"
        "vadd.i32 q1, q1, q0\n"
        "vldrw.u32 q2, [%[w], #-32]\n"
        "vqadd.s32 q1, q1, q2\n"
        "vldrw.u32 q2, [%[w], #-16]\n"
        "vqshl.s32 q1, q1, q2\n"
        "vshr.s32 q1, q1, #24\n"
        "vctp.32 %[left]\n"
        "vpst\n"
        "vstrbt.32 q1, [%[y]], #4\n"
        "subs %[left], %[left], #4\n"
        "bgt 1b\n"
        : [w] "+r"(w), [y] "+l"(y), [left] "+r"(channels)
        : [x] "r"(x), [steps] "r"(steps)
        : "r0", "r1", "r2", "r4", "r6", "lr", "q0", "q1", "q2", "cc", "memory");
}

static int64_t packed_bytes(int32_t depth, int32_t outputs)
{
    return (outputs + (int64_t)3) / 4 * tn_mve_row_bytes(tn_mve_steps(depth));
}

// What FULLY_CONNECTED and CONV_2D have in common: rows of `depth` numbers.
static tn_status_t check(tn_op_context_t *ctx, const tn_mve_io_t *io, int32_t depth, int32_t outputs, int32_t lo, int32_t hi)
{
    TN_CHECK(tn_mve_is_packed(io, packed_bytes(depth, outputs)) && tn_clamp_fits(TN_S8, lo, hi));
    TN_CHECK(tn_mve_need_scratch(ctx, depth % TN_MVE_STEP == 0 ? 0 : (int64_t)tn_mve_steps(depth) * TN_MVE_STEP));
    return TN_OK;
}

static void run(const tn_op_context_t *ctx, const tn_mve_io_t *io, int32_t depth, int32_t lo, int32_t hi)
{
    const int8_t *x = io->x.data;
    int8_t *y = io->y.data;
    int8_t *copy = tn_scratch(ctx);
    const int32_t rows = io->x.count / depth;
    const int32_t outputs = io->y.count / rows;
    for (int32_t n = 0; n < rows; n++, x += depth, y += outputs) {
        const int8_t *row = x;
        if (depth % TN_MVE_STEP != 0) {
            tn_mve_copy(copy, x, depth);
            row = copy;
        }
        tn_mve_row(row, tn_mve_steps(depth), tn_mve_body(io), y, outputs);
    }
    tn_mve_clamp(io->y.data, io->y.count, lo, hi);
}

/// FULLY_CONNECTED: the header says how long a row is. ///

static tn_status_t rows_prepare(tn_op_context_t *ctx)
{
    const fully_connected_params_t *p = ctx->params;
    tn_mve_io_t io;
    TN_CHECK(tn_mve_need_io(ctx, &io, -1));
    const int32_t depth = tn_mve_header(&io)[0];
    TN_CHECK(depth >= 1 && depth <= 1 << 24 && io.x.count % depth == 0 && io.y.count % (io.x.count / depth) == 0);
    return check(ctx, &io, depth, io.y.count / (io.x.count / depth), p->lo, p->hi);
}

static void rows_eval(const tn_op_context_t *ctx)
{
    const fully_connected_params_t *p = ctx->params;
    const tn_mve_io_t io = tn_mve_io(ctx);
    run(ctx, &io, tn_mve_header(&io)[0], p->lo, p->hi);
}

const tn_op_t tn_mve_rows_op = {rows_prepare, rows_eval};

/// CONV_2D: the window is all of x. ///

static tn_status_t window_prepare(tn_op_context_t *ctx)
{
    const tn_conv2d_params_t *p = ctx->params;
    tn_mve_io_t io;
    TN_CHECK(tn_mve_need_io(ctx, &io, 4));
    const int32_t samples = io.x.dims[0];
    TN_CHECK(io.y.dims[0] == samples && io.y.dims[1] == 1 && io.y.dims[2] == 1 && io.x.count / samples <= 1 << 24);
    return check(ctx, &io, io.x.count / samples, io.y.dims[3], p->lo, p->hi);
}

static void window_eval(const tn_op_context_t *ctx)
{
    const tn_conv2d_params_t *p = ctx->params;
    const tn_mve_io_t io = tn_mve_io(ctx);
    run(ctx, &io, io.x.count / io.x.dims[0], p->lo, p->hi);
}

const tn_op_t tn_mve_window_op = {window_prepare, window_eval};
