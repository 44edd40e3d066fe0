#include "tn_blob.h"

bool tn_step_at(const tn_model_t *model, uint32_t offset, tn_step_record_t *step)
{
    const uint32_t left = model->steps_size - offset;
    if (offset > model->steps_size || left < TN_STEP_SIZE) {
        return false;
    }
    const uint8_t *at = model->steps + offset;
    step->op = at[0];
    step->inputs = at[1];
    step->outputs = at[2];
    step->kernel = at[3];
    step->param_bytes = tn_read_u16(at + 4);
    step->scratch = tn_read_u16(at + 6);
    const uint32_t refs = ((uint32_t)step->inputs + step->outputs + 1u) / 2u * 4u;
    step->size = TN_STEP_SIZE + refs + step->param_bytes;
    step->refs = (const uint16_t *)(const void *)(at + TN_STEP_SIZE);
    step->params = at + TN_STEP_SIZE + refs;
    return step->size <= left && step->param_bytes % 4u == 0;
}

tn_tensor_t tn_model_tensor(const tn_model_t *model, uint16_t index)
{
    const uint8_t *record = model->tensors + (uint32_t)index * TN_TENSOR_SIZE;
    const uint32_t offset = tn_read_u32(record + 4);
    tn_tensor_t tensor;
    tensor.dtype = record[0];
    tensor.place = record[1];
    tensor.rank = record[2];
    tensor.dims = model->shapes + tn_read_u32(record + 12);
    tensor.count = (int32_t)(tn_read_u32(record + 8) / tn_dtype_size(record[0]));
    tensor.data = tensor.place == TN_PLACE_CONSTANT ? (void *)(uintptr_t)(model->constants + offset) : model->arena + offset;
    return tensor;
}
