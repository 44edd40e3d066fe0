// The back end of this image: kernels that run blobs packed for one target (docs/SPEC.md, "Targets"). One folder of src/opt each.
#ifndef TN_BACKEND_H
#define TN_BACKEND_H

#include "ops/tn_op.h"

// Targets, as in the header of a blob.
enum {
    TN_TARGET_PORTABLE = 0,
    TN_TARGET_CORTEX_M_DSP = 1,
    TN_TARGET_CORTEX_M_MVE = 2,
    TN_TARGET_RV32 = 3
};

// The target whose blobs this image runs beside portable ones.
extern const uint8_t tn_backend_target;

// Variant `kernel` (1 ..) of an operator, or NULL where this back end has none.
const tn_op_t *tn_backend_find(uint8_t op, uint8_t kernel);

#endif
