// Door checks of this back end's kernels.
#ifndef TN_DSP_OP_H
#define TN_DSP_OP_H

#include "tn_dsp.h"
#include "tn_op.h"

// Packed constants begin with two words: what the parameters do not say.
#define TN_DSP_HEADER_BYTES 8

// Gets the last input: a constant of bytes on a word boundary, header and body.
static inline bool tn_need_packed(tn_op_context_t *ctx, tn_tensor_t *packed)
{
    const int last = ctx->inputs - 1;
    if (!tn_has(ctx, last)) {
        return false;
    }
    ctx->blame = ctx->refs[last];
    *packed = tn_in(ctx, last);
    return packed->dtype == TN_U8 && packed->place == TN_PLACE_CONSTANT && (uintptr_t)packed->data % 4 == 0
        && packed->count >= TN_DSP_HEADER_BYTES;
}

// Whether its body has this many words; -1 never.
static inline bool tn_packed_fits(const tn_tensor_t *packed, int32_t words)
{
    return words >= 0 && (packed->count & 3) == 0 && packed->count / 4 - TN_DSP_HEADER_BYTES / 4 == words;
}

// Gets x and y, int8.
static inline bool tn_need_s8(tn_op_context_t *ctx, tn_tensor_t *x, tn_tensor_t *y)
{
    if (!tn_has(ctx, 0)) {
        return false;
    }
    ctx->blame = ctx->refs[0];
    *x = tn_in(ctx, 0);
    *y = tn_out(ctx, 0);
    return x->dtype == TN_S8 && y->dtype == TN_S8;
}

// Header and body of the packed constant.
static inline const int32_t *tn_packed_header(const tn_op_context_t *ctx)
{
    return tn_in(ctx, ctx->inputs - 1).data;
}

static inline const uint32_t *tn_packed_words(const tn_op_context_t *ctx)
{
    return (const uint32_t *)tn_in(ctx, ctx->inputs - 1).data + TN_DSP_HEADER_BYTES / 4;
}

// Scratch of at least `bytes`, on a word boundary.
static inline bool tn_need_words(const tn_op_context_t *ctx, uint32_t bytes)
{
    return tn_need_scratch(ctx, bytes) && (bytes == 0 || (uintptr_t)tn_scratch(ctx) % 4 == 0);
}

#endif
