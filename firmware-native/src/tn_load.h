// What loading and running share: the operator table and the context of a step.
#ifndef TN_LOAD_H
#define TN_LOAD_H

#include "ops/tn_op.h"
#include "tn_blob.h"

// The operator of a code (kernel 0) or a variant of the image's back end, or NULL where this image lacks it; `param_bytes` as tn_ops.def says.
const tn_op_t *tn_op_find(uint8_t code, uint8_t kernel, uint32_t *param_bytes);

tn_op_context_t tn_step_context(const tn_model_t *model, const tn_step_record_t *step);

#endif
