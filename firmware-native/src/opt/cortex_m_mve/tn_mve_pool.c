// AVERAGE_POOL_2D and MAX_POOL_2D of int8.

#include "tn_kernels.h"
#include "tn_mve_op.h"
#include "tn_window.h"

// A sum of so many int8 fits into int16.
#define MAX_CELLS 255

// How many taps lie inside the padded input.
static int32_t padded(int32_t origin, int32_t taps, int32_t size, int32_t pad_after)
{
    return tn_clamp(size + pad_after - origin, 0, taps);
}

static int32_t average(int32_t sum, int32_t cells)
{
    return sum > 0 ? tn_add32(sum, cells / 2) / cells : tn_sub32(sum, cells / 2) / cells;
}

// Eight channels of one window: the sum of all cells inside, which begin at x.
static inline int16x8_t sum_of(const int8_t *x, int32_t rows, int32_t columns, int32_t row_step, int32_t channels, mve_pred16_t here)
{
    int16x8_t sum = vdupq_n_s16(0);
    for (int32_t row = 0; row < rows; row++, x += row_step) {
        const int8_t *cell = x;
        for (int32_t column = columns; column > 0; column--, cell += channels) {
            sum = vaddq_s16(sum, vldrbq_z_s16(cell, here));
        }
    }
    return sum;
}

void tn_average_pool2d_s8_mve(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    if (a->filter_h > MAX_CELLS || a->filter_w > MAX_CELLS || a->filter_h * a->filter_w > MAX_CELLS) {
        tn_average_pool2d_s8_ref(a);
        return;
    }
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++, y += a->channels) {
            const int32_t y0 = position / a->out_w * a->stride_h - a->pad_top;
            const int32_t x0 = position % a->out_w * a->stride_w - a->pad_left;
            const tn_taps_t rows = tn_taps(y0, 1, a->filter_h, a->in_h);
            const tn_taps_t columns = tn_taps(x0, 1, a->filter_w, a->in_w);
            const int32_t inside = rows.count * columns.count;
            const int32_t cells = a->count_pad ? padded(y0, a->filter_h, a->in_h, a->pad_bottom) * padded(x0, a->filter_w, a->in_w, a->pad_right) : inside;
            const int32_t outside = tn_mul32(a->zero, cells - inside);
            const int8_t *first = x + (rows.start * a->in_w + columns.start) * a->channels;
            for (int32_t c = 0; c < a->channels; c += 8) {
                const int32_t some = a->channels - c < 8 ? a->channels - c : 8;
                int16_t sums[8];
                vst1q_s16(sums, sum_of(first + c, rows.count, columns.count, a->in_w * a->channels, a->channels, vctp16q((uint32_t)some)));
                for (int32_t i = 0; i < some; i++) {
                    y[c + i] = (int8_t)tn_clamp(average(tn_add32(sums[i], outside), cells), a->lo, a->hi);
                }
            }
        }
    }
}

void tn_max_pool2d_s8_mve(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    const int32_t column_step = tn_mul32(a->dilation_w, a->channels);
    const int32_t row_step = tn_mul32(tn_mul32(a->dilation_h, a->in_w), a->channels);
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++, y += a->channels) {
            const tn_taps_t rows = tn_taps(position / a->out_w * a->stride_h - a->pad_top, a->dilation_h, a->filter_h, a->in_h);
            const tn_taps_t columns = tn_taps(position % a->out_w * a->stride_w - a->pad_left, a->dilation_w, a->filter_w, a->in_w);
            const int8_t *first = x + (rows.start * a->in_w + columns.start) * a->channels;
            for (int32_t c = 0; c < a->channels; c += 16) {
                const mve_pred16_t here = vctp8q((uint32_t)(a->channels - c));
                int8x16_t max = vdupq_n_s8((int8_t)a->lo);
                for (int32_t row = 0; row < rows.count; row++) {
                    for (int32_t column = 0; column < columns.count; column++) {
                        max = vmaxq_s8(max, vldrbq_z_s8(first + c + row * row_step + column * column_step, here));
                    }
                }
                vstrbq_p_s8(y + c, vminq_s8(max, vdupq_n_s8((int8_t)a->hi)), here);
            }
        }
    }
}
