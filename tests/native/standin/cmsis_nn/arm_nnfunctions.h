// A stand-in for CMSIS-NN: the names, types and signatures that src/opt/cmsis_nn uses, written for these tests.
#ifndef STANDIN_ARM_NNFUNCTIONS_H
#define STANDIN_ARM_NNFUNCTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum { ARM_CMSIS_NN_SUCCESS = 0, ARM_CMSIS_NN_ARG_ERROR = -1 } arm_cmsis_nn_status;

typedef struct { void *buf; int32_t size; } cmsis_nn_context;
typedef struct { int32_t n, h, w, c; } cmsis_nn_dims;
typedef struct { int32_t w, h; } cmsis_nn_tile;
typedef struct { int32_t min, max; } cmsis_nn_activation;
typedef struct { int32_t *multiplier, *shift; } cmsis_nn_per_channel_quant_params;
typedef struct { int32_t multiplier, shift; } cmsis_nn_per_tensor_quant_params;
typedef struct { int32_t *multiplier, *shift; int32_t is_per_channel; } cmsis_nn_quant_params;
typedef struct { const void *data; const bool is_int32_bias; } cmsis_nn_bias_data;

typedef struct {
    int32_t input_offset, output_offset;
    cmsis_nn_tile stride, padding, dilation;
    cmsis_nn_activation activation;
} cmsis_nn_conv_params;

typedef struct {
    int32_t input_offset, output_offset, ch_mult;
    cmsis_nn_tile stride, padding, dilation;
    cmsis_nn_activation activation;
} cmsis_nn_dw_conv_params;

typedef struct {
    cmsis_nn_tile stride, padding;
    cmsis_nn_activation activation;
} cmsis_nn_pool_params;

typedef struct {
    int32_t input_offset, filter_offset, output_offset;
    cmsis_nn_activation activation;
} cmsis_nn_fc_params;

#define CONVOLVE(name, params_t, x_t, bias_t)                                                                                    \
    arm_cmsis_nn_status name(const cmsis_nn_context *ctx, const params_t *params, const cmsis_nn_per_channel_quant_params *quant, \
                             const cmsis_nn_dims *x_dims, const x_t *x, const cmsis_nn_dims *w_dims, const int8_t *w,            \
                             const cmsis_nn_dims *bias_dims, const bias_t *bias, const cmsis_nn_dims *y_dims, x_t *y)
#define CONVOLVE_SIZE(name, params_t)                                                                            \
    int32_t name(const params_t *params, const cmsis_nn_dims *x_dims, const cmsis_nn_dims *w_dims, const cmsis_nn_dims *y_dims)
#define POOL(name, x_t)                                                                                                          \
    arm_cmsis_nn_status name(const cmsis_nn_context *ctx, const cmsis_nn_pool_params *params, const cmsis_nn_dims *x_dims,       \
                             const x_t *x, const cmsis_nn_dims *filter_dims, const cmsis_nn_dims *y_dims, x_t *y)
#define ADD(name, x_t)                                                                                                           \
    arm_cmsis_nn_status name(const x_t *a, const x_t *b, const int32_t a_offset, const int32_t a_mult, const int32_t a_shift,    \
                             const int32_t b_offset, const int32_t b_mult, const int32_t b_shift, const int32_t left_shift,      \
                             x_t *y, const int32_t y_offset, const int32_t y_mult, const int32_t y_shift, const int32_t lo,      \
                             const int32_t hi, const int32_t count)
#define MUL(name, x_t)                                                                                                           \
    arm_cmsis_nn_status name(const x_t *a, const x_t *b, const int32_t a_offset, const int32_t b_offset, x_t *y,                 \
                             const int32_t y_offset, const int32_t y_mult, const int32_t y_shift, const int32_t lo,              \
                             const int32_t hi, const int32_t count)

CONVOLVE(arm_convolve_wrapper_s8, cmsis_nn_conv_params, int8_t, int32_t);
CONVOLVE(arm_convolve_1x1_s8_fast, cmsis_nn_conv_params, int8_t, int32_t);
CONVOLVE(arm_convolve_wrapper_s16, cmsis_nn_conv_params, int16_t, cmsis_nn_bias_data);
CONVOLVE(arm_depthwise_conv_wrapper_s8, cmsis_nn_dw_conv_params, int8_t, int32_t);
CONVOLVE(arm_depthwise_conv_wrapper_s16, cmsis_nn_dw_conv_params, int16_t, int64_t);

CONVOLVE_SIZE(arm_convolve_wrapper_s8_get_buffer_size, cmsis_nn_conv_params);
CONVOLVE_SIZE(arm_convolve_wrapper_s16_get_buffer_size, cmsis_nn_conv_params);
CONVOLVE_SIZE(arm_depthwise_conv_wrapper_s8_get_buffer_size, cmsis_nn_dw_conv_params);
CONVOLVE_SIZE(arm_depthwise_conv_wrapper_s16_get_buffer_size, cmsis_nn_dw_conv_params);

arm_cmsis_nn_status arm_fully_connected_wrapper_s8(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *params,
                                                   const cmsis_nn_quant_params *quant, const cmsis_nn_dims *x_dims, const int8_t *x,
                                                   const cmsis_nn_dims *w_dims, const int8_t *w, const cmsis_nn_dims *bias_dims,
                                                   const int32_t *bias, const cmsis_nn_dims *y_dims, int8_t *y);
arm_cmsis_nn_status arm_fully_connected_s16(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *params,
                                            const cmsis_nn_per_tensor_quant_params *quant, const cmsis_nn_dims *x_dims,
                                            const int16_t *x, const cmsis_nn_dims *w_dims, const int8_t *w,
                                            const cmsis_nn_dims *bias_dims, const int64_t *bias, const cmsis_nn_dims *y_dims,
                                            int16_t *y);

POOL(arm_avgpool_s8, int8_t);
POOL(arm_max_pool_s8, int8_t);
POOL(arm_avgpool_s16, int16_t);
POOL(arm_max_pool_s16, int16_t);
int32_t arm_avgpool_s8_get_buffer_size(const int y_w, const int channels);
int32_t arm_avgpool_s16_get_buffer_size(const int y_w, const int channels);

ADD(arm_elementwise_add_s8, int8_t);
ADD(arm_elementwise_add_s16, int16_t);
MUL(arm_elementwise_mul_s8, int8_t);
MUL(arm_elementwise_mul_s16, int16_t);

#endif
