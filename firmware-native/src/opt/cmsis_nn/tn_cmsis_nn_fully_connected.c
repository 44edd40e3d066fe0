// FULLY_CONNECTED by CMSIS-NN.

#include "tn_cmsis_nn.h"

#if !TN_CMSIS_NN_HELIUM || TN_INT16
static cmsis_nn_fc_params params_of(const tn_fully_connected_args_t *a)
{
    return (cmsis_nn_fc_params){
        .input_offset = -a->x_zero, .filter_offset = 0, .output_offset = a->y_zero,
        .activation = {.min = a->lo, .max = a->hi},
    };
}
#endif

// With Helium the library's kernel wants the sums of the rows of weights, which a portable blob does not hold, and to sum them for every
// run takes as long as the layer itself. A convolution with a 1x1 filter is the same layer and sums as it goes.
#if TN_CMSIS_NN_HELIUM
static arm_cmsis_nn_status run_s8(const tn_fully_connected_args_t *a, const tn_vendor_quant_t *quant)
{
    const cmsis_nn_context ctx = {.buf = NULL, .size = 0};
    const cmsis_nn_conv_params params = {
        .input_offset = -a->x_zero, .output_offset = a->y_zero, .stride = {.w = 1, .h = 1}, .padding = {.w = 0, .h = 0},
        .dilation = {.w = 1, .h = 1}, .activation = {.min = a->lo, .max = a->hi},
    };
    const cmsis_nn_per_channel_quant_params scale = {.multiplier = quant->mult, .shift = quant->shift};
    const cmsis_nn_dims x = {.n = a->rows, .h = 1, .w = 1, .c = a->depth};
    const cmsis_nn_dims w = {.n = a->outputs, .h = 1, .w = 1, .c = a->depth};
    const cmsis_nn_dims bias = {.n = 1, .h = 1, .w = 1, .c = a->outputs};
    const cmsis_nn_dims y = {.n = a->rows, .h = 1, .w = 1, .c = a->outputs};
    return arm_convolve_1x1_s8_fast(&ctx, &params, &scale, &x, a->x, &w, a->w, &bias, a->bias, &y, a->y);
}
#else
static arm_cmsis_nn_status run_s8(const tn_fully_connected_args_t *a, const tn_vendor_quant_t *quant)
{
    const cmsis_nn_context ctx = {.buf = NULL, .size = 0};
    const cmsis_nn_fc_params params = params_of(a);
    const cmsis_nn_quant_params scale = {.multiplier = quant->mult, .shift = quant->shift, .is_per_channel = a->channel_mask != 0};
    const cmsis_nn_dims x = {.n = a->rows, .h = 1, .w = 1, .c = a->depth};
    const cmsis_nn_dims w = {.n = a->depth, .h = 1, .w = 1, .c = a->outputs};
    const cmsis_nn_dims bias = {.n = 1, .h = 1, .w = 1, .c = a->outputs};
    const cmsis_nn_dims y = {.n = a->rows, .h = 1, .w = 1, .c = a->outputs};
    return arm_fully_connected_wrapper_s8(&ctx, &params, &scale, &x, a->x, &w, a->w, &bias, a->bias, &y, a->y);
}
#endif

static uint32_t connect_s8(const tn_fully_connected_args_t *a)
{
    const uint32_t refused = tn_vendor_fully_connected_traits(a) & tn_vendor_rows[TN_ROW_FULLY_CONNECTED_S8];
    if (refused != 0) {
        return refused;
    }
    const int32_t channels = a->channel_mask != 0 || TN_CMSIS_NN_HELIUM ? a->outputs : 1;
    tn_vendor_scratch_t scratch = {0};
    tn_vendor_quant_t quant;
    if (!tn_vendor_quant(&quant, &scratch, a->mult, a->shift, a->channel_mask, channels, channels)) {
        return TN_TRAIT_NO_SCRATCH;
    }
    return tn_cmsis_nn_answer(run_s8(a, &quant));
}

void tn_fully_connected_s8_cmsis_nn(const tn_fully_connected_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_FULLY_CONNECTED_S8, connect_s8(a))) {
        tn_fully_connected_s8_ref(a);
    }
}

#if TN_INT16
static uint32_t connect_s16(const tn_fully_connected_args_t *a)
{
    const uint32_t refused = tn_vendor_fully_connected_s16_traits(a) & tn_vendor_rows[TN_ROW_FULLY_CONNECTED_S16];
    if (refused != 0) {
        return refused;
    }
    const cmsis_nn_context ctx = {.buf = NULL, .size = 0};
    const cmsis_nn_fc_params params = params_of(a);
    const cmsis_nn_per_tensor_quant_params quant = {.multiplier = a->mult[0], .shift = a->shift[0]};
    const cmsis_nn_dims x = {.n = a->rows, .h = 1, .w = 1, .c = a->depth};
    const cmsis_nn_dims w = {.n = a->depth, .h = 1, .w = 1, .c = a->outputs};
    const cmsis_nn_dims bias = {.n = 1, .h = 1, .w = 1, .c = a->outputs};
    const cmsis_nn_dims y = {.n = a->rows, .h = 1, .w = 1, .c = a->outputs};
    return tn_cmsis_nn_answer(arm_fully_connected_s16(&ctx, &params, &quant, &x, a->x, &w, a->w, &bias, a->bias, &y, a->y));
}

void tn_fully_connected_s16_cmsis_nn(const tn_fully_connected_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_FULLY_CONNECTED_S16, connect_s16(a))) {
        tn_fully_connected_s16_ref(a);
    }
}
#endif
