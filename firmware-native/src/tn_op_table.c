// The operator table of this image, from tn_ops.def. TN_OP_<NAME> = 0 leaves an operator out, and with it its code; 2 leaves out its general
// kernel and keeps the variants of the back end.

#include "tn/tn_op_switches.h"
#include "tn_backend.h"
#include "tn_load.h"

#define TN_OP(code, name, symbol, param_bytes) extern const tn_op_t symbol##_op;
#include "tn/tn_ops.def"
#undef TN_OP

typedef struct row {
    uint8_t code;
    uint8_t param_bytes;
    bool kept;
    const tn_op_t *op;
} row_t;

static const row_t rows[] = {
#define TN_OP(code, name, symbol, param_bytes) {code, param_bytes, TN_OP_##name != 0, TN_OP_##name == 1 ? &symbol##_op : NULL},
#include "tn/tn_ops.def"
#undef TN_OP
};

const tn_op_t *tn_op_find(uint8_t code, uint8_t kernel, uint32_t *param_bytes)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code) {
            *param_bytes = rows[i].param_bytes;
            return kernel == 0 ? rows[i].op : rows[i].kept ? tn_backend_find(code, kernel) : NULL;
        }
    }
    return NULL;
}

tn_op_context_t tn_step_context(const tn_model_t *model, const tn_step_record_t *step)
{
    const tn_op_context_t context = {
        .model = model,
        .refs = step->refs,
        .params = step->params,
        .inputs = step->inputs,
        .outputs = step->outputs,
        .kernel = step->kernel,
        .scratch = step->scratch,
        .blame = TN_NONE,
    };
    return context;
}
