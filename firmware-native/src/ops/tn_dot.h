// Four int8 dot products with one x at a time: x is loaded once, which saves a third of the instructions on small processors.
#ifndef TN_DOT_H
#define TN_DOT_H

#include "../tn_math.h"

// Four rows of weights that begin `stride` apart, of which `rows` (1 .. 4) exist; the last one stands in for those that do not.
typedef struct tn_dot4 {
    const int8_t *w[4];
    int32_t acc[4];
} tn_dot4_t;

static inline tn_dot4_t tn_dot4(const int8_t *w, int32_t stride, int32_t rows)
{
    const int8_t *const w1 = rows > 1 ? w + stride : w;
    const int8_t *const w2 = rows > 2 ? w1 + stride : w1;
    return (tn_dot4_t){.w = {w, w1, w2, rows > 3 ? w2 + stride : w2}};
}

// acc[i] += sum over k of (x[k] - x_zero) * w[i][from + k], k < length. Wraps.
static inline void tn_dot4_add(tn_dot4_t *d, uint32_t from, const int8_t *x, int32_t x_zero, int32_t length)
{
    const int8_t *w0 = d->w[0] + from;
    const int8_t *w1 = d->w[1] + from;
    const int8_t *w2 = d->w[2] + from;
    const int8_t *w3 = d->w[3] + from;
    int32_t acc0 = d->acc[0];
    int32_t acc1 = d->acc[1];
    int32_t acc2 = d->acc[2];
    int32_t acc3 = d->acc[3];
    for (; length > 0; length--) {
        const int32_t value = *x++ - x_zero;
        acc0 = tn_add32(acc0, value * *w0++);
        acc1 = tn_add32(acc1, value * *w1++);
        acc2 = tn_add32(acc2, value * *w2++);
        acc3 = tn_add32(acc3, value * *w3++);
    }
    d->acc[0] = acc0;
    d->acc[1] = acc1;
    d->acc[2] = acc2;
    d->acc[3] = acc3;
}

#endif
