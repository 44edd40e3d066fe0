// FULLY_CONNECTED, kernel 1: int8, constant weights with zero point 0. Same bytes as ../../ops/tn_fully_connected.c.
//
// Inputs   x [..., K]   packed int32 [words]
// Scratch  none            In-place  no
//
// Packed: int32 outputs, depth; uint32 mult2, shift of all outputs (shift 0: each has its own); then outputs in blocks of 8, the last ones
// in blocks of 4, filled up with empty ones:
//
//   int32  bias[block]            x_zero * sum of weights taken off
//   uint32 mult2[block]           only where each output has its own
//   uint8  shift[block]           likewise
//   int8   weights[depth][block]

#include "rv32_requantize.h"

#include "rv32_step.h"

typedef struct params {
    int32_t x_zero;
    int32_t w_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} params_t;

typedef struct header {
    int32_t outputs;
    int32_t depth;
    uint32_t mult2;
    int32_t shift;
} header_t;

enum {
    LARGE = 8,
    SMALL = 4
};

#define FENCE() __asm__ volatile("" ::: "memory")

static inline int32_t next_block(int32_t outputs_left)
{
    return outputs_left > SMALL ? LARGE : SMALL;
}

static uint64_t block_bytes(const header_t *h, int32_t block)
{
    return ((uint64_t)(uint32_t)h->depth + 4 + (h->shift == 0 ? 5 : 0)) * (uint32_t)block;
}

#define ADD(i) acc##i = tn_add32(acc##i, value * at[i])

static void sums_8(int32_t *acc, const int8_t *x, const int8_t *w, int32_t depth)
{
    int32_t acc0 = acc[0], acc1 = acc[1], acc2 = acc[2], acc3 = acc[3], acc4 = acc[4], acc5 = acc[5], acc6 = acc[6], acc7 = acc[7];
    const int8_t *const end = x + depth;
    const int8_t *const fours = x + depth / 4 * 4;
#define STEP_8(k)                                                                   \
    do {                                                                            \
        const int32_t value = x[k];                                                 \
        const int8_t *at = w + 8 * (k);                                             \
        ADD(0); ADD(1); ADD(2); ADD(3); ADD(4); ADD(5); ADD(6); ADD(7);             \
        FENCE();                                                                    \
    } while (0)
    for (; x != fours; x += 4, w += 32) {
        STEP_8(0);
        STEP_8(1);
        STEP_8(2);
        STEP_8(3);
    }
    for (; x != end; x++, w += 8) {
        STEP_8(0);
    }
    acc[0] = acc0;
    acc[1] = acc1;
    acc[2] = acc2;
    acc[3] = acc3;
    acc[4] = acc4;
    acc[5] = acc5;
    acc[6] = acc6;
    acc[7] = acc7;
}

static void sums_4(int32_t *acc, const int8_t *x, const int8_t *w, int32_t depth)
{
    int32_t acc0 = acc[0], acc1 = acc[1], acc2 = acc[2], acc3 = acc[3];
    for (const int8_t *const end = x + depth; x != end; x++, w += 4) {
        const int32_t value = *x;
        const int8_t *at = w;
        ADD(0);
        ADD(1);
        ADD(2);
        ADD(3);
    }
    acc[0] = acc0;
    acc[1] = acc1;
    acc[2] = acc2;
    acc[3] = acc3;
}

static void row(const header_t *h, const params_t *p, const int8_t *x, int8_t *y)
{
    const int32_t *at = (const int32_t *)(const void *)(h + 1);
    rv32_scaling_t scaling = rv32_scaling(h->mult2, h->shift == 0 ? 1 : h->shift, p->y_zero);
    const int32_t lo = p->lo;
    const int32_t hi = p->hi;
    for (int32_t left = h->outputs; left > 0;) {
        const int32_t block = next_block(left);
        const uint32_t *mult2 = (const uint32_t *)(const void *)(at + block);
        const uint8_t *shift = (const uint8_t *)(mult2 + block);
        const int8_t *w = (const int8_t *)(h->shift == 0 ? shift + block : (const uint8_t *)mult2);
        int32_t acc[LARGE];
        for (int32_t i = 0; i < block; i++) {
            acc[i] = at[i];
        }
        (block == LARGE ? sums_8 : sums_4)(acc, x, w, h->depth);
        for (int32_t i = 0; i < block && left > 0; i++, left--) {
            if (h->shift == 0) {
                scaling = rv32_scaling(mult2[i], shift[i], p->y_zero);
            }
            *y++ = (int8_t)rv32_clamp(rv32_scale(acc[i], scaling, true), lo, hi);
        }
        at += block_bytes(h, block) / 4;
    }
}

// The blocks are exactly what is there.
static bool blocks_fit(const header_t *h, uint64_t bytes)
{
    const int32_t rest = h->outputs % LARGE;
    const uint64_t last = rest == 0 ? 0 : block_bytes(h, next_block(rest));
    return bytes == (uint32_t)(h->outputs / LARGE) * block_bytes(h, LARGE) + last;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    rv32_step_t s;
    TN_CHECK(rv32_step_open(ctx, &s) && s.packed.count >= 4);
    const header_t *h = s.packed.data;
    TN_CHECK(h->outputs >= 1 && h->depth >= 1 && s.x.count % h->depth == 0);
    TN_CHECK(s.y.count == tn_mul_dims(s.x.count / h->depth, h->outputs));
    TN_CHECK(rv32_is_int8(p->y_zero) && p->lo <= p->hi);
    return blocks_fit(h, ((uint64_t)(uint32_t)s.packed.count - 4) * 4) ? TN_OK : TN_ERR_FORMAT;
}

static void eval(const tn_op_context_t *ctx)
{
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t packed = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const header_t *h = packed.data;
    const int8_t *from = tn_s8(&x);
    int8_t *to = y.data;
    for (int32_t rows = x.count / h->depth; rows > 0; rows--, from += h->depth, to += h->outputs) {
        row(h, ctx->params, from, to);
    }
}

const tn_op_t tn_rv32_fully_connected_op = {prepare, eval};
