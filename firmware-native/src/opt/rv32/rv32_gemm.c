#include "rv32_gemm.h"

typedef struct channel {
    int32_t bias[2];
    uint32_t mult2[2];
    uint8_t shift[2];
    uint8_t extras[2];
} channel_t;

typedef struct extra {
    uint16_t place;
    int8_t weight;
    uint8_t none;
} extra_t;

#define HEADER_WORDS (sizeof(channel_t) / 4)

// The compiler would load everything first and run out of registers.
#define FENCE() __asm__ volatile("" ::: "memory")

// Low and high sums of a word stream: `all` is low + high * 2^16, `high` is what was taken out.
typedef struct sums {
    uint32_t all;
    uint32_t high;
} sums_t;

#define STEP(i)                                                        \
    do {                                                               \
        const uint32_t xa = a[i], xb = b[i];                           \
        const uint32_t w0 = (uint32_t)w[2 * (i)], w1 = (uint32_t)w[2 * (i) + 1]; \
        a0 += xa * w0;                                                 \
        b0 += xb * w0;                                                 \
        a1 += xa * w1;                                                 \
        b1 += xb * w1;                                                 \
        FENCE();                                                       \
    } while (0)

#define TAKE(sum, run)                                                 \
    do {                                                               \
        sum.all += run;                                                \
        sum.high += (uint32_t)((int32_t)run >> 16);                    \
        RV32_HOLD(sum.all);                                            \
        RV32_HOLD(sum.high);                                           \
    } while (0)

// Words `i` .. `i` + 3 of the streams.
#define RUN(i)                                                         \
    do {                                                               \
        uint32_t a0 = RUN_BIAS, b0 = RUN_BIAS, a1 = RUN_BIAS, b1 = RUN_BIAS; \
        STEP((i) + 0);                                                 \
        STEP((i) + 1);                                                 \
        STEP((i) + 2);                                                 \
        STEP((i) + 3);                                                 \
        TAKE(sa0, a0);                                                 \
        TAKE(sb0, b0);                                                 \
        TAKE(sa1, a1);                                                 \
        TAKE(sb1, b1);                                                 \
    } while (0)

#define NEXT(runs)                                                     \
    do {                                                               \
        a += (runs) * RV32_RUN;                                        \
        b += (runs) * RV32_RUN;                                        \
        w += (runs) * 2 * RV32_RUN;                                    \
    } while (0)

// 2^15 in each run keeps the low half from borrowing.
#define RUN_BIAS 0x8000u

static inline const extra_t *add_extras(const extra_t *e, uint32_t count, const uint32_t *a, const uint32_t *b, sums_t *sa, sums_t *sb)
{
    for (; count > 0; count--, e++) {
        const uint32_t w = (uint32_t)e->weight;
        const uint32_t pa = a[e->place] * w;
        const uint32_t pb = b[e->place] * w;
        sa->all += pa;
        sa->high += (uint32_t)((int32_t)(pa + RUN_BIAS) >> 16);
        sb->all += pb;
        sb->high += (uint32_t)((int32_t)(pb + RUN_BIAS) >> 16);
    }
    return e;
}

// Where the four pixels go. Those that do not exist come first and onto the last one that does, which then overwrites them.
typedef struct places {
    int8_t *y[RV32_PIXELS];
} places_t;

static inline __attribute__((always_inline)) void store_as(
    const rv32_gemm_t *g, const channel_t *c, int which, sums_t a, sums_t b, const places_t *to, int32_t at, bool ties)
{
    const rv32_scaling_t s = rv32_scaling(c->mult2[which], c->shift[which], g->zero);
    const int32_t lo = g->lo, hi = g->hi;
    int8_t *const y0 = to->y[0], *const y1 = to->y[1], *const y2 = to->y[2], *const y3 = to->y[3];
    const int32_t p3 = rv32_scale((int32_t)b.high, s, ties);
    const int32_t p2 = rv32_scale((int32_t)a.high, s, ties);
    const int32_t p1 = rv32_scale((int32_t)(b.all - (b.high << 16)), s, ties);
    const int32_t p0 = rv32_scale((int32_t)(a.all - (a.high << 16)), s, ties);
    y3[at] = (int8_t)rv32_clamp(p3, lo, hi);
    y2[at] = (int8_t)rv32_clamp(p2, lo, hi);
    y1[at] = (int8_t)rv32_clamp(p1, lo, hi);
    y0[at] = (int8_t)rv32_clamp(p0, lo, hi);
}

static inline __attribute__((always_inline)) void store(
    const rv32_gemm_t *g, const channel_t *c, int which, sums_t a, sums_t b, const places_t *to, int32_t at)
{
    if (g->lo >= g->zero) {
        store_as(g, c, which, a, b, to, at, false);
    } else {
        store_as(g, c, which, a, b, to, at, true);
    }
}

static inline sums_t begin(int32_t bias, uint32_t bias_of_runs)
{
    return (sums_t){(uint32_t)bias + ((uint32_t)bias << 16) - bias_of_runs, (uint32_t)bias};
}

void rv32_gemm(const rv32_gemm_t *g, const uint32_t *a_stream, const uint32_t *b_stream, int8_t *y, int32_t count)
{
    const int32_t last = count - 1;
    const places_t to = {{y, y + (last < 1 ? last : 1) * g->channels, y + (last < 2 ? last : 2) * g->channels, y + last * g->channels}};
    const uint32_t bias_of_runs = g->rows * (g->length / RV32_RUN) * RUN_BIAS;
    const uint32_t skip = g->pitch - g->length;
    const uint8_t *at = (const uint8_t *)g->packed;
    for (int32_t o = 0; o < g->channels; o += 2) {
        const channel_t *c = (const channel_t *)(const void *)at;
        const int8_t *w = (const int8_t *)(c + 1);
        sums_t sa0 = begin(c->bias[0], bias_of_runs), sb0 = sa0;
        sums_t sa1 = begin(c->bias[1], bias_of_runs), sb1 = sa1;
        const uint32_t *a = a_stream;
        const uint32_t *b = b_stream;
        for (uint32_t rows = g->rows; rows > 0; rows--, a += skip, b += skip) {
            // Two runs a turn; an odd one before.
            const uint32_t *const end = a + g->length;
            if (g->length & RV32_RUN) {
                RUN(0);
                NEXT(1);
            }
            while (a != end) {
                RUN(0);
                RUN(4);
                NEXT(2);
            }
        }
        const extra_t *e = (const extra_t *)(const void *)w;
        e = add_extras(e, c->extras[0], a_stream, b_stream, &sa0, &sb0);
        e = add_extras(e, c->extras[1], a_stream, b_stream, &sa1, &sb1);
        store(g, c, 0, sa0, sb0, &to, o);
        if (o + 1 < g->channels) {
            store(g, c, 1, sa1, sb1, &to, o + 1);
        }
        at = (const uint8_t *)e;
    }
}

bool rv32_gemm_fits(const rv32_gemm_t *g, uint32_t words)
{
    // rows * length <= INT32_MAX / 8: the caller has compared the streams with its scratch.
    const uint32_t weights = g->rows * g->length / 2;
    const uint32_t places = (g->rows - 1) * g->pitch + g->length;
    const int32_t *at = g->packed;
    for (int32_t o = 0; o < g->channels; o += 2) {
        if (words < HEADER_WORDS + weights) {
            return false;
        }
        const channel_t *c = (const channel_t *)(const void *)at;
        const uint32_t extras = (uint32_t)c->extras[0] + c->extras[1];
        words -= (uint32_t)HEADER_WORDS + weights;
        at += HEADER_WORDS + weights;
        if (words < extras) {
            return false;
        }
        for (uint32_t i = 0; i < extras; i++) {
            if (((const extra_t *)(const void *)at)[i].place >= places) {
                return false;
            }
        }
        words -= extras;
        at += extras;
    }
    return words == 0;
}

static inline uint32_t both(int8_t low, int8_t high)
{
    return (uint32_t)low + ((uint32_t)high << 16);
}

void rv32_interleave_4(uint32_t *a, uint32_t *b, const int8_t *const p[RV32_PIXELS], uint32_t n)
{
    const int8_t *p0 = p[0], *p1 = p[1], *p2 = p[2], *p3 = p[3];
    for (; n >= 4; n -= 4) {
#define ONE(i) (a[i] = both(p0[i], p2[i]), b[i] = both(p1[i], p3[i]))
        ONE(0);
        ONE(1);
        ONE(2);
        ONE(3);
        a += 4;
        b += 4;
        p0 += 4;
        p1 += 4;
        p2 += 4;
        p3 += 4;
    }
    for (; n > 0; n--) {
        *a++ = both(*p0++, *p2++);
        *b++ = both(*p1++, *p3++);
    }
}

void rv32_interleave(uint32_t *to, const int8_t *low, uint32_t low_step, const int8_t *high, uint32_t high_step, uint32_t n)
{
    if (low_step == 1 && high_step == 1) {
        for (; n >= 4; n -= 4, to += 4, low += 4, high += 4) {
            to[0] = both(low[0], high[0]);
            to[1] = both(low[1], high[1]);
            to[2] = both(low[2], high[2]);
            to[3] = both(low[3], high[3]);
        }
    }
    for (; n > 0; n--, low += low_step, high += high_step) {
        *to++ = both(*low, *high);
    }
}
