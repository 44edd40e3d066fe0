// A channel of an int8 image as a padded plane of int16: what the depthwise kernels work on.
#ifndef TN_DSP_PLANE_H
#define TN_DSP_PLANE_H

#include "tn_dsp.h"
#include "tn_window.h"

// Outputs of an axis: the compiler keeps to it as well.
#define TN_DSP_MOST_OUT 8192

// One direction of the image.
typedef struct tn_dsp_axis {
    int32_t in;
    int32_t out;
    int32_t taps;
    int32_t stride;
    int32_t dilation;
    int32_t pad;
    int32_t x_step;    // from cell to cell in x
    int32_t y_step;
    tn_taps_t inside;  // the plane's cells that lie inside x
} tn_dsp_axis_t;

// The plane of one channel. Which direction is `along` and what the plane's sizes count is the kernel's affair.
typedef struct tn_dsp_plane {
    tn_dsp_axis_t along;
    tn_dsp_axis_t down;
    int32_t length;        // cells along
    int32_t count;         // cells down
    int32_t words;         // of the plane
    int32_t weight_words;  // of a channel, behind bias, mult, half and shift
} tn_dsp_plane_t;

// Of each kernel, from x and y of a channel, with its packed words.
void tn_dsp_plane3x3_channel(const tn_dsp_plane_t *p, uint32_t *plane, const int8_t *x, const uint32_t *w, int8_t *y);
void tn_dsp_lines_channel(const tn_dsp_plane_t *p, uint32_t *plane, const int8_t *x, const uint32_t *w, int8_t *y);

#endif
