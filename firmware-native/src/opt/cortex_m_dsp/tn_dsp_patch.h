// Windows of an int8 image, widened to int16 in the order in which tn_dsp_gemm reads them.
#ifndef TN_DSP_PATCH_H
#define TN_DSP_PATCH_H

#include "tn_dsp_gemm.h"

// A window is a sequence of runs, each contiguous in x: a row of taps, or a tap where the columns are dilated. The quads of all runs come first;
// what is left of them (length % 4 numbers each) follows, packed into quads of its own.
typedef struct tn_dsp_patch {
    const int8_t *x;     // [batches, in_h, in_w, in_c]
    int32_t in_h;
    int32_t in_w;
    int32_t in_c;
    int32_t out_h;
    int32_t out_w;
    int32_t filter_h;
    int32_t filter_w;
    int32_t stride_h;
    int32_t stride_w;
    int32_t dilation_h;
    int32_t dilation_w;
    int32_t pad_top;
    int32_t pad_left;
    int32_t x_zero;      // what cells outside x hold
    // From here on what tn_dsp_patch_plan makes of the numbers above.
    int32_t run_taps;    // taps of a run
    int32_t row_runs;    // runs of a row of taps
    int32_t run_quads;
    int32_t run_left;
    int32_t left_at;     // the quad where the left numbers begin
    int32_t quads;       // of a window
    int32_t x_step;      // in x, from a window to the one beside it
} tn_dsp_patch_t;

// Derives the plan; false where a window has more than 2^24 numbers.
bool tn_dsp_patch_plan(tn_dsp_patch_t *p);

// Where a window lies: its first tap, that tap's index in x, and the output position.
typedef struct tn_dsp_window {
    int32_t y;
    int32_t x;
    int32_t first;
    int32_t position;  // counted through all samples
    int32_t column;
} tn_dsp_window_t;

// The window of an output position.
tn_dsp_window_t tn_dsp_patch_seek(const tn_dsp_patch_t *p, int32_t position);

// Fills a block with the window *w and the two after it, or three times *w where `same`; *w becomes the next one.
void tn_dsp_patch_fill(const tn_dsp_patch_t *p, tn_dsp_window_t *w, bool same, uint32_t *block);

#endif
