#include "tn_blob.h"

bool tn_step_at(const tn_model_t *model, uint32_t offset, tn_step_record_t *step)
{
    const uint32_t left = model->steps_size - offset;
    if (offset > model->steps_size || left < TN_STEP_SIZE) {
        return false;
    }
    const uint8_t *at = model->steps + offset;
    const uint32_t first = tn_word(at);
    const uint32_t second = tn_word(at + 4);
    step->op = (uint8_t)first;
    step->inputs = (uint8_t)(first >> 8);
    step->outputs = (uint8_t)(first >> 16);
    step->kernel = (uint8_t)(first >> 24);
    step->param_bytes = (uint16_t)second;
    step->scratch = (uint16_t)(second >> 16);
    const uint32_t refs = ((uint32_t)step->inputs + step->outputs + 1u) / 2u * 4u;
    step->size = TN_STEP_SIZE + refs + step->param_bytes;
    step->refs = (const uint16_t *)(const void *)(at + TN_STEP_SIZE);
    step->params = at + TN_STEP_SIZE + refs;
    return step->size <= left && step->param_bytes % 4u == 0;
}

tn_tensor_t tn_model_tensor(const tn_model_t *model, uint16_t index)
{
    const uint8_t *record = model->tensors + (uint32_t)index * TN_TENSOR_SIZE;
    const uint32_t offset = tn_word(record + 4);
    tn_tensor_t tensor;
    tensor.dtype = record[0];
    tensor.place = record[1];
    tensor.rank = record[2];
    tensor.dims = model->shapes + tn_word(record + 12);
    tensor.count = (int32_t)(tn_word(record + 8) / tn_dtype_size(record[0]));
    tensor.data = tensor.place == TN_PLACE_CONSTANT ? (void *)(uintptr_t)(model->constants + offset) : model->arena + offset;
    return tensor;
}
