// The operator interface. One file per operator defines `const tn_op_t <symbol>_op` with its door check and its evaluation.
#ifndef TN_OP_H
#define TN_OP_H

#include <string.h>

#include "../tn_math.h"
#include "../tn_tensor.h"

// What an operator is given: its tensors by position, its parameters, its scratch.
typedef struct tn_op_context {
    const tn_model_t *model;
    const uint16_t *refs;     // inputs, then outputs; TN_NONE for an absent input
    const void *params;       // exactly the bytes tn_ops.def says, 4-byte aligned, in the blob
    uint8_t inputs;
    uint8_t outputs;
    uint8_t kernel;           // variant chosen by the compiler; 0 for the general one
    uint16_t scratch;         // tensor in the arena, or TN_NONE
    uint16_t blame;           // set by the checks below
} tn_op_context_t;

typedef struct tn_op {
    tn_status_t (*prepare)(tn_op_context_t *ctx);  // once, at load; the only place that may fail
    void (*eval)(const tn_op_context_t *ctx);      // every inference; cannot fail
} tn_op_t;

/// Access. In prepare check presence with tn_has first; in eval everything has been proved. ///

bool tn_has(const tn_op_context_t *ctx, int input);
tn_tensor_t tn_in(const tn_op_context_t *ctx, int input);
tn_tensor_t tn_out(const tn_op_context_t *ctx, int output);
void *tn_scratch(const tn_op_context_t *ctx);

/// Door checks: each returns whether it holds, and leaves the tensor to blame in the context. ///

// Exactly `inputs` input slots (absent ones count) and `outputs` outputs.
bool tn_arity(const tn_op_context_t *ctx, int inputs, int outputs);

// Input (or output) present, of this type and rank (rank -1: any).
bool tn_need_in(tn_op_context_t *ctx, int input, uint8_t dtype, int rank);
bool tn_need_out(tn_op_context_t *ctx, int output, uint8_t dtype, int rank);

// Input present, constant, of this type with exactly `count` elements.
bool tn_need_constant(tn_op_context_t *ctx, int input, uint8_t dtype, int32_t count);

// Scratch of at least `bytes`; bytes 0 needs none.
bool tn_need_scratch(const tn_op_context_t *ctx, uint32_t bytes);

// The multiplier (int32) and shift (int8) constants of an output with `channels` channels: both of 1 or `channels` elements, shifts in
// -31 .. max_shift.
bool tn_need_multipliers(tn_op_context_t *ctx, int mult, int shift, int32_t channels, int32_t max_shift);

// A zero point, or a clamp, in the range of a quantised type (int8, uint8 or int16).
bool tn_zero_fits(uint8_t dtype, int32_t zero);
bool tn_clamp_fits(uint8_t dtype, int32_t lo, int32_t hi);

// A single shift parameter.
static inline bool tn_shift_fits(int32_t shift, int32_t max_shift)
{
    return shift >= -31 && shift <= max_shift;
}

// a * b, or -1 where it does not fit into int32 (a, b >= 0, or -1 passed on).
int32_t tn_mul_dims(int32_t a, int32_t b);

#define TN_CHECK(holds) do { if (!(holds)) { return TN_ERR_FORMAT; } } while (0)

#endif
