// AVERAGE_POOL_2D and MAX_POOL_2D (int8), four channels at a time: in place of the references, with their arguments and bytes.

#include "tn_dsp.h"
#include "tn_kernels.h"
#include "tn_math.h"
#include "tn_window.h"

// Cells whose sums stay in 16 bits.
#define SHORT_CELLS 255

typedef struct window {
    const int8_t *first;  // channel 0 of the first tap inside
    int32_t rows;
    int32_t columns;
    int32_t row_step;
    int32_t column_step;
} window_t;

static window_t window_at(const tn_pool2d_args_t *a, const int8_t *x, int32_t oy, int32_t ox)
{
    const tn_taps_t rows = tn_taps(oy * a->stride_h - a->pad_top, a->dilation_h, a->filter_h, a->in_h);
    const tn_taps_t columns = tn_taps(ox * a->stride_w - a->pad_left, a->dilation_w, a->filter_w, a->in_w);
    return (window_t){
        .first = x + (rows.start * a->in_w + columns.start) * a->channels,
        .rows = columns.count == 0 ? 0 : rows.count,
        .columns = columns.count,
        .row_step = tn_mul32(tn_mul32(a->dilation_h, a->in_w), a->channels),
        .column_step = tn_mul32(a->dilation_w, a->channels),
    };
}

/// Averages ///

typedef struct divisor {
    int32_t cells;
    int32_t half;
    int32_t lo;
    int32_t hi;
} divisor_t;

static int8_t average(int32_t sum, const divisor_t *d)
{
    const int32_t rounded = sum > 0 ? tn_add32(sum, d->half) : tn_sub32(sum, d->half);
    return (int8_t)tn_clamp(rounded / d->cells, d->lo, d->hi);
}

// Sums of four channels in halves of two words; at most SHORT_CELLS cells.
static void short_sums(const window_t *w, int32_t channel, int32_t sum[4])
{
    uint32_t even = 0, odd = 0;
    const int8_t *row = w->first + channel;
    for (int32_t i = w->rows; i > 0; i--, row += w->row_step) {
        const int8_t *cell = row;
        for (int32_t k = w->columns; k > 0; k--, cell += w->column_step) {
            const uint32_t word = tn_load32(cell);
            even = tn_sxtab16(even, word);
            odd = tn_sxtab16_ror8(odd, word);
        }
    }
    sum[0] = (int16_t)even;
    sum[1] = (int16_t)odd;
    sum[2] = (int32_t)even >> 16;
    sum[3] = (int32_t)odd >> 16;
}

static int32_t long_sum(const window_t *w, int32_t channel)
{
    int32_t sum = 0;
    const int8_t *row = w->first + channel;
    for (int32_t i = w->rows; i > 0; i--, row += w->row_step) {
        const int8_t *cell = row;
        for (int32_t k = w->columns; k > 0; k--, cell += w->column_step) {
            sum = tn_add32(sum, *cell);
        }
    }
    return sum;
}

// How many taps of one axis lie inside the padded input.
static int32_t padded(int32_t origin, int32_t taps, int32_t size, int32_t pad_after)
{
    return tn_clamp(size + pad_after - origin, 0, taps);
}

static void average_position(const tn_pool2d_args_t *a, const int8_t *x, int32_t oy, int32_t ox, int8_t *y)
{
    const window_t w = window_at(a, x, oy, ox);
    const int32_t inside = w.rows * w.columns;
    const int32_t cells = !a->count_pad ? inside
        : padded(oy * a->stride_h - a->pad_top, a->filter_h, a->in_h, a->pad_bottom)
            * padded(ox * a->stride_w - a->pad_left, a->filter_w, a->in_w, a->pad_right);
    const int32_t border = tn_mul32(a->zero, cells - inside);
    const divisor_t d = {cells, cells / 2, a->lo, a->hi};
    int32_t c = 0;
    if (inside <= SHORT_CELLS) {
        for (; c + 4 <= a->channels; c += 4) {
            int32_t sum[4];
            short_sums(&w, c, sum);
            for (int i = 0; i < 4; i++) {
                y[c + i] = average(tn_add32(sum[i], border), &d);
            }
        }
    }
    for (; c < a->channels; c++) {
        y[c] = average(tn_add32(long_sum(&w, c), border), &d);
    }
}

void tn_average_pool2d_s8_dsp(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t oy = 0; oy < a->out_h; oy++) {
            for (int32_t ox = 0; ox < a->out_w; ox++, y += a->channels) {
                average_position(a, x, oy, ox, y);
            }
        }
    }
}

/// Maxima ///

static void max_position(const tn_pool2d_args_t *a, const window_t *w, int8_t *y)
{
    const uint32_t low = ((uint32_t)a->lo & 0xFFu) * 0x01010101u;
    const uint32_t high = ((uint32_t)a->hi & 0xFFu) * 0x01010101u;
    int32_t c = 0;
    for (; c + 4 <= a->channels; c += 4) {
        uint32_t max = low;
        const int8_t *row = w->first + c;
        for (int32_t i = w->rows; i > 0; i--, row += w->row_step) {
            const int8_t *cell = row;
            for (int32_t k = w->columns; k > 0; k--, cell += w->column_step) {
                max = tn_max4(max, tn_load32(cell));
            }
        }
        tn_store32(y + c, tn_min4(max, high));
    }
    for (; c < a->channels; c++) {
        int32_t max = a->lo;
        const int8_t *row = w->first + c;
        for (int32_t i = w->rows; i > 0; i--, row += w->row_step) {
            const int8_t *cell = row;
            for (int32_t k = w->columns; k > 0; k--, cell += w->column_step) {
                max = *cell > max ? *cell : max;
            }
        }
        y[c] = (int8_t)(max < a->hi ? max : a->hi);
    }
}

void tn_max_pool2d_s8_dsp(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t oy = 0; oy < a->out_h; oy++) {
            for (int32_t ox = 0; ox < a->out_w; ox++, y += a->channels) {
                const window_t w = window_at(a, x, oy, ox);
                max_position(a, &w, y);
            }
        }
    }
}
