// TinyNano runtime: opens a blob in place, runs it step by step on a static arena. C99, no heap, no OS.
//
// docs/SPEC.md describes the blob. Every byte of it is treated as hostile: what does not fit is refused by
// tn_model_open, and afterwards nothing can fail or leave its bounds.
#ifndef TN_H
#define TN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tn/tn_config.h"
#include "tn/tn_status.h"

#ifdef __cplusplus
extern "C" {
#endif

// Kernel ABI of this runtime: changes when the meaning of an operator or of its parameters changes.
#define TN_KERNEL_ABI 1u

// No step, no tensor: see tn_fault_t.
#define TN_NONE 0xFFFFu

// Element types, as in the blob.
typedef enum tn_dtype {
    TN_F32 = 1,
    TN_S8 = 2,
    TN_U8 = 3,
    TN_S16 = 4,
    TN_S32 = 5,
    TN_S64 = 6,
    TN_BOOL = 7
} tn_dtype_t;

// What went wrong, and at which step and tensor (TN_NONE where that is not known).
typedef struct tn_fault {
    int16_t status;
    uint16_t step;
    uint16_t tensor;
} tn_fault_t;

// Called before (before = true) and after each step. `op` is the operator's code.
typedef void (*tn_hook_t)(void *user, uint16_t step, uint8_t op, bool before);

// An open model. The caller owns the memory; the fields are the runtime's.
typedef struct tn_model {
    const uint8_t *tensors;
    const int32_t *shapes;
    const uint8_t *steps;
    const uint8_t *constants;
    const uint8_t *io;
    const char *text;
    const uint32_t *labels;
    const uint8_t *golden;
    uint8_t *arena;
    tn_hook_t hook;
    void *hook_user;
    uint32_t steps_size;
    uint32_t text_size;
    uint32_t golden_size;
    uint32_t cursor;
    uint32_t model_version;
    uint16_t tensor_count;
    uint16_t step_count;
    uint16_t input_count;
    uint16_t output_count;
    uint16_t label_count;
    uint16_t golden_count;
    uint16_t step;
    tn_fault_t fault;
} tn_model_t;

// An input or output of a model. `data` points into the arena and stays valid until the model is closed.
typedef struct tn_io {
    const char *name;       // zero-terminated UTF-8, in the blob
    void *data;
    uint32_t bytes;
    const int32_t *dims;    // `rank` of them, in the blob
    uint8_t rank;
    uint8_t dtype;          // tn_dtype_t
    bool quantized;         // whether real = scale * (q - zero) holds
    uint32_t scale_bits;    // IEEE 754 bits of the float32 scale: integer-only code need not touch a float
    int32_t zero;
} tn_io_t;

/// Opening ///

// Reads the arena size a blob asks for, in bytes. Checks the header only.
TN_API tn_status_t tn_blob_arena_size(const uint8_t *bytes, size_t length, uint32_t *arena_bytes);

// Opens a model in place.
//
// `bytes` is the whole blob, typically in memory-mapped flash, aligned to TN_ARENA_ALIGN. It is treated as hostile: every
// offset, count and size is checked before use, and nothing outside [bytes, bytes + length) is read. The model keeps
// pointers into it, so it stays readable until the model is closed.
//
// `arena` is scratch for this model, aligned to TN_ARENA_ALIGN, at least the blob's arena size. One arena serves one
// open model. Its contents are cleared.
//
// Returns TN_OK; or TN_ERR_ARG, TN_ERR_FORMAT, TN_ERR_VERSION, TN_ERR_CHECKSUM, TN_ERR_OP, TN_ERR_TYPE, TN_ERR_LIMIT,
// TN_ERR_ARENA. On failure the model is closed and tn_model_fault tells which step and tensor were to blame.
TN_API tn_status_t tn_model_open(tn_model_t *model, const uint8_t *bytes, size_t length, uint8_t *arena,
                                 size_t arena_length);

// The same without reading the weights for their checksum: for a blob that has passed tn_blob_verify before, when it was stored.
// As safe for memory as tn_model_open, and faster by the time that the checksum takes.
TN_API tn_status_t tn_model_load(tn_model_t *model, const uint8_t *bytes, size_t length, uint8_t *arena,
                                 size_t arena_length);

// Checks header and checksum. TN_OK, TN_ERR_ARG, TN_ERR_FORMAT, TN_ERR_VERSION, TN_ERR_TARGET or TN_ERR_CHECKSUM.
TN_API tn_status_t tn_blob_verify(const uint8_t *bytes, size_t length);

// Forgets the blob and the arena. A closed model refuses to run.
TN_API void tn_model_close(tn_model_t *model);

TN_API tn_fault_t tn_model_fault(const tn_model_t *model);

/// Inputs, outputs, names ///

// Inputs (or outputs) are numbered from 0 in the order of the source model. TN_ERR_ARG for an index outside.
TN_API tn_status_t tn_model_input(const tn_model_t *model, uint16_t index, tn_io_t *io);
TN_API tn_status_t tn_model_output(const tn_model_t *model, uint16_t index, tn_io_t *io);

// The model's name; "" for a closed model.
TN_API const char *tn_model_name(const tn_model_t *model);

// Class label `index`, or NULL where there is none.
TN_API const char *tn_model_label(const tn_model_t *model, uint16_t index);

/// Running ///

// sizeof(tn_model_t), for callers that cannot see the struct.
TN_API size_t tn_model_size(void);

// Writes the initial contents of every state (LSTM, GRU, SVDF). tn_model_open has done it already.
TN_API tn_status_t tn_model_reset(tn_model_t *model);

// Runs at most `max_steps` steps (0: all that remain) and tells through `done` whether the outputs are ready. The next call after
// that starts over; fill the inputs again before it, as their bytes may have been used for other tensors.
TN_API tn_status_t tn_model_step(tn_model_t *model, uint32_t max_steps, bool *done);

// Runs all steps.
TN_API tn_status_t tn_model_run(tn_model_t *model);

// Calls `hook` around each step; NULL for none.
TN_API void tn_model_set_hook(tn_model_t *model, tn_hook_t hook, void *user);

// Fills all inputs with the pseudo-random contents that golden vectors use (SPEC.md, "Golden vectors").
TN_API tn_status_t tn_model_fill(tn_model_t *model, uint32_t seed);

// Makes everything ready for golden vector `index` of the blob: its inputs are filled, a run that is under way is given up. Vector 0
// resets the states first; the others follow it in order. TN_ERR_ARG for an index outside.
TN_API tn_status_t tn_model_fill_golden(tn_model_t *model, uint16_t index);

// Whether the outputs, after a run, are those of golden vector `index`: TN_OK or TN_ERR_PROOF; TN_ERR_ARG for an index outside.
TN_API tn_status_t tn_model_check_golden(const tn_model_t *model, uint16_t index);

// Runs the blob's golden vectors on this device's kernels. Integer outputs are compared exactly, float outputs within
// 2^-10 of the larger of 1 and the expected magnitude. States are reset before and after.
// Returns TN_OK, also for a blob without vectors, or TN_ERR_PROOF.
TN_API tn_status_t tn_model_prove(tn_model_t *model);

#ifdef __cplusplus
}
#endif

#endif
