// Depthwise convolutions over woven rows: what tn_mve_depthwise3x3.c and tn_mve_depthwise1d.c share.
#ifndef TN_MVE_WEAVE_H
#define TN_MVE_WEAVE_H

#include "tn_mve_op.h"

// Bytes of the packed constant of a channel: 20 of weights, then what sums begin with, multiplier, constant and shift.
#define TN_MVE_WOVEN_BYTES 36

// Most channels of a tile.
#define TN_MVE_TILE 16

// Tiles that cover so many channels; both at least 1. Without 64-bit division, which is a function of 700 bytes.
static inline int64_t tn_mve_tiles(int32_t channels, int32_t tile)
{
    return (channels - 1) / tile + 1;
}

// A loop over channels: for each, quads of outputs from four words each, gathered from words `column` bytes apart. Offsets are known to the
// assembly.
typedef struct tn_mve_tile {
    const int8_t *words;
    int8_t *y;
    int32_t quads;          // at least 1
    int32_t tail;           // outputs of one more quad, or 0
    const uint8_t *w;
    const uint8_t *w_end;
    int32_t step;           // of words, from quad to quad
    int32_t y_step;
    int32_t y_row;          // where outputs 2 and 3 of a quad lie
    int32_t y_column;       // and 1 and 3
    int32_t column;
    int32_t back;           // how far the last quad lies before where it would be
    int32_t y_back;
} tn_mve_tile_t;

void tn_mve_tile3x3(const tn_mve_tile_t *t);
void tn_mve_tile1d(const tn_mve_tile_t *t);

// Weaves four rows into `columns` columns of words. Rows advance by `steps` bytes a column, words by four bytes for each of the channels; the
// last column is 64 bytes wide.
void tn_mve_weave(int8_t *to, const int8_t *const rows[4], const int32_t steps[4], int32_t channels, int32_t columns);

#endif
