// The step loop, and what an application asks of an open model.

#include "tn_load.h"

static tn_status_t describe(const tn_model_t *model, uint32_t index, tn_io_t *io)
{
    const uint8_t *record = model->io + index * TN_IO_SIZE;
    const tn_tensor_t tensor = tn_model_tensor(model, tn_read_u16(record));
    io->name = model->text + tn_read_u32(record + 12);
    io->data = tensor.data;
    io->bytes = (uint32_t)tensor.count * tn_dtype_size(tensor.dtype);
    io->dims = tensor.dims;
    io->rank = tensor.rank;
    io->dtype = tensor.dtype;
    io->quantized = record[3] != 0;
    io->scale_bits = tn_read_u32(record + 4);
    io->zero = (int32_t)tn_read_u32(record + 8);
    return TN_OK;
}

tn_status_t tn_model_input(const tn_model_t *model, uint16_t index, tn_io_t *io)
{
    return model == NULL || io == NULL || index >= model->input_count ? TN_ERR_ARG : describe(model, index, io);
}

tn_status_t tn_model_output(const tn_model_t *model, uint16_t index, tn_io_t *io)
{
    if (model == NULL || io == NULL || index >= model->output_count) {
        return TN_ERR_ARG;
    }
    return describe(model, (uint32_t)model->input_count + index, io);
}

const char *tn_model_name(const tn_model_t *model)
{
    return model != NULL && model->text != NULL ? model->text : "";
}

const char *tn_model_label(const tn_model_t *model, uint16_t index)
{
    if (model == NULL || index >= model->label_count) {
        return NULL;
    }
    return model->text + tn_read_u32((const uint8_t *)(model->labels + index));
}

tn_fault_t tn_model_fault(const tn_model_t *model)
{
    return model->fault;
}

size_t tn_model_size(void)
{
    return sizeof(tn_model_t);
}

void tn_model_close(tn_model_t *model)
{
    memset(model, 0, sizeof *model);
}

void tn_model_set_hook(tn_model_t *model, tn_hook_t hook, void *user)
{
    model->hook = hook;
    model->hook_user = user;
}

tn_status_t tn_model_reset(tn_model_t *model)
{
    if (model == NULL || model->tensors == NULL) {
        return TN_ERR_ARG;
    }
    model->cursor = 0;
    model->step = 0;
    for (uint16_t i = 0; i < model->tensor_count; i++) {
        const uint8_t *record = model->tensors + (uint32_t)i * TN_TENSOR_SIZE;
        if (record[1] == TN_PLACE_STATE) {
            const tn_tensor_t tensor = tn_model_tensor(model, i);
            memset(tensor.data, record[3], (size_t)tensor.count * tn_dtype_size(tensor.dtype));
        }
    }
    return TN_OK;
}

tn_status_t tn_model_step(tn_model_t *model, uint32_t max_steps, bool *done)
{
    if (model == NULL || model->steps == NULL || done == NULL) {
        return TN_ERR_ARG;
    }
    if (model->step == model->step_count) {
        model->step = 0;
        model->cursor = 0;
    }
    for (uint32_t n = 0; model->step < model->step_count && (max_steps == 0 || n < max_steps); n++) {
        tn_step_record_t record;
        uint32_t param_bytes;
        // The loader has walked these records: they decode, and the operator is there.
        (void)tn_step_at(model, model->cursor, &record);
        const tn_op_t *op = tn_op_find(record.op, record.kernel, &param_bytes);
        const tn_op_context_t context = tn_step_context(model, &record);
        if (model->hook != NULL) {
            model->hook(model->hook_user, model->step, record.op, true);
        }
        op->eval(&context);
        if (model->hook != NULL) {
            model->hook(model->hook_user, model->step, record.op, false);
        }
        model->cursor += record.size;
        model->step++;
    }
    *done = model->step == model->step_count;
    return TN_OK;
}

tn_status_t tn_model_run(tn_model_t *model)
{
    bool done;
    return tn_model_step(model, 0, &done);
}
