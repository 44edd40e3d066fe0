// The table of this back end: one row per kernel, as host-tools/TinyNano.Compiler/Targets has them.

#include "tn_backend.h"

#include "tn/tn_op_switches.h"

extern const tn_op_t tn_rv32_conv2d_op;
extern const tn_op_t tn_rv32_depthwise_conv2d_op;
extern const tn_op_t tn_rv32_fully_connected_op;
extern const tn_op_t tn_rv32_add_op;

const uint8_t tn_backend_target = TN_TARGET_RV32;

typedef struct row {
    uint8_t op;
    uint8_t kernel;
    const tn_op_t *variant;
} row_t;

static const row_t rows[] = {
    {1, 1, TN_OP_CONV_2D ? &tn_rv32_conv2d_op : NULL},
    {2, 1, TN_OP_DEPTHWISE_CONV_2D ? &tn_rv32_depthwise_conv2d_op : NULL},
    {4, 1, TN_OP_FULLY_CONNECTED ? &tn_rv32_fully_connected_op : NULL},
    {8, 1, TN_OP_ADD ? &tn_rv32_add_op : NULL},
};

const tn_op_t *tn_backend_find(uint8_t op, uint8_t kernel)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].op == op && rows[i].kernel == kernel) {
            return rows[i].variant;
        }
    }
    return NULL;
}
