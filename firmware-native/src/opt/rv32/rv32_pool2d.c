// AVERAGE_POOL_2D and MAX_POOL_2D of int8, four channels at a time: the walk over a window is paid for once. Same bytes as the reference.

#include "../../ops/tn_kernels.h"
#include "../../ops/tn_window.h"
#include "rv32_requantize.h"

typedef struct window {
    const int8_t *first;   // channel 0 of the first cell inside
    int32_t rows;
    int32_t columns;
    int32_t row_step;      // from one row inside to the next
    int32_t column_step;
} window_t;

static window_t window_at(const tn_pool2d_args_t *a, const int8_t *x, int32_t oy, int32_t ox)
{
    const tn_taps_t rows = tn_taps(oy * a->stride_h - a->pad_top, a->dilation_h, a->filter_h, a->in_h);
    const tn_taps_t columns = tn_taps(ox * a->stride_w - a->pad_left, a->dilation_w, a->filter_w, a->in_w);
    return (window_t){
        .first = x + (rows.start * a->in_w + columns.start) * a->channels, .rows = rows.count, .columns = columns.count,
        .row_step = rows.count > 1 ? a->dilation_h * a->in_w * a->channels : 0,
        .column_step = columns.count > 1 ? a->dilation_w * a->channels : 0,
    };
}

static int32_t padded(int32_t origin, int32_t taps, int32_t size, int32_t pad_after)
{
    return tn_clamp(size + pad_after - origin, 0, taps);
}

static int32_t average(int32_t sum, int32_t cells)
{
    return sum > 0 ? tn_add32(sum, cells / 2) / cells : tn_sub32(sum, cells / 2) / cells;
}

// `many` (1 .. 4) sums from channel c on; channels beyond are not read.
static void add_up(const window_t *w, int32_t c, int32_t many, int32_t sum[4])
{
    for (int32_t row = 0; row < w->rows; row++) {
        const int8_t *cell = w->first + row * w->row_step + c;
        if (many == 4) {
            int32_t s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
            for (int32_t column = w->columns; column > 0; column--, cell += w->column_step) {
                s0 = tn_add32(s0, cell[0]);
                s1 = tn_add32(s1, cell[1]);
                s2 = tn_add32(s2, cell[2]);
                s3 = tn_add32(s3, cell[3]);
            }
            sum[0] = s0;
            sum[1] = s1;
            sum[2] = s2;
            sum[3] = s3;
            continue;
        }
        for (int32_t column = w->columns; column > 0; column--, cell += w->column_step) {
            for (int32_t i = 0; i < many; i++) {
                sum[i] = tn_add32(sum[i], cell[i]);
            }
        }
    }
}

void rv32_average_pool2d_s8(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t oy = 0; oy < a->out_h; oy++) {
            for (int32_t ox = 0; ox < a->out_w; ox++, y += a->channels) {
                const window_t w = window_at(a, x, oy, ox);
                const int32_t inside = w.rows * w.columns;
                const int32_t cells = !a->count_pad ? inside
                    : padded(oy * a->stride_h - a->pad_top, a->filter_h, a->in_h, a->pad_bottom)
                        * padded(ox * a->stride_w - a->pad_left, a->filter_w, a->in_w, a->pad_right);
                const int32_t outside = tn_mul32(a->zero, cells - inside);
                for (int32_t c = 0; c < a->channels; c += 4) {
                    const int32_t many = a->channels - c < 4 ? a->channels - c : 4;
                    int32_t sum[4] = {outside, outside, outside, outside};
                    add_up(&w, c, many, sum);
                    for (int32_t i = 0; i < many; i++) {
                        y[c + i] = (int8_t)rv32_clamp(average(sum[i], cells), a->lo, a->hi);
                    }
                }
            }
        }
    }
}

static inline int32_t larger(int32_t a, int32_t b)
{
    return a > b ? a : b;
}

static void largest(const window_t *w, int32_t c, int32_t many, int32_t max[4])
{
    for (int32_t row = 0; row < w->rows; row++) {
        const int8_t *cell = w->first + row * w->row_step + c;
        for (int32_t column = w->columns; column > 0; column--, cell += w->column_step) {
            if (many == 4) {
                max[0] = larger(max[0], cell[0]);
                max[1] = larger(max[1], cell[1]);
                max[2] = larger(max[2], cell[2]);
                max[3] = larger(max[3], cell[3]);
                continue;
            }
            for (int32_t i = 0; i < many; i++) {
                max[i] = larger(max[i], cell[i]);
            }
        }
    }
}

void rv32_max_pool2d_s8(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t oy = 0; oy < a->out_h; oy++) {
            for (int32_t ox = 0; ox < a->out_w; ox++, y += a->channels) {
                const window_t w = window_at(a, x, oy, ox);
                for (int32_t c = 0; c < a->channels; c += 4) {
                    const int32_t many = a->channels - c < 4 ? a->channels - c : 4;
                    int32_t max[4] = {a->lo, a->lo, a->lo, a->lo};
                    largest(&w, c, many, max);
                    for (int32_t i = 0; i < many; i++) {
                        y[c + i] = (int8_t)(max[i] < a->hi ? max[i] : a->hi);
                    }
                }
            }
        }
    }
}
