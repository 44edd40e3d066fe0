// The parameters of CONV_2D as they lie in a blob (docs/SPEC.md), for the reference and every back end.
#ifndef TN_CONV2D_PARAMS_H
#define TN_CONV2D_PARAMS_H

#include <stdint.h>

typedef struct tn_conv2d_params {
    int32_t stride_h;
    int32_t stride_w;
    int32_t dilation_h;
    int32_t dilation_w;
    int32_t pad_top;
    int32_t pad_left;
    int32_t groups;
    int32_t x_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} tn_conv2d_params_t;

#endif
