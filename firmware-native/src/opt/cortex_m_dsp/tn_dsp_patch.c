#include "tn_dsp_patch.h"

#include "tn_dsp.h"
#include "tn_math.h"
#include "tn_window.h"

bool tn_dsp_patch_plan(tn_dsp_patch_t *p)
{
    const bool whole = p->dilation_w == 1;
    p->run_taps = whole ? p->filter_w : 1;
    p->row_runs = whole ? 1 : p->filter_w;
    const int64_t length = (int64_t)p->run_taps * p->in_c;
    const int64_t runs = (int64_t)p->filter_h * p->row_runs;
    if (length > (1 << 24) || runs > (1 << 24) || length * runs > (1 << 24)) {
        return false;
    }
    p->run_quads = (int32_t)length >> 2;
    p->run_left = (int32_t)length & 3;
    p->left_at = (int32_t)runs * p->run_quads;
    p->x_step = tn_mul32(p->stride_w, p->in_c);
    p->quads = p->left_at + (((int32_t)runs * p->run_left + 3) >> 2);
    return true;
}

// Index of a cell in x. Wraps where the cell lies far outside; then nobody reads it.
static int32_t index_of(const tn_dsp_patch_t *p, int32_t row, int32_t column)
{
    return tn_mul32(tn_add32(tn_mul32(row, p->in_w), column), p->in_c);
}

tn_dsp_window_t tn_dsp_patch_seek(const tn_dsp_patch_t *p, int32_t position)
{
    const int32_t row = position / p->out_w;
    const int32_t sample = row / p->out_h;
    const int32_t column = position - row * p->out_w;
    const int32_t y = (row - sample * p->out_h) * p->stride_h - p->pad_top;
    const int32_t x = column * p->stride_w - p->pad_left;
    return (tn_dsp_window_t){y, x, index_of(p, tn_add32(tn_mul32(sample, p->in_h), y), x), position, column};
}

static inline void advance(const tn_dsp_patch_t *p, tn_dsp_window_t *w)
{
    w->position++;
    w->column++;
    if (w->column == p->out_w) {
        *w = tn_dsp_patch_seek(p, w->position);
        return;
    }
    w->x += p->stride_w;
    w->first = tn_add32(w->first, p->x_step);
}

static inline void put(uint32_t *block, int32_t quad, int32_t lane, int32_t value)
{
    const int16_t half = (int16_t)value;
    memcpy((uint8_t *)(block + quad * 6 + (lane & 1) * 3) + (lane & 2), &half, 2);
}

static void widen(uint32_t *to, const int8_t *x, int32_t quads)
{
    for (; quads > 0; quads--, x += 4, to += 6) {
        const uint32_t word = tn_load32(x);
        to[0] = tn_sxtb16(word);
        to[3] = tn_sxtb16_ror8(word);
    }
}

static void fill(uint32_t *to, int32_t value, int32_t quads)
{
    const uint32_t word = tn_pkhbt((uint32_t)value, (uint32_t)value);
    for (; quads > 0; quads--, to += 6) {
        to[0] = word;
        to[3] = word;
    }
}

// What is left of all runs, of one window inside x.
static void widen_left(const tn_dsp_patch_t *p, uint32_t *to, const int8_t *x)
{
    const int32_t left = p->run_left;
    const int32_t column_step = tn_mul32(p->dilation_w, p->in_c);
    const int32_t row_step = index_of(p, p->dilation_h, 0);
    uint32_t word = 0, bits = 0;
    int32_t row = p->run_quads * 4;
    for (int32_t i = p->filter_h; i > 0; i--, row = tn_add32(row, row_step)) {
        int32_t cell = row;
        for (int32_t j = p->row_runs; j > 0; j--, cell = tn_add32(cell, column_step)) {
            for (int32_t k = 0; k < left; k++) {
                word |= (uint32_t)(uint8_t)x[cell + k] << bits;
                bits += 8;
                if (bits == 32) {
                    to[0] = tn_sxtb16(word);
                    to[3] = tn_sxtb16_ror8(word);
                    to += 6;
                    word = 0;
                    bits = 0;
                }
            }
        }
    }
    if (bits != 0) {
        to[0] = tn_sxtb16(word);
        to[3] = tn_sxtb16_ror8(word);
    }
}

// A run of which only the numbers from `start` to `end` lie inside x, where number 0 would be x[first].
static void put_clipped(const tn_dsp_patch_t *p, uint32_t *block, int32_t run, int32_t first, int32_t start, int32_t end)
{
    uint32_t *to = block + run * p->run_quads * 6;
    if (((start | end) & 3) == 0 && p->run_left == 0) {
        fill(to, p->x_zero, start >> 2);
        widen(to + (start >> 2) * 6, p->x + first + start, (end - start) >> 2);
        fill(to + (end >> 2) * 6, p->x_zero, p->run_quads - (end >> 2));
        return;
    }
    const int32_t whole = p->run_quads * 4;
    for (int32_t i = 0; i < whole + p->run_left; i++) {
        const int32_t value = i >= start && i < end ? p->x[first + i] : p->x_zero;
        const int32_t left = run * p->run_left + i - whole;
        if (i < whole) {
            put(to, i >> 2, i & 3, value);
        } else {
            put(block, p->left_at + (left >> 2), left & 3, value);
        }
    }
}

// A window that reaches over the border.
static void fill_clipped(const tn_dsp_patch_t *p, const tn_dsp_window_t *w, uint32_t *block)
{
    const int32_t length = p->run_taps * p->in_c;
    int32_t run = 0;
    for (int32_t i = 0; i < p->filter_h; i++) {
        const int32_t y = w->y + i * p->dilation_h;
        for (int32_t j = 0; j < p->row_runs; j++, run++) {
            const tn_taps_t taps = tn_taps(w->x + j * p->dilation_w, 1, p->run_taps, p->in_w);
            const int32_t first = tn_add32(w->first, index_of(p, i * p->dilation_h, j * p->dilation_w));
            if (y < 0 || y >= p->in_h || taps.count == 0) {
                put_clipped(p, block, run, 0, length, length);
            } else {
                put_clipped(p, block, run, first, taps.first * p->in_c, (taps.first + taps.count) * p->in_c);
            }
        }
    }
}

// A window inside x.
static void fill_whole(const tn_dsp_patch_t *p, const int8_t *x, uint32_t *block)
{
    uint32_t *to = block;
    for (int32_t i = 0; i < p->filter_h; i++) {
        for (int32_t j = 0; j < p->row_runs; j++, to += p->run_quads * 6) {
            widen(to, x + index_of(p, i * p->dilation_h, j * p->dilation_w), p->run_quads);
        }
    }
    if (p->run_left > 0) {
        widen_left(p, block + p->left_at * 6, x);
    }
}

// Three windows inside x.
static void fill_three(const tn_dsp_patch_t *p, const int8_t *x0, const int8_t *x1, const int8_t *x2, uint32_t *block)
{
    uint32_t *to = block;
    for (int32_t i = 0; i < p->filter_h && p->run_quads > 0; i++) {
        for (int32_t j = 0; j < p->row_runs; j++, to += p->run_quads * 6) {
            const int32_t at = index_of(p, i * p->dilation_h, j * p->dilation_w);
            tn_dsp_widen3(to, x0 + at, x1 + at, x2 + at, (uint32_t)p->run_quads);
        }
    }
    if (p->run_left > 0) {
        to = block + p->left_at * 6;
        widen_left(p, to, x0);
        widen_left(p, to + 1, x1);
        widen_left(p, to + 2, x2);
    }
}

static bool inside(const tn_dsp_patch_t *p, const tn_dsp_window_t *w)
{
    return w->y >= 0 && w->x >= 0 && w->y + (p->filter_h - 1) * p->dilation_h < p->in_h
        && w->x + (p->filter_w - 1) * p->dilation_w < p->in_w;
}

void tn_dsp_patch_fill(const tn_dsp_patch_t *p, tn_dsp_window_t *w, bool same, uint32_t *block)
{
    if (!same && w->column + 3 < p->out_w && inside(p, w) && w->x + 2 * p->stride_w + (p->filter_w - 1) * p->dilation_w < p->in_w) {
        const int8_t *x = p->x + w->first;
        fill_three(p, x, x + p->x_step, x + 2 * p->x_step, block);
        w->position += 3;
        w->column += 3;
        w->x += 3 * p->stride_w;
        w->first += 3 * p->x_step;
        return;
    }
    tn_dsp_window_t windows[TN_DSP_ROWS];
    bool whole = true;
    for (int32_t row = 0; row < TN_DSP_ROWS; row++) {
        windows[row] = *w;
        whole = whole && inside(p, w);
        if (!same || row == TN_DSP_ROWS - 1) {
            advance(p, w);
        }
    }
    if (whole) {
        fill_three(p, p->x + windows[0].first, p->x + windows[1].first, p->x + windows[2].first, block);
        return;
    }
    for (int32_t row = 0; row < TN_DSP_ROWS; row++) {
        if (inside(p, &windows[row])) {
            fill_whole(p, p->x + windows[row].first, block + row);
        } else {
            fill_clipped(p, &windows[row], block + row);
        }
    }
}
