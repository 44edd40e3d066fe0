// The kernels that ESP-NN stands in for, where its constraints (constraints.def) allow it. It has none for int16.
#ifndef TN_KERNELS_BACKEND_H
#define TN_KERNELS_BACKEND_H

#define TN_KERNEL_CONV2D_S8 tn_conv2d_s8_esp_nn
#define TN_KERNEL_DEPTHWISE_CONV2D_S8 tn_depthwise_conv2d_s8_esp_nn
#define TN_KERNEL_FULLY_CONNECTED_S8 tn_fully_connected_s8_esp_nn
#define TN_KERNEL_AVERAGE_POOL2D_S8 tn_average_pool2d_s8_esp_nn
#define TN_KERNEL_MAX_POOL2D_S8 tn_max_pool2d_s8_esp_nn
#define TN_KERNEL_ADD_S8 tn_add_s8_esp_nn
#define TN_KERNEL_MUL_S8 tn_mul_s8_esp_nn

struct tn_conv2d_args;
struct tn_fully_connected_args;
struct tn_pool2d_args;
struct tn_arith_args;
struct tn_mul_args;

void tn_conv2d_s8_esp_nn(const struct tn_conv2d_args *a);
void tn_depthwise_conv2d_s8_esp_nn(const struct tn_conv2d_args *a);
void tn_fully_connected_s8_esp_nn(const struct tn_fully_connected_args *a);
void tn_average_pool2d_s8_esp_nn(const struct tn_pool2d_args *a);
void tn_max_pool2d_s8_esp_nn(const struct tn_pool2d_args *a);
void tn_add_s8_esp_nn(const struct tn_arith_args *a);
void tn_mul_s8_esp_nn(const struct tn_mul_args *a);

#endif
