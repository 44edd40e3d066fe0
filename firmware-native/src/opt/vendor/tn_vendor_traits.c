// The traits of a layer. A handful of comparisons for each call, none of them over the data of x.

#include "tn_vendor.h"

enum { LONGEST_SUM = 512, LARGEST = INT16_MAX };

// One axis of a sliding window.
typedef struct axis {
    int32_t in;
    int32_t out;
    int32_t filter;
    int32_t stride;
    int32_t dilation;
    int32_t pad;
} axis_t;

static bool is_far(int64_t number)
{
    return number > LARGEST;
}

static uint32_t axis_traits(const axis_t *a)
{
    const int64_t last = (int64_t)(a->out - 1) * a->stride;
    const int64_t reach = (int64_t)(a->filter - 1) * a->dilation;
    uint32_t traits = 0;
    if (is_far(a->in) || is_far(a->out) || is_far(last) || is_far(last + reach) || is_far(a->stride) || is_far(a->dilation)
        || is_far(a->pad)) {
        traits |= TN_TRAIT_FAR;
    }
    if (a->pad > reach || last - a->pad >= a->in) {
        traits |= TN_TRAIT_OUTSIDE;
    }
    if (a->dilation != 1) {
        traits |= TN_TRAIT_DILATED;
    }
    return traits;
}

// Whether a filter along a row leaves its end out, is longer than it, or runs over its end otherwise than CMSIS-NN's kernel for rows
// takes it: the first window beyond the end by one cell, and by as many cells as there are such windows where left and right differ.
static bool row_slack(const tn_conv2d_args_t *a)
{
    const int32_t after = (a->out_w - 1) * a->stride_w - a->pad_left + a->filter_w - a->in_w;
    if (a->filter_w > a->in_w || after + a->pad_left < 0) {
        return true;
    }
    const int32_t windows = after > 0 ? (after - 1) / a->stride_w + 1 : 0;
    return after > 0 && ((after - 1) % a->stride_w != 0 || (after != a->pad_left && after != windows));
}

static uint32_t window_traits(const tn_conv2d_args_t *a)
{
    const axis_t rows = {a->in_h, a->out_h, a->filter_h, a->stride_h, a->dilation_h, a->pad_top};
    const axis_t columns = {a->in_w, a->out_w, a->filter_w, a->stride_w, a->dilation_w, a->pad_left};
    uint32_t traits = axis_traits(&rows) | axis_traits(&columns);
    if (is_far(a->batches) || is_far(a->in_c) || is_far(a->out_c) || is_far(a->filter_h) || is_far(a->filter_w)
        || is_far((int64_t)a->filter_h * a->filter_w) || is_far((int64_t)a->filter_h * a->filter_w * a->filter_c)) {
        traits |= TN_TRAIT_FAR;
    }
    if (traits & TN_TRAIT_FAR) {
        return traits;  // what follows may overflow
    }
    if (a->filter_h == 1 && a->filter_w == 1) {
        if (a->pad_top != 0 || a->pad_left != 0) {
            traits |= TN_TRAIT_PADDED_1X1;
        }
        if (a->stride_h == 1 && a->stride_w == 1 && (a->out_h != a->in_h || a->out_w != a->in_w)) {
            traits |= TN_TRAIT_CUT_1X1;
        }
    }
    const int32_t last = (a->out_w - 1) * a->stride_w;
    if (a->filter_h == 3 && a->filter_w == 3 && last - a->pad_left + 1 >= a->in_w) {
        traits |= TN_TRAIT_OVERHANG;
    }
    if (a->in_h == 1 && a->filter_h == 1 && row_slack(a)) {
        traits |= TN_TRAIT_ROW_SLACK;
    }
    if (a->out_c % 4 != 0) {
        traits |= TN_TRAIT_UNEVEN;
    }
    return traits;
}

uint32_t tn_vendor_conv2d_traits(const tn_conv2d_args_t *a)
{
    const uint32_t traits = window_traits(a);
    return a->groups != 1 ? traits | TN_TRAIT_GROUPED : traits;
}

uint32_t tn_vendor_depthwise_traits(const tn_conv2d_args_t *a)
{
    return window_traits(a);
}

// Traits of an int16x8 sum of `products`, of its bias and its `shifts`.
static uint32_t sum_s16_traits(int64_t products, const void *bias, bool bias_s64, int32_t channels, const int8_t *shift, int32_t shifts)
{
    uint32_t traits = products > LONGEST_SUM ? (uint32_t)TN_TRAIT_LONG : 0u;
    if (bias != NULL && !bias_s64) {
        return traits | TN_TRAIT_BIAS_S32;
    }
    for (int32_t i = 0; i < shifts; i++) {
        if (shift[i] > -2) {
            traits |= TN_TRAIT_COARSE;
        }
    }
    for (int32_t i = 0; i < channels && bias != NULL; i++) {
        const int64_t number = ((const int64_t *)bias)[i];
        if (number < INT32_MIN || number > INT32_MAX) {
            traits |= TN_TRAIT_BIAS_WIDE;
        }
    }
    return traits;
}

uint32_t tn_vendor_s16_traits(const tn_conv2d_args_t *a)
{
    const int64_t products = (int64_t)a->filter_h * a->filter_w * (a->groups == a->in_c ? 1 : a->filter_c);
    const uint32_t traits = a->x_zero != 0 || a->y_zero != 0 ? (uint32_t)TN_TRAIT_ZERO : 0u;
    return traits | sum_s16_traits(products, a->bias, a->bias_s64, a->out_c, a->shift, a->channel_mask != 0 ? a->out_c : 1);
}

uint32_t tn_vendor_pool2d_traits(const tn_pool2d_args_t *a)
{
    const axis_t rows = {a->in_h, a->out_h, a->filter_h, a->stride_h, a->dilation_h, a->pad_top};
    const axis_t columns = {a->in_w, a->out_w, a->filter_w, a->stride_w, a->dilation_w, a->pad_left};
    uint32_t traits = axis_traits(&rows) | axis_traits(&columns);
    if (is_far(a->batches) || is_far(a->channels) || is_far(a->filter_h) || is_far(a->filter_w)
        || is_far((int64_t)a->filter_h * a->filter_w)) {
        traits |= TN_TRAIT_FAR;
    }
    if (a->count_pad && (a->pad_top != 0 || a->pad_left != 0 || a->pad_bottom != 0 || a->pad_right != 0)) {
        traits |= TN_TRAIT_COUNT_PAD;
    }
    return traits;
}

uint32_t tn_vendor_fully_connected_traits(const tn_fully_connected_args_t *a)
{
    uint32_t traits = 0;
    if (is_far(a->rows) || is_far(a->depth) || is_far(a->outputs)) {
        traits |= TN_TRAIT_FAR;
    }
    if (a->w_zero != 0) {
        traits |= TN_TRAIT_WEIGHT_ZERO;
    }
    if (a->channel_mask != 0) {
        traits |= TN_TRAIT_PER_CHANNEL;
    }
    return traits;
}

uint32_t tn_vendor_fully_connected_s16_traits(const tn_fully_connected_args_t *a)
{
    uint32_t traits = tn_vendor_fully_connected_traits(a);
    if (a->x_zero != 0 || a->y_zero != 0) {
        traits |= TN_TRAIT_ZERO;
    }
    const int32_t shifts = a->channel_mask != 0 ? a->outputs : 1;
    return traits | sum_s16_traits(a->depth, a->bias, a->bias_s64, a->outputs, a->shift, shifts);
}

uint32_t tn_vendor_add_traits(const tn_arith_args_t *a)
{
    uint32_t traits = 0;
    if (a->a_step != 1 || a->b_step != 1) {
        traits |= TN_TRAIT_BROADCAST;
    }
    if (a->a_zero != 0 || a->b_zero != 0 || a->y_zero != 0) {
        traits |= TN_TRAIT_ZERO;
    }
    if (a->left_shift < 16) {
        traits |= TN_TRAIT_SHALLOW;
    }
    if (a->a_shift > 0 || a->b_shift > 0 || a->y_shift > 0) {
        traits |= TN_TRAIT_LEFT;
    }
    return traits;
}

uint32_t tn_vendor_mul_traits(const tn_mul_args_t *a)
{
    uint32_t traits = 0;
    if (a->a_step != 1 || a->b_step != 1) {
        traits |= TN_TRAIT_BROADCAST;
    }
    if (a->a_zero != 0 || a->b_zero != 0 || a->y_zero != 0) {
        traits |= TN_TRAIT_ZERO;
    }
    return traits;
}
