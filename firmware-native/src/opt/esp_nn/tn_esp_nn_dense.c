// FULLY_CONNECTED, pools, ADD and MUL by ESP-NN.

#include "tn_esp_nn.h"

static uint32_t connect(const tn_fully_connected_args_t *a)
{
    const uint32_t refused = tn_vendor_fully_connected_traits(a) & tn_vendor_rows[TN_ROW_FULLY_CONNECTED_S8];
    if (refused != 0) {
        return refused;
    }
    const bool per_channel = a->channel_mask != 0;
    const int32_t channels = per_channel ? a->outputs : 1;
    tn_vendor_scratch_t scratch = {0};
    tn_vendor_quant_t quant;
    if (!tn_vendor_quant(&quant, &scratch, a->mult, a->shift, a->channel_mask, channels, channels)) {
        return TN_TRAIT_NO_SCRATCH;
    }
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->rows; n++, x += a->depth, y += a->outputs) {
        if (per_channel) {
            esp_nn_fully_connected_per_ch_s8(x, -a->x_zero, (uint16_t)a->depth, a->w, -a->w_zero, a->bias, y, (uint16_t)a->outputs,
                                             a->y_zero, quant.shift, quant.mult, a->lo, a->hi);
        } else {
            esp_nn_fully_connected_s8(x, -a->x_zero, (uint16_t)a->depth, a->w, -a->w_zero, a->bias, y, (uint16_t)a->outputs,
                                      a->y_zero, quant.shift[0], quant.mult[0], a->lo, a->hi);
        }
    }
    return 0;
}

void tn_fully_connected_s8_esp_nn(const tn_fully_connected_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_FULLY_CONNECTED_S8, connect(a))) {
        tn_fully_connected_s8_ref(a);
    }
}

// Their two pools have one signature.
typedef void pool_t(const int8_t *x, uint16_t in_w, uint16_t in_h, int8_t *y, uint16_t out_w, uint16_t out_h, uint16_t stride_w,
                    uint16_t stride_h, uint16_t filter_w, uint16_t filter_h, uint16_t pad_w, uint16_t pad_h, int32_t lo, int32_t hi,
                    uint16_t channels);

static uint32_t pool(const tn_pool2d_args_t *a, int row, pool_t *kernel)
{
    const uint32_t refused = tn_vendor_pool2d_traits(a) & tn_vendor_rows[row];
    if (refused != 0) {
        return refused;
    }
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels, y += a->out_h * a->out_w * a->channels) {
        kernel(x, (uint16_t)a->in_w, (uint16_t)a->in_h, y, (uint16_t)a->out_w, (uint16_t)a->out_h, (uint16_t)a->stride_w,
               (uint16_t)a->stride_h, (uint16_t)a->filter_w, (uint16_t)a->filter_h, (uint16_t)a->pad_left, (uint16_t)a->pad_top,
               a->lo, a->hi, (uint16_t)a->channels);
    }
    return 0;
}

void tn_average_pool2d_s8_esp_nn(const tn_pool2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_AVERAGE_POOL2D_S8, pool(a, TN_ROW_AVERAGE_POOL2D_S8, esp_nn_avg_pool_s8))) {
        tn_average_pool2d_s8_ref(a);
    }
}

void tn_max_pool2d_s8_esp_nn(const tn_pool2d_args_t *a)
{
    if (!tn_vendor_done(TN_ROW_MAX_POOL2D_S8, pool(a, TN_ROW_MAX_POOL2D_S8, esp_nn_max_pool_s8))) {
        tn_max_pool2d_s8_ref(a);
    }
}

void tn_add_s8_esp_nn(const tn_arith_args_t *a)
{
    const uint32_t refused = tn_vendor_add_traits(a) & tn_vendor_rows[TN_ROW_ADD_S8];
    if (!tn_vendor_done(TN_ROW_ADD_S8, refused)) {
        tn_add_s8_ref(a);
        return;
    }
    esp_nn_add_elementwise_s8(a->a, a->b, -a->a_zero, -a->b_zero, a->a_mult, a->b_mult, a->a_shift, a->b_shift, a->left_shift, a->y,
                              a->y_zero, a->y_mult, a->y_shift, a->lo, a->hi, a->count);
}

void tn_mul_s8_esp_nn(const tn_mul_args_t *a)
{
    const uint32_t refused = tn_vendor_mul_traits(a) & tn_vendor_rows[TN_ROW_MUL_S8];
    if (!tn_vendor_done(TN_ROW_MUL_S8, refused)) {
        tn_mul_s8_ref(a);
        return;
    }
    esp_nn_mul_elementwise_s8(a->a, a->b, -a->a_zero, -a->b_zero, a->y, a->y_zero, a->y_mult, a->y_shift, a->lo, a->hi, a->count);
}
