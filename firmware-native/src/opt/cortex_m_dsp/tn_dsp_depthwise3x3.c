// Depthwise 3x3, stride 1 or 2. The plane's words hold two columns, the words of a pair of columns lie one below the other: LDM then loads two
// columns of a window. Two outputs side by side take 12 multiply-accumulates; the weights stay in registers.
//
// Weights of a channel, doubled, which spares the requantisation an instruction: for each row of taps {w0, w1}; for each row {w1, w2}.

#include "tn_dsp_plane.h"

// What the loops take, in the order of their frame.
typedef struct columns {
    tn_dsp_scale_t scale;
    int32_t mate;           // from an output to the one beside it
    int32_t step;           // from an output to the one below
    const uint32_t *end;    // of the first column: one word past the last window
    int32_t bias;
    int32_t column_bytes;   // from a column of words to the next
    const uint32_t *plane;
    int8_t *y;
    int32_t next;           // from a pair of outputs to the pair beside it
    int32_t pairs;          // columns of pairs of outputs
    int32_t last_mate;      // mate for the last column: 0 where it has one output only
    const uint32_t *w;
    int32_t plane_next;     // from the plane of a pair to that of the next
    int32_t unused;
} columns_t;

static void run_stride1(const columns_t *c);
static void run_stride2(const columns_t *c);

#if TN_DSP_ASM

// r0-r2: {w0, w1} of the rows, r3-r5: {w1, w2}, r6-r8: words of three rows, r9, r10: the sums, r11: the plane, lr: y.
#define BEGIN \
    "push {r4-r11, lr}            \n" \
    "sub sp, #68                  \n" \
    "ldmia r0!, {r4-r11}          \n" \
    "stmia.w sp, {r4-r11}         \n" \
    "ldmia r0!, {r4-r11}          \n" \
    "add r12, sp, #32             \n" \
    "stmia.w r12, {r4-r11}        \n" \
    "ldr r12, [sp, #52]           \n" \
    "ldmia.w r12, {r0-r5}         \n" \
    "1:                           \n" \
    "ldr r11, [sp, #32]           \n" \
    "ldr lr, [sp, #36]            \n" \
    "ldr r6, [sp, #44]            \n" \
    "subs r6, r6, #1              \n" \
    "str r6, [sp, #44]            \n" \
    "bne 2f                       \n" \
    "ldr r6, [sp, #48]            \n" \
    "str r6, [sp, #12]            \n" \
    "2:                           \n"

#define PAIR(sum, x, w) "smlad " sum ", " x ", " w ", " sum "\n"

#define END(rows) \
    "ldmia.w sp, {r6, r7, r8}     \n" \
    "add r12, r7, r9, asr #31     \n" \
    "smmlar r9, r9, r6, r12       \n" \
    "add r7, r7, r10, asr #31     \n" \
    "asr.w r9, r9, r8             \n" \
    "smmlar r10, r10, r6, r7      \n" \
    "ssat r9, #8, r9              \n" \
    "asr.w r10, r10, r8           \n" \
    "ldrd r6, r7, [sp, #12]       \n" \
    "ssat r10, #8, r10            \n" \
    "ldr r8, [sp, #20]            \n" \
    "strb r10, [lr, r6]           \n" \
    "strb.w r9, [lr]              \n" \
    "add r11, r11, #(4 * " rows ")\n" \
    "add lr, lr, r7               \n" \
    "cmp r11, r8                  \n" \
    "bne.w 2b                     \n" \
    "ldr r6, [sp, #44]            \n" \
    "cbz r6, 3f                   \n" \
    "ldr r6, [sp, #56]            \n" \
    "ldr r7, [sp, #20]            \n" \
    "ldr r8, [sp, #32]            \n" \
    "add r7, r7, r6               \n" \
    "add r8, r8, r6               \n" \
    "str r7, [sp, #20]            \n" \
    "str.w r8, [sp, #32]          \n" \
    "ldrd r6, r7, [sp, #36]       \n" \
    "add r6, r6, r7               \n" \
    "str r6, [sp, #36]            \n" \
    "b.w 1b                       \n" \
    "3:                           \n" \
    "add sp, #68                  \n" \
    "pop {r4-r11, pc}             \n"

static __attribute__((naked, noinline)) void run_stride1(const columns_t *c __attribute__((unused)))
{
    __asm__ volatile(
        BEGIN
        "ldrd r10, r12, [sp, #24]     \n"
        "ldmia.w r11, {r6, r7, r8}    \n"
        "add r12, r12, r11            \n"
        "smlad r9, r6, r0, r10        \n"
        "smlatb r10, r6, r0, r10      \n"
        PAIR("r9", "r7", "r1")
        "smlatb r10, r7, r1, r10      \n"
        PAIR("r9", "r8", "r2")
        "smlatb r10, r8, r2, r10      \n"
        "ldmia.w r12, {r6, r7, r8}    \n"
        "smlabt r9, r6, r3, r9        \n"
        PAIR("r10", "r6", "r3")
        "smlabt r9, r7, r4, r9        \n"
        PAIR("r10", "r7", "r4")
        "smlabt r9, r8, r5, r9        \n"
        PAIR("r10", "r8", "r5")
        END("1"));
}

static __attribute__((naked, noinline)) void run_stride2(const columns_t *c __attribute__((unused)))
{
    __asm__ volatile(
        BEGIN
        "ldrd r10, r12, [sp, #24]     \n"
        "ldmia.w r11, {r6, r7, r8}    \n"
        "add r12, r12, r11            \n"
        "smlad r9, r6, r0, r10        \n"
        PAIR("r9", "r7", "r1")
        PAIR("r9", "r8", "r2")
        "ldmia.w r12, {r6, r7, r8}    \n"
        "smlabt r9, r6, r3, r9        \n"
        PAIR("r10", "r6", "r0")
        "smlabt r9, r7, r4, r9        \n"
        PAIR("r10", "r7", "r1")
        "smlabt r9, r8, r5, r9        \n"
        PAIR("r10", "r8", "r2")
        "ldr r6, [sp, #28]            \n"
        "add r12, r12, r6             \n"
        "ldmia.w r12, {r6, r7, r8}    \n"
        "smlabt r10, r6, r3, r10      \n"
        "smlabt r10, r7, r4, r10      \n"
        "smlabt r10, r8, r5, r10      \n"
        END("2"));
}

#else

static int32_t low(uint32_t word)
{
    return tn_lane(word, 0);
}

static int32_t high(uint32_t word)
{
    return tn_lane(word, 1);
}

// Sums wrap; products of two int16 do not.
static void add(int32_t *sum, int32_t product)
{
    *sum = (int32_t)((uint32_t)*sum + (uint32_t)product);
}

static void run_columns(const columns_t *c, int32_t stride)
{
    const int32_t column = c->column_bytes / 4;
    const uint32_t *w = c->w;
    for (int32_t pair = 0; pair < c->pairs; pair++) {
        const uint32_t *p = c->plane + pair * (c->plane_next / 4);
        const uint32_t *end = c->end + pair * (c->plane_next / 4);
        const int32_t mate = pair == c->pairs - 1 ? c->last_mate : c->mate;
        int8_t *y = c->y + pair * c->next;
        for (; p != end; p += stride, y += c->step) {
            int32_t sum[2] = {c->bias, c->bias};
            for (int32_t row = 0; row < 3; row++) {
                const uint32_t x0 = p[row], x1 = p[column + row];
                sum[0] = tn_smlad(x0, w[row], sum[0]);
                add(&sum[0], low(x1) * high(w[3 + row]));
                if (stride == 1) {
                    add(&sum[1], high(x0) * low(w[row]));
                    sum[1] = tn_smlad(x1, w[3 + row], sum[1]);
                } else {
                    sum[1] = tn_smlad(x1, w[row], sum[1]);
                    add(&sum[1], low(p[2 * column + row]) * high(w[3 + row]));
                }
            }
            y[mate] = (int8_t)tn_dsp_requantize2(sum[1], sum[1], &c->scale);
            y[0] = (int8_t)tn_dsp_requantize2(sum[0], sum[0], &c->scale);
        }
    }
}

static void run_stride1(const columns_t *c)
{
    run_columns(c, 1);
}

static void run_stride2(const columns_t *c)
{
    run_columns(c, 2);
}

#endif

static inline uint32_t word(const int8_t *x, int32_t mate)
{
    return tn_pkhbt((uint32_t)(int32_t)x[0], (uint32_t)(int32_t)x[mate]);
}

// A column of words; both of its columns lie inside x.
static void copy_words(uint32_t *to, const int8_t *x, int32_t mate, int32_t step, int32_t count)
{
    for (; count >= 4; count -= 4, to += 4) {
        to[0] = word(x, mate);
        x += step;
        to[1] = word(x, mate);
        x += step;
        to[2] = word(x, mate);
        x += step;
        to[3] = word(x, mate);
        x += step;
    }
    for (; count > 0; count--, x += step) {
        *to++ = word(x, mate);
    }
}

static void copy_halves(uint32_t *to, int32_t half, const int8_t *x, int32_t step, int32_t count)
{
    for (; count > 0; count--, to++, x += step) {
        const int16_t value = *x;
        memcpy((uint8_t *)to + 2 * half, &value, 2);
    }
}

static void copy_plane(const tn_dsp_plane_t *p, uint32_t *words, const int8_t *x)
{
    const tn_taps_t *rows = &p->down.inside;
    const int32_t step = p->down.x_step, mate = p->along.x_step;
    uint32_t *top = words + rows->first;
    int32_t column = p->along.inside.first;
    const int32_t end = column + p->along.inside.count;
    while (column < end) {
        uint32_t *to = top + (column >> 1) * p->count;
        const int32_t many = column % 2 == 0 && column + 1 < end ? 2 : 1;
        if (many == 2) {
            copy_words(to, x, mate, step, rows->count);
        } else {
            copy_halves(to, column % 2, x, step, rows->count);
        }
        column += many;
        x += many * mate;
    }
}

void tn_dsp_plane3x3_channel(const tn_dsp_plane_t *p, uint32_t *plane, const int8_t *x, const uint32_t *w, int8_t *y)
{
    const int32_t mate = p->along.y_step;
    const columns_t c = {
        .bias = (int32_t)w[0], .scale = {(int32_t)w[1], (int32_t)w[2], (int32_t)w[3]}, .w = w + 4,
        .mate = mate, .last_mate = p->along.out % 2 != 0 ? 0 : mate, .next = 2 * mate, .step = p->down.y_step,
        .plane = plane, .end = plane + p->down.out * p->along.stride, .column_bytes = p->count * 4,
        .plane_next = p->along.stride * p->count * 4, .pairs = (p->along.out + 1) / 2, .y = y,
    };
    copy_plane(p, plane, x);
    (p->along.stride == 1 ? run_stride1 : run_stride2)(&c);
}
