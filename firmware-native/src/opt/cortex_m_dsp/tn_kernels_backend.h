// Kernels of this back end that take the places of the references, for blobs of every target.
#ifndef TN_KERNELS_BACKEND_H
#define TN_KERNELS_BACKEND_H

#define TN_KERNEL_AVERAGE_POOL2D_S8 tn_average_pool2d_s8_dsp
#define TN_KERNEL_MAX_POOL2D_S8 tn_max_pool2d_s8_dsp

struct tn_pool2d_args;

void tn_average_pool2d_s8_dsp(const struct tn_pool2d_args *a);
void tn_max_pool2d_s8_dsp(const struct tn_pool2d_args *a);

#endif
