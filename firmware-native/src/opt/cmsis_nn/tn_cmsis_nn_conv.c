// CONV_2D by CMSIS-NN.

#include "tn_cmsis_nn.h"

// Everything but the data, as the library wants it.
typedef struct layer {
    cmsis_nn_conv_params params;
    cmsis_nn_per_channel_quant_params quant;
    cmsis_nn_dims x;
    cmsis_nn_dims w;
    cmsis_nn_dims bias;
    cmsis_nn_dims y;
} layer_t;

static layer_t layer_of(const tn_conv2d_args_t *a)
{
    return (layer_t){
        .params = {
            .input_offset = -a->x_zero, .output_offset = a->y_zero,
            .stride = {.w = a->stride_w, .h = a->stride_h},
            .padding = {.w = a->pad_left, .h = a->pad_top},
            .dilation = {.w = a->dilation_w, .h = a->dilation_h},
            .activation = {.min = a->lo, .max = a->hi},
        },
        .x = {.n = a->batches, .h = a->in_h, .w = a->in_w, .c = a->in_c},
        .w = {.n = a->out_c, .h = a->filter_h, .w = a->filter_w, .c = a->filter_c},
        .bias = {.n = 1, .h = 1, .w = 1, .c = a->out_c},
        .y = {.n = a->batches, .h = a->out_h, .w = a->out_w, .c = a->out_c},
    };
}

static uint32_t convolve_s8(const tn_conv2d_args_t *a)
{
    const uint32_t refused = tn_vendor_conv2d_traits(a) & tn_vendor_rows[TN_ROW_CONV2D_S8];
    if (refused != 0) {
        return refused;
    }
    layer_t layer = layer_of(a);
    cmsis_nn_context ctx;
    tn_vendor_scratch_t scratch = {0};
    const int32_t bytes = arm_convolve_wrapper_s8_get_buffer_size(&layer.params, &layer.x, &layer.w, &layer.y);
    bool fits = tn_cmsis_nn_prepare(&layer.quant, &ctx, &scratch, a, bytes, a->out_c);
    const int32_t *bias = a->bias;
    if (bias == NULL && a->groups != 1) {
        // The kernel adds to the pointer for every group, also where there is no bias.
        bias = tn_vendor_copy(&scratch, NULL, 0, (int64_t)a->out_c * (int64_t)sizeof(int32_t));
        fits = fits && bias != NULL;
    }
    if (!fits) {
        return TN_TRAIT_NO_SCRATCH;
    }
    return tn_cmsis_nn_answer(arm_convolve_wrapper_s8(&ctx, &layer.params, &layer.quant, &layer.x, a->x, &layer.w, a->w,
                                                      &layer.bias, bias, &layer.y, a->y));
}

void tn_conv2d_s8_cmsis_nn(const tn_conv2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_CONV2D_S8, convolve_s8(a))) {
        tn_conv2d_s8_ref(a);
    }
}

#if TN_INT16
static uint32_t convolve_s16(const tn_conv2d_args_t *a)
{
    const uint32_t refused = (tn_vendor_conv2d_traits(a) | tn_vendor_s16_traits(a)) & tn_vendor_rows[TN_ROW_CONV2D_S16];
    if (refused != 0) {
        return refused;
    }
    layer_t layer = layer_of(a);
    cmsis_nn_context ctx;
    tn_vendor_scratch_t scratch = {0};
    const int32_t bytes = arm_convolve_wrapper_s16_get_buffer_size(&layer.params, &layer.x, &layer.w, &layer.y);
    if (!tn_cmsis_nn_prepare(&layer.quant, &ctx, &scratch, a, bytes, a->out_c)) {
        return TN_TRAIT_NO_SCRATCH;
    }
    const cmsis_nn_bias_data bias = {.data = a->bias, .is_int32_bias = false};
    return tn_cmsis_nn_answer(arm_convolve_wrapper_s16(&ctx, &layer.params, &layer.quant, &layer.x, a->x, &layer.w, a->w,
                                                       &layer.bias, &bias, &layer.y, a->y));
}

void tn_conv2d_s16_cmsis_nn(const tn_conv2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_CONV2D_S16, convolve_s16(a))) {
        tn_conv2d_s16_ref(a);
    }
}
#endif
