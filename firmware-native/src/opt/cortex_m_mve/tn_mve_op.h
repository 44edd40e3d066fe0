// Door checks of this back end's kernels.
#ifndef TN_MVE_OP_H
#define TN_MVE_OP_H

#include "tn_mve.h"
#include "tn_op.h"

// Packed constants begin with four words: what the parameters do not say.
#define TN_MVE_HEADER_BYTES 16

// Input, packed constant and output of a step.
typedef struct tn_mve_io {
    tn_tensor_t x;
    tn_tensor_t w;
    tn_tensor_t y;
} tn_mve_io_t;

static inline tn_mve_io_t tn_mve_io(const tn_op_context_t *ctx)
{
    return (tn_mve_io_t){tn_in(ctx, 0), tn_in(ctx, 1), tn_out(ctx, 0)};
}

// Door check: x and y are int8 of this rank (-1: any), and the constant is one of bytes on a word boundary with at least a header.
static inline bool tn_mve_need_io(const tn_op_context_t *ctx, tn_mve_io_t *io, int rank)
{
    if (!tn_arity(ctx, 2, 1) || !tn_has(ctx, 0) || !tn_has(ctx, 1)) {
        return false;
    }
    *io = tn_mve_io(ctx);
    return io->x.dtype == TN_S8 && io->y.dtype == TN_S8 && (rank < 0 || (io->x.rank == rank && io->y.rank == rank))
        && io->w.dtype == TN_U8 && io->w.place == TN_PLACE_CONSTANT && (uintptr_t)io->w.data % 4 == 0 && io->w.count >= TN_MVE_HEADER_BYTES;
}

// Exactly so many bytes behind the header.
static inline bool tn_mve_is_packed(const tn_mve_io_t *io, int64_t bytes)
{
    return io->w.count - TN_MVE_HEADER_BYTES == bytes;
}

static inline const int32_t *tn_mve_header(const tn_mve_io_t *io)
{
    return io->w.data;
}

static inline const uint8_t *tn_mve_body(const tn_mve_io_t *io)
{
    return (const uint8_t *)io->w.data + TN_MVE_HEADER_BYTES;
}

// Scratch of at least `bytes`, on a word boundary.
static inline bool tn_mve_need_scratch(const tn_op_context_t *ctx, int64_t bytes)
{
    return bytes == 0 || (bytes <= INT32_MAX && tn_need_scratch(ctx, (uint32_t)bytes) && (uintptr_t)tn_scratch(ctx) % 4 == 0);
}

// Clamps what kernels have left between -128 and 127.
void tn_mve_clamp(int8_t *y, int32_t count, int32_t lo, int32_t hi);

// One row of numbers times groups of four channels; see tn_mve_row.c. Reads whole steps of x.
void tn_mve_row(const int8_t *x, int32_t steps, const uint8_t *w, int8_t *y, int32_t channels);

static inline int64_t tn_mve_row_bytes(int32_t steps)
{
    return 16 + (int64_t)steps * 64 + 48;
}

#endif
