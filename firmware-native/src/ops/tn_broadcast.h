// Numpy broadcasting for operators with two or three operands, and what such operators share.
#ifndef TN_BROADCAST_H
#define TN_BROADCAST_H

#include "tn_op.h"

#define TN_BROADCAST_OPERANDS 3

// The output as runs of consecutive elements. In a run an operand either advances by one element (step 1) or repeats (step 0).
typedef struct tn_broadcast {
    int32_t run;                            // elements of a run
    int32_t y;                              // where the run begins in the output
    int32_t at[TN_BROADCAST_OPERANDS];      // where it begins in each operand
    int32_t step[TN_BROADCAST_OPERANDS];
    int32_t rank;                           // loops around the runs; innermost first
    int32_t dims[TN_MAX_RANK];
    int32_t index[TN_MAX_RANK];
    int32_t stride[TN_MAX_RANK][TN_BROADCAST_OPERANDS];
} tn_broadcast_t;

// Door check: inputs 0 .. operands-1 are present and broadcast to the shape of output 0.
bool tn_broadcasts(tn_op_context_t *ctx, int operands);

// The first run of inputs 0 .. operands-1 and output 0; then the next one, until false.
tn_broadcast_t tn_broadcast_begin(const tn_op_context_t *ctx, int operands);
bool tn_broadcast_next(tn_broadcast_t *b);

// Runs y = expression over all elements, with `a` and `b` the operands' elements of type X and the result of type Y. Expects a
// tn_op_context_t *ctx.
#define TN_BROADCAST_2(X, Y, expression)                                                      \
    do {                                                                                      \
        const tn_tensor_t ta_ = tn_in(ctx, 0), tb_ = tn_in(ctx, 1), ty_ = tn_out(ctx, 0);     \
        tn_broadcast_t it_ = tn_broadcast_begin(ctx, 2);                                      \
        do {                                                                                  \
            const X *a_ = (const X *)ta_.data + it_.at[0];                                    \
            const X *b_ = (const X *)tb_.data + it_.at[1];                                    \
            Y *y_ = (Y *)ty_.data + it_.y;                                                    \
            for (int32_t i_ = 0; i_ < it_.run; i_++) {                                        \
                const X a = *a_;                                                              \
                const X b = *b_;                                                              \
                y_[i_] = (Y)(expression);                                                     \
                a_ += it_.step[0];                                                            \
                b_ += it_.step[1];                                                            \
            }                                                                                 \
        } while (tn_broadcast_next(&it_));                                                    \
    } while (0)

static inline float tn_clampf(float x, float lo, float hi)
{
    return x < lo ? lo : x > hi ? hi : x;
}

// Whether this image has kernels for an element type.
static inline bool tn_dtype_kept(uint8_t dtype)
{
    switch (dtype) {
    case TN_S8: case TN_U8: return true;
    case TN_S16: return TN_INT16;
    default: return TN_FLOAT;
    }
}

#endif
