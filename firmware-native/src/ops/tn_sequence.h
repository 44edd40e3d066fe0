// What LSTM and GRU share: the walk over sequences, and the two products that feed a gate.
#ifndef TN_SEQUENCE_H
#define TN_SEQUENCE_H

#include "tn_op.h"

// Bits of the `flags` parameter.
enum {
    TN_SEQUENCE_TIME_MAJOR = 1,         // x [T,N,I] and y [T,N,U], not [N,T,I] and [N,T,U]
    TN_SEQUENCE_REVERSE = 2,            // from the last step to the first; y stays in the order of x
    TN_LSTM_WIDE_PARTS = 4,             // LSTM: the two parts of a gate are not saturated before they are added
    TN_GRU_LINEAR_BEFORE_RESET = 4      // GRU: the reset gate multiplies the recurrent product
};

// Units of a gate's argument: 2^-12. 8 and more is sure for sigmoid and tanh.
#define TN_GATE_LIMIT 32768

// Where the elements of step t of sequence n lie: x at x_first + n * x_batch + t * x_step, y alike.
typedef struct tn_sequence {
    int32_t batches;
    int32_t steps;
    int32_t depth;
    int32_t units;
    int32_t x_first;
    int32_t x_batch;
    int32_t x_step;
    int32_t y_first;
    int32_t y_batch;
    int32_t y_step;
} tn_sequence_t;

// The geometry of a checked operator with x at input 0 and y at output 0.
tn_sequence_t tn_sequence_of(const tn_op_context_t *ctx, int32_t flags);

// The door check of x (input 0), w (input 1), r (input 2) and y (output 0) for `gates` gates: shapes and types.
tn_status_t tn_sequence_check(tn_op_context_t *ctx, int32_t flags, int32_t gates);

// Input `input` and output `output` present, of this type, with batches * units elements.
bool tn_sequence_state_fits(tn_op_context_t *ctx, int input, int output, uint8_t dtype, const tn_sequence_t *s);

// Input absent, or of this type with `count` elements.
bool tn_sequence_optional(tn_op_context_t *ctx, int input, uint8_t dtype, int32_t count);

// Multipliers and shifts at two inputs: one for each gate or for each row (gate and unit), first for x, then for h.
bool tn_sequence_multipliers(tn_op_context_t *ctx, int mult, int shift, int32_t gates, int32_t units, int32_t max_shift);

// output = input, where they are not the same bytes.
void tn_sequence_begin(const tn_op_context_t *ctx, int input, int output);

static inline int32_t tn_dot_s8(int32_t acc, const int8_t *x, const int8_t *w, int32_t length)
{
    for (; length > 0; length--) {
        acc = tn_add32(acc, *x++ * *w++);
    }
    return acc;
}

#if TN_FLOAT
// To -limit .. limit.
static inline float tn_clip_f32(float x, float limit)
{
    return x < -limit ? -limit : x > limit ? limit : x;
}

static inline float tn_dot_f32(const float *x, const float *w, int32_t length)
{
    float acc = 0.0f;
    for (; length > 0; length--) {
        acc += *x++ * *w++;
    }
    return acc;
}
#endif

#endif
