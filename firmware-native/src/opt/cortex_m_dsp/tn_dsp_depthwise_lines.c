// Depthwise of any size and stride, dilated from line to line of its plane at most. Taps lie side by side in a line, so that words of two cells
// meet words of two weights; where a filter has one column, or is dilated along its rows, lines are the columns of the image. Four outputs at a time.
//
// Weights of a channel, doubled, which spares the requantisation an instruction: for each line of taps words of two, the last one with a 0 where
// the taps are odd in number.

#include "tn_dsp_plane.h"
#include "tn_math.h"

static void copy_plane(const tn_dsp_plane_t *p, int16_t *plane, const int8_t *x)
{
    int16_t *line = plane + p->down.inside.first * p->length + p->along.inside.first;
    for (int32_t i = p->down.inside.count; i > 0; i--, line += p->length, x += p->down.x_step) {
        const int8_t *cell = x;
        int16_t *to = line;
        for (int32_t k = p->along.inside.count; k > 0; k--, cell += p->along.x_step) {
            *to++ = *cell;
        }
    }
}

// Twice the sums of four outputs (weights and biases are doubled) whose windows begin `stride` cells apart.
static void four(const tn_dsp_plane_t *p, const int16_t *x, const uint32_t *w, int32_t bias, int32_t stride, int32_t sum[4])
{
    int32_t s0 = bias, s1 = bias, s2 = bias, s3 = bias;
    const int32_t words = (p->along.taps + 1) / 2;
    const int32_t next = tn_mul32(p->down.dilation, p->length);
    for (int32_t tap = p->down.taps; tap > 0; tap--, x += next) {
        const int16_t *x0 = x, *x1 = x + stride, *x2 = x1 + stride, *x3 = x2 + stride;
        for (const uint32_t *end = w + words; w != end; w++) {
            const uint32_t weights = *w;
            s0 = tn_smlad(tn_load32(x0), weights, s0);
            s1 = tn_smlad(tn_load32(x1), weights, s1);
            s2 = tn_smlad(tn_load32(x2), weights, s2);
            s3 = tn_smlad(tn_load32(x3), weights, s3);
            x0 += 2;
            x1 += 2;
            x2 += 2;
            x3 += 2;
        }
    }
    sum[0] = s0;
    sum[1] = s1;
    sum[2] = s2;
    sum[3] = s3;
}

void tn_dsp_lines_channel(const tn_dsp_plane_t *p, uint32_t *plane, const int8_t *x, const uint32_t *w, int8_t *y)
{
    const tn_dsp_axis_t *a = &p->along;
    const tn_dsp_scale_t scale = {(int32_t)w[1], (int32_t)w[2], (int32_t)w[3]};
    int16_t *cells = (int16_t *)plane;
    copy_plane(p, cells, x);
    // The last four begin early enough to be whole; with fewer than four outputs all of them are the same one.
    const int32_t many = a->out < 4 ? 1 : 4;
    for (int32_t i = 0; i < p->down.out; i++, y += p->down.y_step) {
        const int16_t *line = cells + i * p->down.stride * p->length;
        for (int32_t k = 0; k < a->out; k += many) {
            const int32_t first = k + many <= a->out ? k : a->out - many;
            int32_t sum[4];
            four(p, line + first * a->stride, w + 4, (int32_t)w[0], many == 1 ? 0 : a->stride, sum);
            int8_t *to = y + first * a->y_step;
            for (int32_t n = 0; n < many; n++, to += a->y_step) {
                *to = (int8_t)tn_dsp_requantize2(sum[n], sum[n], &scale);
            }
        }
    }
}
