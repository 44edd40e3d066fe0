// Kernels of this back end that take the places of the references, for blobs of every target.
#ifndef TN_KERNELS_BACKEND_H
#define TN_KERNELS_BACKEND_H

#define TN_KERNEL_AVERAGE_POOL2D_S8 tn_average_pool2d_s8_mve
#define TN_KERNEL_MAX_POOL2D_S8 tn_max_pool2d_s8_mve
#define TN_KERNEL_ADD_S8 tn_add_s8_mve
#define TN_KERNEL_MUL_S8 tn_mul_s8_mve

struct tn_pool2d_args;
struct tn_arith_args;
struct tn_mul_args;

void tn_average_pool2d_s8_mve(const struct tn_pool2d_args *a);
void tn_max_pool2d_s8_mve(const struct tn_pool2d_args *a);
void tn_add_s8_mve(const struct tn_arith_args *a);
void tn_mul_s8_mve(const struct tn_mul_args *a);

#endif
