// FULLY_CONNECTED of one or two rows, and CONV_2D whose only window is all of x: four output channels at a time.
//
// The weights of two channels share bytes as in tn_dsp_gemm.h, x is widened on the way: 16 instructions for 16 products.
//
// Inputs   x [rows, K], packed constant (uint8, see docs/targets/cortex-m-dsp.md)      Output y [rows, O]
// Scratch  K rounded up to a multiple of 4, where K is none      In-place  no

#include "tn_dsp_op.h"

typedef struct dots {
    const int8_t *x;
    const uint32_t *w;  // for each four channels a, b, c, d: 4 words of biases, 4 words for each quad, then the scales of b, a, d, c
    int8_t *y;
    int32_t quads;
    int32_t groups;     // of four channels
} dots_t;

static void dot4(const dots_t *a);

#if TN_DSP_ASM

// r0, r1: 256 * A + B and 256 * C + D; r2, r3: B and D. r11 walks over w, r12 over x.
#define QUAD \
    "ldr.w r4, [r12], #4          \n" \
    "ldmia.w r11!, {r6-r9}        \n" \
    "sxtb16.w r5, r4, ror #8      \n" \
    "sxtb16.w r4, r4              \n" \
    "smlad r0, r4, r6, r0         \n" \
    "smlad r1, r4, r7, r1         \n" \
    "sxtb16.w r6, r6              \n" \
    "sxtb16.w r7, r7              \n" \
    "smlad r2, r4, r6, r2         \n" \
    "smlad r3, r4, r7, r3         \n" \
    "smlad r0, r5, r8, r0         \n" \
    "smlad r1, r5, r9, r1         \n" \
    "sxtb16.w r8, r8              \n" \
    "sxtb16.w r9, r9              \n" \
    "smlad r2, r5, r8, r2         \n" \
    "smlad r3, r5, r9, r3         \n"
#define QUAD_CODE "64"

// tn_dsp_requantize and the byte at y + offset.
#define SCALE(acc, twice, offset) \
    "ldmia.w r11!, {r6, r7, r8}       \n" \
    "add lr, r7, " acc ", asr #31     \n" \
    twice "                           \n" \
    "smmlar " acc ", " acc ", r6, lr  \n" \
    "asr.w " acc ", " acc ", r8       \n" \
    "ssat " acc ", #8, " acc "        \n" \
    "strb.w " acc ", [r12, " offset "]\n"

// Frame: 0 x, 4 rounds of the loop, 8 where to enter it, 12 y, 16 end of y.
static __attribute__((naked, noinline)) void dot4(const dots_t *a __attribute__((unused)))
{
    __asm__ volatile(
        "push {r4-r11, lr}            \n"
        "ldmia r0, {r0-r4}            \n"
        "sub sp, #20                  \n"
        "mov r11, r1                  \n"
        "str r0, [sp, #0]             \n"
        "adds r7, r3, #3              \n"
        "lsrs r7, r7, #2              \n"
        "str r7, [sp, #4]             \n"
        "rsbs r3, r3, #0              \n"
        "and r3, r3, #3               \n"
        "movs r7, #" QUAD_CODE "      \n"
        "muls r3, r7, r3              \n"
        "adr.w r7, 2f                 \n"
        "adds r3, r3, r7              \n"
        "orr r3, r3, #1               \n"
        "str r3, [sp, #8]             \n"
        "str r2, [sp, #12]            \n"
        "add r2, r2, r4, lsl #2       \n"
        "str r2, [sp, #16]            \n"

        "1:                           \n"
        "ldmia.w r11!, {r0-r3}        \n"
        "ldrd r12, lr, [sp, #0]       \n"
        "ldr pc, [sp, #8]             \n"
        ".balign 4                    \n"
        "2:                           \n"
        QUAD QUAD QUAD QUAD
        "subs.w lr, lr, #1            \n"
        "bne.w 2b                     \n"

        "ldr.w r12, [sp, #12]         \n"
        "subs r0, r0, r2              \n"
        "subs r1, r1, r3              \n"
        SCALE("r2", "lsls r2, r2, #1", "#1")
        SCALE("r0", "asrs r0, r0, #7", "#0")
        SCALE("r3", "lsls r3, r3, #1", "#3")
        SCALE("r1", "asrs r1, r1, #7", "#2")
        "ldr r0, [sp, #16]            \n"
        "adds.w r12, r12, #4          \n"
        "str.w r12, [sp, #12]         \n"
        "cmp r12, r0                  \n"
        "bne.w 1b                     \n"
        "add sp, #20                  \n"
        "pop {r4-r11, pc}             \n");
}

#else

static void dot4(const dots_t *a)
{
    const uint32_t *w = a->w;
    int8_t *y = a->y;
    for (int32_t group = 0; group < a->groups; group++, y += 4) {
        int32_t acc[4];
        memcpy(acc, w, sizeof acc);
        w += 4;
        for (int32_t quad = 0; quad < a->quads; quad++, w += 4) {
            const uint32_t word = tn_load32(a->x + 4 * quad);
            const uint32_t x[2] = {tn_sxtb16(word), tn_sxtb16_ror8(word)};
            for (int i = 0; i < 4; i++) {
                acc[i & 1] = tn_smlad(x[i >> 1], w[i], acc[i & 1]);
                acc[2 + (i & 1)] = tn_smlad(x[i >> 1], tn_sxtb16(w[i]), acc[2 + (i & 1)]);
            }
        }
        tn_dsp_scale_t scale[4];
        memcpy(scale, w, sizeof scale);
        w += 12;
        for (int i = 0; i < 2; i++) {
            const int32_t both = (int32_t)((uint32_t)acc[i] - (uint32_t)acc[2 + i]);
            y[2 * i + 1] = (int8_t)tn_dsp_requantize(acc[2 + i], &scale[2 * i]);
            y[2 * i] = (int8_t)tn_dsp_requantize2(both, both >> 7, &scale[2 * i + 1]);
        }
    }
}

#endif

// A loop: memcpy and memmove would weigh half a kilobyte, and a hostile blob may let both sides overlap.
static void copy(int8_t *to, const int8_t *from, int32_t count)
{
    for (; count > 0; count--) {
        *(volatile int8_t *)to++ = *from++;
    }
}

static void run(const tn_op_context_t *ctx, int32_t lo, int32_t hi)
{
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const int32_t depth = tn_packed_header(ctx)[0];
    const int32_t rows = x.count / depth;
    const int32_t channels = y.count / rows;
    dots_t dots = {.quads = (depth + 3) / 4};
    for (int32_t row = 0; row < rows; row++) {
        int8_t *to = (int8_t *)y.data + row * channels;
        dots.x = tn_s8(&x) + row * depth;
        if (depth % 4 != 0) {
            copy(tn_scratch(ctx), dots.x, depth);
            dots.x = tn_scratch(ctx);
        }
        dots.w = tn_packed_words(ctx);
        dots.y = to;
        dots.groups = channels / 4;
        if (dots.groups > 0) {
            dot4(&dots);
        }
        if (channels % 4 != 0) {
            int8_t last[4];
            dots.w += dots.groups * (dots.quads * 4 + 16);
            dots.y = last;
            dots.groups = 1;
            dot4(&dots);
            copy(to + channels / 4 * 4, last, channels % 4);
        }
    }
    tn_dsp_clamp((int8_t *)y.data, y.count, lo, hi);
}

// The last two parameters of both operators.
static const int32_t *limits(const tn_op_context_t *ctx, int32_t count)
{
    return (const int32_t *)ctx->params + count - 2;
}

static tn_status_t prepare(tn_op_context_t *ctx, int32_t params)
{
    tn_tensor_t x, y, packed;
    TN_CHECK(tn_arity(ctx, 2, 1) && tn_need_s8(ctx, &x, &y) && tn_need_packed(ctx, &packed));
    const int32_t depth = *(const int32_t *)packed.data;
    TN_CHECK(depth >= 1 && depth <= (1 << 24) && x.count % depth == 0 && y.count % (x.count / depth) == 0);
    const int32_t channels = y.count / (x.count / depth);
    TN_CHECK(tn_packed_fits(&packed, tn_mul_dims((channels + 3) / 4, ((depth + 3) / 4 + 4) * 4)));
    TN_CHECK(depth % 4 == 0 || tn_need_words(ctx, (uint32_t)(depth + 3) / 4 * 4));
    TN_CHECK(tn_clamp_fits(TN_S8, limits(ctx, params)[0], limits(ctx, params)[1]));
    return TN_OK;
}

static tn_status_t dense_prepare(tn_op_context_t *ctx)
{
    return prepare(ctx, 5);
}

static void dense_eval(const tn_op_context_t *ctx)
{
    run(ctx, limits(ctx, 5)[0], limits(ctx, 5)[1]);
}

static tn_status_t window_prepare(tn_op_context_t *ctx)
{
    return prepare(ctx, 11);
}

static void window_eval(const tn_op_context_t *ctx)
{
    run(ctx, limits(ctx, 11)[0], limits(ctx, 11)[1]);
}

const tn_op_t tn_dsp_fully_connected_op = {dense_prepare, dense_eval};
const tn_op_t tn_dsp_window_op = {window_prepare, window_eval};
