#include "rv32_depthwise.h"

#define FENCE() __asm__ volatile("" ::: "memory")

static inline __attribute__((always_inline)) void put(const rv32_depthwise_t *s, int8_t *y, int32_t acc)
{
    *y = (int8_t)rv32_clamp(rv32_scale(acc, s->scaling, true), s->lo, s->hi);
}

// 3x3 down the columns. Each row of three cells is read once: it ends one sum, goes on with another and begins a third.
#define ROW(acc, from, w0, w1, w2) tn_add32(tn_add32(tn_add32(from, x0 * (w0)), x1 * (w1)), x2 * (w2))

#define LOAD_ROW()                                   \
    do {                                             \
        x0 = x[0];                                   \
        x1 = x[1];                                   \
        x2 = x[2];                                   \
        x += pitch;                                  \
        FENCE();                                     \
    } while (0)

static inline __attribute__((always_inline)) void sums_3x3(const rv32_depthwise_t *s, bool ties)
{
    const int8_t *w = s->channel->weights;
    // Twice everything: rv32_scale_doubled then has no shift.
    const int32_t w0 = 2 * w[0], w1 = 2 * w[1], w2 = 2 * w[2], w3 = 2 * w[3], w4 = 2 * w[4], w5 = 2 * w[5], w6 = 2 * w[6];
    const int32_t w7 = 2 * w[7], w8 = 2 * w[8];
    const int32_t bias = tn_shl32(s->channel->bias, 1);
    const int32_t pitch = s->pitch;
    const rv32_depthwise_t out = *s;
    const rv32_scaling_t scaling = s->scaling;
    for (int32_t column = 0; column < s->out_w; column++) {
        const int8_t *x = s->plane + column * s->step_w;
        int8_t *y = s->y + column * s->y_column;
        int8_t *const end = y + s->out_h * s->y_row;
        int32_t x0, x1, x2;
        LOAD_ROW();
        int32_t a = ROW(a, bias, w0, w1, w2);
        if (s->step_h == pitch) {
            LOAD_ROW();
            a = ROW(a, a, w3, w4, w5);
            int32_t b = ROW(b, bias, w0, w1, w2);
            do {
                LOAD_ROW();
                const int32_t done = ROW(a, a, w6, w7, w8);
                a = ROW(a, b, w3, w4, w5);
                b = ROW(b, bias, w0, w1, w2);
                *y = (int8_t)rv32_clamp(rv32_scale_doubled(done, scaling, ties), out.lo, out.hi);
                y += out.y_row;
            } while (y != end);
        } else {
            do {
                LOAD_ROW();
                a = ROW(a, a, w3, w4, w5);
                LOAD_ROW();
                const int32_t done = ROW(a, a, w6, w7, w8);
                a = ROW(a, bias, w0, w1, w2);
                *y = (int8_t)rv32_clamp(rv32_scale_doubled(done, scaling, ties), out.lo, out.hi);
                y += out.y_row;
            } while (y != end);
        }
    }
}

void rv32_depthwise_3x3(const rv32_depthwise_t *s)
{
    sums_3x3(s, true);
}

void rv32_depthwise_3x3_relu(const rv32_depthwise_t *s)
{
    sums_3x3(s, false);
}

static inline void put_four(const rv32_depthwise_t *s, int8_t *y, int32_t a0, int32_t a1, int32_t a2, int32_t a3)
{
    put(s, y, a0);
    put(s, y + s->y_column, a1);
    put(s, y + 2 * s->y_column, a2);
    put(s, y + 3 * s->y_column, a3);
}

// Four neighbours at a time, without steps between cells: each cell and each weight is read once for them.
static inline __attribute__((always_inline)) void four_dense(const rv32_depthwise_t *s, const int8_t *x, int8_t *y)
{
    const int8_t *w = s->channel->weights;
    int32_t a0 = s->channel->bias, a1 = a0, a2 = a0, a3 = a0;
#define TAP(weight, c0, c1, c2, c3)          \
    do {                                     \
        const int32_t tap = weight;          \
        a0 = tn_add32(a0, c0 * tap);         \
        a1 = tn_add32(a1, c1 * tap);         \
        a2 = tn_add32(a2, c2 * tap);         \
        a3 = tn_add32(a3, c3 * tap);         \
    } while (0)
    for (int32_t rows = s->filter_h; rows > 0; rows--, x += s->tap_h) {
        int32_t x0 = x[0], x1 = x[1], x2 = x[2], x3;
        const int8_t *cell = x + 3;
        int32_t left = s->filter_w;
        for (; left >= 4; left -= 4, cell += 4, w += 4) {
            x3 = cell[0];
            TAP(w[0], x0, x1, x2, x3);
            x0 = cell[1];
            TAP(w[1], x1, x2, x3, x0);
            x1 = cell[2];
            TAP(w[2], x2, x3, x0, x1);
            x2 = cell[3];
            TAP(w[3], x3, x0, x1, x2);
        }
        for (; left > 0; left--) {
            x3 = *cell++;
            TAP(*w++, x0, x1, x2, x3);
            x0 = x1;
            x1 = x2;
            x2 = x3;
        }
    }
    put_four(s, y, a0, a1, a2, a3);
}

// Four neighbours at a time: each weight is read once for them.
static inline __attribute__((always_inline)) void four(const rv32_depthwise_t *s, const int8_t *x, int8_t *y)
{
    const int8_t *w = s->channel->weights;
    const int32_t step = s->step_w;
    int32_t a0 = s->channel->bias, a1 = a0, a2 = a0, a3 = a0;
    for (int32_t rows = s->filter_h; rows > 0; rows--, x += s->tap_h) {
        const int8_t *cell = x;
        for (const int8_t *const end = w + s->filter_w; w != end; w++, cell += s->tap_w) {
            const int32_t weight = *w;
            a0 = tn_add32(a0, cell[0] * weight);
            a1 = tn_add32(a1, cell[step] * weight);
            a2 = tn_add32(a2, cell[2 * step] * weight);
            a3 = tn_add32(a3, cell[3 * step] * weight);
        }
    }
    put_four(s, y, a0, a1, a2, a3);
}

static inline __attribute__((always_inline)) void one(const rv32_depthwise_t *s, const int8_t *x, int8_t *y)
{
    const int8_t *w = s->channel->weights;
    int32_t acc = s->channel->bias;
    for (int32_t rows = s->filter_h; rows > 0; rows--, x += s->tap_h) {
        const int8_t *cell = x;
        for (const int8_t *const end = w + s->filter_w; w != end; w++, cell += s->tap_w) {
            acc = tn_add32(acc, *cell * *w);
        }
    }
    put(s, y, acc);
}

// A copy of the numbers, as bytes that are written might be them.
void rv32_depthwise_any(const rv32_depthwise_t *numbers)
{
    const rv32_depthwise_t s = *numbers;
    const bool dense = s.step_w == 1 && s.tap_w == 1;
    for (int32_t row = 0; row < s.out_h; row++) {
        const int8_t *x = s.plane + row * s.step_h;
        int8_t *y = s.y + row * s.y_row;
        if (s.out_w < 4) {
            for (int32_t column = 0; column < s.out_w; column++) {
                one(&s, x + column * s.step_w, y + column * s.y_column);
            }
            continue;
        }
        for (int32_t column = 0; column < s.out_w; column += 4) {
            // The last four may have been there before.
            const int32_t first = column < s.out_w - 4 ? column : s.out_w - 4;
            if (dense) {
                four_dense(&s, x + first, y + first * s.y_column);
            } else {
                four(&s, x + first * s.step_w, y + first * s.y_column);
            }
        }
    }
}
