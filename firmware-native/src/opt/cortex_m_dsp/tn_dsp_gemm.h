// The product of three rows of int16 with packed int8 weights: where the convolutions and fully connected layers spend their time.
#ifndef TN_DSP_GEMM_H
#define TN_DSP_GEMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Rows of one block.
#define TN_DSP_ROWS 3

// Bytes of scratch for each four numbers of a block's rows: two words for each row.
#define TN_DSP_QUAD_BYTES 24

// Weights of channels a and b lie in pairs, for each quad of k one word with k0 and k2, one with k1 and k3: each half is 256 * a + b.
// SMLAD with such a word gives 256 * A + B, with its sign-extended low bytes B: three instructions for the products of four weights.
//
// w: for each pair the words {256 * bias a + bias b, bias b}, 2 * quads words of weights, then {mult, half, shift} of b and of a.
typedef struct tn_dsp_gemm {
    const uint32_t *x;   // for each quad: k0 and k2 of the three rows, then k1 and k3
    const uint32_t *w;
    int8_t *y;           // row 0; channel 0 of this call
    int32_t y_stride;    // from row to row
    int32_t quads;       // at least 1
    int32_t pairs;       // at least 1
    int32_t *raw;        // instead of y, six sums of one pair: 256 * A + B of the rows, then B; NULL for y
} tn_dsp_gemm_t;

void tn_dsp_gemm(const tn_dsp_gemm_t *a);

// Widens `quads` quads of three rows of int8 into a block.
void tn_dsp_widen3(uint32_t *to, const int8_t *x0, const int8_t *x1, const int8_t *x2, uint32_t quads);

#endif
