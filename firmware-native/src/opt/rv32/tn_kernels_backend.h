// General kernels that this back end replaces; ../../ops/tn_kernels.h includes this.
#ifndef TN_KERNELS_BACKEND_H
#define TN_KERNELS_BACKEND_H

#define TN_KERNEL_AVERAGE_POOL2D_S8 rv32_average_pool2d_s8
#define TN_KERNEL_MAX_POOL2D_S8 rv32_max_pool2d_s8
#define TN_KERNEL_ADD_S8 rv32_add_s8
#define TN_KERNEL_MUL_S8 rv32_mul_s8

struct tn_pool2d_args;
struct tn_arith_args;
struct tn_mul_args;

void rv32_average_pool2d_s8(const struct tn_pool2d_args *a);
void rv32_max_pool2d_s8(const struct tn_pool2d_args *a);
void rv32_add_s8(const struct tn_arith_args *a);
void rv32_mul_s8(const struct tn_mul_args *a);

#endif
