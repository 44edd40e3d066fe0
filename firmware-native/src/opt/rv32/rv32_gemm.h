// Sums of products for four pixels and two output channels at a time, two products an instruction.
//
// The four pixels' inputs are two streams of words: pixel 0 in the low and pixel 2 in the high half of a word of the first, 1 and 3 in
// the second, high half and sign of the low half added. A weight times such a word is two products, and sums of products stay apart while
// the low one fits into 16 bits. The desk sees to that: a run is four weights whose magnitudes add up to 255 at most. After each run the
// high half is added to a sum of its own; the low sum is what the sum of all words then lacks. Weights that do not fit are set to 0 in
// their run and follow as extras, each with its place in the stream.
//
// Packed channels, for each two of them (a last odd one has an empty partner), in 32-bit words:
//
//   int32  bias[2]      x_zero * sum of weights taken off
//   uint32 mult2[2]     see rv32_requantize.h
//   uint8  shift[2], extras[2]
//   int8   weights      two for each word of the stream, channel 0 first
//   extras of channel 0, then of channel 1: uint16 place in the stream, int8 weight, 0
#ifndef RV32_GEMM_H
#define RV32_GEMM_H

#include <stdbool.h>
#include <stddef.h>

#include "rv32_requantize.h"

#define RV32_RUN 4       // weights of a run
#define RV32_PIXELS 4

typedef struct rv32_gemm {
    const int32_t *packed;
    int32_t channels;
    uint32_t rows;       // the streams have rows of `length` words, a multiple of RV32_RUN, that begin `pitch` words apart
    uint32_t length;
    uint32_t pitch;
    int32_t zero;
    int32_t lo;
    int32_t hi;
} rv32_gemm_t;

// `count` (1 .. 4) pixels from streams `a` and `b` to y, y + channels, ...; pixels beyond `count` may be anything.
void rv32_gemm(const rv32_gemm_t *g, const uint32_t *a, const uint32_t *b, int8_t *y, int32_t count);

// The door check of packed channels: `words` is all there is, and no extra lies beyond the last row.
bool rv32_gemm_fits(const rv32_gemm_t *g, uint32_t words);

// n words of both streams from four pixels.
void rv32_interleave_4(uint32_t *a, uint32_t *b, const int8_t *const p[RV32_PIXELS], uint32_t n);

// n words of one stream from two pixels. A step of 0 repeats one cell.
void rv32_interleave(uint32_t *to, const int8_t *low, uint32_t low_step, const int8_t *high, uint32_t high_step, uint32_t n);

#endif
