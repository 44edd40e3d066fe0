// The table of this back end: one row per kernel, as host-tools/TinyNano.Compiler/Targets has them.

#include "tn/tn_op_switches.h"
#include "tn_backend.h"

const uint8_t tn_backend_target = TN_TARGET_CORTEX_M_MVE;

extern const tn_op_t tn_mve_conv2d_op, tn_mve_window_op, tn_mve_rows_op, tn_mve_depthwise_op, tn_mve_depthwise3x3_op, tn_mve_depthwise1d_op;

typedef struct row {
    uint8_t op;
    uint8_t kernel;
    const tn_op_t *variant;
} row_t;

static const row_t rows[] = {
#if TN_OP_CONV_2D
    {1, 1, &tn_mve_conv2d_op},
    {1, 2, &tn_mve_window_op},
#endif
#if TN_OP_DEPTHWISE_CONV_2D
    {2, 1, &tn_mve_depthwise_op},
    {2, 2, &tn_mve_depthwise3x3_op},
    {2, 3, &tn_mve_depthwise1d_op},
#endif
#if TN_OP_FULLY_CONNECTED
    {4, 1, &tn_mve_rows_op},
#endif
    {0, 0, NULL},
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
