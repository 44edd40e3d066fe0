// The blob's records, and access to the parts of an open model. docs/SPEC.md is the description; names and offsets follow it.
#ifndef TN_BLOB_H
#define TN_BLOB_H

#include "tn_tensor.h"

#define TN_BLOB_MAJOR 1u
#define TN_HEADER_SIZE 64u
#define TN_SECTION_SIZE 16u
#define TN_TENSOR_SIZE 16u
#define TN_STEP_SIZE 8u
#define TN_IO_SIZE 16u
#define TN_GOLDEN_SIZE 16u
#define TN_MAX_SECTIONS 32u

// Section kinds.
enum {
    TN_SECTION_TENSORS = 1,
    TN_SECTION_SHAPES = 2,
    TN_SECTION_STEPS = 3,
    TN_SECTION_CONSTANTS = 4,
    TN_SECTION_IO = 5,
    TN_SECTION_TEXT = 6,
    TN_SECTION_LABELS = 7,
    TN_SECTION_GOLDEN = 8,
    TN_SECTION_HISTOGRAMS = 9,
    TN_SECTION_PACKINGS = 10
};

// Bits of the header's `types` field: which families of kernels the steps need.
#define TN_TYPE_INT8 1u
#define TN_TYPE_INT16 2u
#define TN_TYPE_FLOAT 4u

static inline uint16_t tn_read_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] | (at[1] << 8));
}

static inline uint32_t tn_read_u32(const uint8_t *at)
{
    return (uint32_t)at[0] | ((uint32_t)at[1] << 8) | ((uint32_t)at[2] << 16) | ((uint32_t)at[3] << 24);
}

// A word of a record of an open blob, which lies on a boundary of 4: one load where the compiler could not know that.
static inline uint32_t tn_word(const uint8_t *at)
{
    return *(const uint32_t *)(const void *)at;
}

// One decoded step. `refs` and `params` point into the blob.
typedef struct tn_step_record {
    const uint16_t *refs;
    const void *params;
    uint32_t size;
    uint16_t scratch;
    uint16_t param_bytes;
    uint8_t op;
    uint8_t inputs;
    uint8_t outputs;
    uint8_t kernel;
} tn_step_record_t;

// The step at byte `offset` of the steps section. False where the record does not lie inside the section.
bool tn_step_at(const tn_model_t *model, uint32_t offset, tn_step_record_t *step);

// Tensor `index` of an open model.
tn_tensor_t tn_model_tensor(const tn_model_t *model, uint16_t index);

#endif
