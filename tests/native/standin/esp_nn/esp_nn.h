// A stand-in for ESP-NN: the names, types and signatures that src/opt/esp_nn uses, written for these tests.
#ifndef STANDIN_ESP_NN_H
#define STANDIN_ESP_NN_H

#include <stdint.h>

typedef struct { int32_t width, height, channels, extra; } data_dims_t;
typedef struct { int32_t width, height; } data_2d_t;
typedef struct { int32_t min, max; } act_params_t;
typedef struct { int32_t *shift, *mult; } quant_data_t;

typedef struct {
    int32_t in_offset, out_offset;
    data_2d_t stride, padding, dilation;
    act_params_t activation;
} conv_params_t;

typedef struct {
    int32_t in_offset, out_offset, ch_mult;
    data_2d_t stride, padding, dilation;
    act_params_t activation;
} dw_conv_params_t;

#define ESP_CONVOLVE(name, params_t)                                                                                              \
    void name(const data_dims_t *x_dims, const int8_t *x, const data_dims_t *w_dims, const int8_t *w, const int32_t *bias,        \
              const data_dims_t *y_dims, int8_t *y, const params_t *params, const quant_data_t *quant)
#define ESP_SCRATCH(name, params_t)                                                                                               \
    int name(const data_dims_t *x_dims, const data_dims_t *w_dims, const data_dims_t *y_dims, const params_t *params)
#define ESP_CONNECT(name, scale_t)                                                                                                \
    void name(const int8_t *x, const int32_t x_offset, const uint16_t depth, const int8_t *w, const int32_t w_offset,             \
              const int32_t *bias, int8_t *y, const uint16_t outputs, const int32_t y_offset, scale_t shift, scale_t mult,        \
              const int32_t lo, const int32_t hi)
#define ESP_POOL(name)                                                                                                            \
    void name(const int8_t *x, const uint16_t x_w, const uint16_t x_h, int8_t *y, const uint16_t y_w, const uint16_t y_h,         \
              const uint16_t stride_w, const uint16_t stride_h, const uint16_t filter_w, const uint16_t filter_h,                 \
              const uint16_t pad_w, const uint16_t pad_h, const int32_t lo, const int32_t hi, const uint16_t channels)

ESP_CONVOLVE(esp_nn_conv_s8, conv_params_t);
ESP_CONVOLVE(esp_nn_depthwise_conv_s8, dw_conv_params_t);
ESP_SCRATCH(esp_nn_get_conv_scratch_size, conv_params_t);
ESP_SCRATCH(esp_nn_get_depthwise_conv_scratch_size, dw_conv_params_t);
void esp_nn_set_conv_scratch_buf(const void *block);
void esp_nn_set_depthwise_conv_scratch_buf(const void *block);

ESP_CONNECT(esp_nn_fully_connected_s8, const int32_t);
ESP_CONNECT(esp_nn_fully_connected_per_ch_s8, const int32_t *);
ESP_POOL(esp_nn_avg_pool_s8);
ESP_POOL(esp_nn_max_pool_s8);

void esp_nn_add_elementwise_s8(const int8_t *a, const int8_t *b, const int32_t a_offset, const int32_t b_offset,
                               const int32_t a_mult, const int32_t b_mult, const int32_t a_shift, const int32_t b_shift,
                               const int32_t left_shift, int8_t *y, const int32_t y_offset, const int32_t y_mult,
                               const int32_t y_shift, const int32_t lo, const int32_t hi, const int32_t count);
void esp_nn_mul_elementwise_s8(const int8_t *a, const int8_t *b, const int32_t a_offset, const int32_t b_offset, int8_t *y,
                               const int32_t y_offset, const int32_t y_mult, const int32_t y_shift, const int32_t lo,
                               const int32_t hi, const int32_t count);

#endif
