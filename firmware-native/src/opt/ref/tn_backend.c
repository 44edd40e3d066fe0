// The back end of images without optimised kernels: portable blobs only.

#include "tn_backend.h"

const uint8_t tn_backend_target = TN_TARGET_PORTABLE;

const tn_op_t *tn_backend_find(uint8_t op, uint8_t kernel)
{
    (void)op;
    (void)kernel;
    return NULL;
}
