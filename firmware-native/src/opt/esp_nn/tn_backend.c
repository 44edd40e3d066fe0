// The back end of images with ESP-NN: its kernels run portable blobs (tn_kernels_backend.h), and there are no variants.

#include "tn_backend.h"

const uint8_t tn_backend_target = TN_TARGET_PORTABLE;

const tn_op_t *tn_backend_find(uint8_t op, uint8_t kernel)
{
    (void)op;
    (void)kernel;
    return NULL;
}
