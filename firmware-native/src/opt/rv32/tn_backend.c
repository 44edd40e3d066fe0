// The table of this back end: one row per kernel, as host-tools/TinyNano.Compiler/Targets has them.

#include "tn_backend.h"

const uint8_t tn_backend_target = TN_TARGET_RV32;

const tn_op_t *tn_backend_find(uint8_t op, uint8_t kernel)
{
    (void)op;
    (void)kernel;
    return NULL;
}
