// DEPTHWISE_CONV_2D by CMSIS-NN. Its fast kernels do one sample at a time.

#include "tn_cmsis_nn.h"

typedef struct layer {
    cmsis_nn_dw_conv_params params;
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
            .input_offset = -a->x_zero, .output_offset = a->y_zero, .ch_mult = a->out_c / a->in_c,
            .stride = {.w = a->stride_w, .h = a->stride_h},
            .padding = {.w = a->pad_left, .h = a->pad_top},
            .dilation = {.w = a->dilation_w, .h = a->dilation_h},
            .activation = {.min = a->lo, .max = a->hi},
        },
        .x = {.n = 1, .h = a->in_h, .w = a->in_w, .c = a->in_c},
        .w = {.n = 1, .h = a->filter_h, .w = a->filter_w, .c = a->out_c},
        .bias = {.n = 1, .h = 1, .w = 1, .c = a->out_c},
        .y = {.n = 1, .h = a->out_h, .w = a->out_w, .c = a->out_c},
    };
}

static uint32_t convolve_s8(const tn_conv2d_args_t *a)
{
    const uint32_t refused = tn_vendor_depthwise_traits(a) & tn_vendor_rows[TN_ROW_DEPTHWISE_CONV2D_S8];
    if (refused != 0) {
        return refused;
    }
    layer_t layer = layer_of(a);
    cmsis_nn_context ctx;
    tn_vendor_scratch_t scratch = {0};
    const int32_t bytes = arm_depthwise_conv_wrapper_s8_get_buffer_size(&layer.params, &layer.x, &layer.w, &layer.y);
    const int32_t room = TN_CMSIS_NN_HELIUM ? (a->out_c + 3) / 4 * 4 : a->out_c;
    const int32_t *bias = a->bias;
    const int8_t *w = a->w;
    bool fits = tn_cmsis_nn_prepare(&layer.quant, &ctx, &scratch, a, bytes, room);
    if (TN_CMSIS_NN_HELIUM && (bias == NULL || room != a->out_c)) {
        // The kernel reads four channels at a time, past the end; and it adds to the pointer of a bias that is not there.
        const int64_t size = (int64_t)a->out_c * (int64_t)sizeof(int32_t);
        bias = tn_vendor_copy(&scratch, bias, size, (int64_t)room * (int64_t)sizeof(int32_t));
        fits = fits && bias != NULL;
    }
    if (room != a->out_c) {
        const int64_t size = (int64_t)a->filter_h * a->filter_w * a->out_c;
        w = tn_vendor_copy(&scratch, w, size, size + 3);
        fits = fits && w != NULL;
    }
    if (!fits) {
        return TN_TRAIT_NO_SCRATCH;
    }
    const int8_t *x = a->x;
    int8_t *y = a->y;
    uint32_t answer = 0;
    for (int32_t n = 0; n < a->batches && answer == 0; n++, x += a->in_h * a->in_w * a->in_c, y += a->out_h * a->out_w * a->out_c) {
        answer = tn_cmsis_nn_answer(arm_depthwise_conv_wrapper_s8(&ctx, &layer.params, &layer.quant, &layer.x, x, &layer.w, w,
                                                                  &layer.bias, bias, &layer.y, y));
    }
    return answer;
}

void tn_depthwise_conv2d_s8_cmsis_nn(const tn_conv2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_DEPTHWISE_CONV2D_S8, convolve_s8(a))) {
        tn_depthwise_conv2d_s8_ref(a);
    }
}

#if TN_INT16
static uint32_t convolve_s16(const tn_conv2d_args_t *a)
{
    const uint32_t traits = tn_vendor_depthwise_traits(a) | tn_vendor_s16_traits(a);
    const uint32_t refused = traits & tn_vendor_rows[TN_ROW_DEPTHWISE_CONV2D_S16];
    if (refused != 0) {
        return refused;
    }
    layer_t layer = layer_of(a);
    cmsis_nn_context ctx;
    tn_vendor_scratch_t scratch = {0};
    const int32_t bytes = arm_depthwise_conv_wrapper_s16_get_buffer_size(&layer.params, &layer.x, &layer.w, &layer.y);
    if (!tn_cmsis_nn_prepare(&layer.quant, &ctx, &scratch, a, bytes, a->out_c)) {
        return TN_TRAIT_NO_SCRATCH;
    }
    const int16_t *x = a->x;
    int16_t *y = a->y;
    uint32_t answer = 0;
    for (int32_t n = 0; n < a->batches && answer == 0; n++, x += a->in_h * a->in_w * a->in_c, y += a->out_h * a->out_w * a->out_c) {
        answer = tn_cmsis_nn_answer(arm_depthwise_conv_wrapper_s16(&ctx, &layer.params, &layer.quant, &layer.x, x, &layer.w, a->w,
                                                                   &layer.bias, a->bias, &layer.y, y));
    }
    return answer;
}

void tn_depthwise_conv2d_s16_cmsis_nn(const tn_conv2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_DEPTHWISE_CONV2D_S16, convolve_s16(a))) {
        tn_depthwise_conv2d_s16_ref(a);
    }
}
#endif
