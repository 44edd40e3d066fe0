// CONV_2D and DEPTHWISE_CONV_2D by ESP-NN, one sample at a time. The library keeps a global pointer to its scratch, so it is set
// before every layer.

#include "tn_esp_nn.h"

static uint32_t convolve(const tn_conv2d_args_t *a)
{
    const uint32_t refused = tn_vendor_conv2d_traits(a) & tn_vendor_rows[TN_ROW_CONV2D_S8];
    if (refused != 0) {
        return refused;
    }
    const conv_params_t params = {
        .in_offset = -a->x_zero, .out_offset = a->y_zero,
        .stride = {.width = a->stride_w, .height = a->stride_h},
        .padding = {.width = a->pad_left, .height = a->pad_top},
        .dilation = {.width = a->dilation_w, .height = a->dilation_h},
        .activation = {.min = a->lo, .max = a->hi},
    };
    const data_dims_t x_dims = {.width = a->in_w, .height = a->in_h, .channels = a->in_c, .extra = 1};
    const data_dims_t w_dims = {.width = a->filter_w, .height = a->filter_h, .channels = a->filter_c, .extra = 1};
    const data_dims_t y_dims = {.width = a->out_w, .height = a->out_h, .channels = a->out_c, .extra = 1};
    tn_vendor_scratch_t scratch = {0};
    tn_vendor_quant_t quant;
    const bool fits = tn_vendor_quant(&quant, &scratch, a->mult, a->shift, a->channel_mask, a->out_c, a->out_c);
    void *block = tn_vendor_take(&scratch, esp_nn_get_conv_scratch_size(&x_dims, &w_dims, &y_dims, &params));
    if (!fits || block == NULL) {
        return TN_TRAIT_NO_SCRATCH;
    }
    esp_nn_set_conv_scratch_buf(block);
    const quant_data_t scale = {.shift = quant.shift, .mult = quant.mult};
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c, y += a->out_h * a->out_w * a->out_c) {
        esp_nn_conv_s8(&x_dims, x, &w_dims, a->w, a->bias, &y_dims, y, &params, &scale);
    }
    return 0;
}

void tn_conv2d_s8_esp_nn(const tn_conv2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_CONV2D_S8, convolve(a))) {
        tn_conv2d_s8_ref(a);
    }
}

static uint32_t depthwise(const tn_conv2d_args_t *a)
{
    const uint32_t refused = tn_vendor_depthwise_traits(a) & tn_vendor_rows[TN_ROW_DEPTHWISE_CONV2D_S8];
    if (refused != 0) {
        return refused;
    }
    const dw_conv_params_t params = {
        .in_offset = -a->x_zero, .out_offset = a->y_zero, .ch_mult = a->out_c / a->in_c,
        .stride = {.width = a->stride_w, .height = a->stride_h},
        .padding = {.width = a->pad_left, .height = a->pad_top},
        .dilation = {.width = a->dilation_w, .height = a->dilation_h},
        .activation = {.min = a->lo, .max = a->hi},
    };
    const data_dims_t x_dims = {.width = a->in_w, .height = a->in_h, .channels = a->in_c, .extra = 1};
    const data_dims_t w_dims = {.width = a->filter_w, .height = a->filter_h, .channels = a->out_c, .extra = 1};
    const data_dims_t y_dims = {.width = a->out_w, .height = a->out_h, .channels = a->out_c, .extra = 1};
    tn_vendor_scratch_t scratch = {0};
    tn_vendor_quant_t quant;
    const bool fits = tn_vendor_quant(&quant, &scratch, a->mult, a->shift, a->channel_mask, a->out_c, a->out_c);
    void *block = tn_vendor_take(&scratch, esp_nn_get_depthwise_conv_scratch_size(&x_dims, &w_dims, &y_dims, &params));
    if (!fits || block == NULL) {
        return TN_TRAIT_NO_SCRATCH;
    }
    esp_nn_set_depthwise_conv_scratch_buf(block);
    const quant_data_t scale = {.shift = quant.shift, .mult = quant.mult};
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->in_c, y += a->out_h * a->out_w * a->out_c) {
        esp_nn_depthwise_conv_s8(&x_dims, x, &w_dims, a->w, a->bias, &y_dims, y, &params, &scale);
    }
    return 0;
}

void tn_depthwise_conv2d_s8_esp_nn(const tn_conv2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_DEPTHWISE_CONV2D_S8, depthwise(a))) {
        tn_depthwise_conv2d_s8_ref(a);
    }
}
