// The table of this back end: one row per kernel, as host-tools/TinyNano.Compiler/Targets has them.

#include "tn/tn_op_switches.h"
#include "tn_backend.h"

const uint8_t tn_backend_target = TN_TARGET_CORTEX_M_DSP;

extern const tn_op_t tn_dsp_conv2d_op, tn_dsp_window_op, tn_dsp_rows_op, tn_dsp_fully_connected_op, tn_dsp_depthwise_op;
extern const tn_op_t tn_dsp_sum_op, tn_dsp_mul_op;

typedef struct row {
    uint8_t op;
    uint8_t kernel;
    const tn_op_t *variant;
} row_t;

static const row_t rows[] = {
#if TN_OP_CONV_2D
    {1, 1, &tn_dsp_conv2d_op},
    {1, 2, &tn_dsp_conv2d_op},
    {1, 3, &tn_dsp_window_op},
#endif
#if TN_OP_DEPTHWISE_CONV_2D
    {2, 1, &tn_dsp_depthwise_op},
    {2, 2, &tn_dsp_depthwise_op},
#endif
#if TN_OP_FULLY_CONNECTED
    {4, 1, &tn_dsp_fully_connected_op},
    {4, 2, &tn_dsp_rows_op},
    {4, 3, &tn_dsp_rows_op},
#endif
#if TN_OP_ADD
    {8, 1, &tn_dsp_sum_op},
#endif
#if TN_OP_SUB
    {9, 1, &tn_dsp_sum_op},
#endif
#if TN_OP_MUL
    {10, 1, &tn_dsp_mul_op},
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
