// The sums of a depthwise convolution: one output channel from one channel of x, which lies in a plane with its padding.
#ifndef RV32_DEPTHWISE_H
#define RV32_DEPTHWISE_H

#include "rv32_requantize.h"

typedef struct rv32_depthwise_channel {
    int32_t bias;
    uint32_t mult2;
    uint8_t shift;
    int8_t weights[];
} rv32_depthwise_channel_t;

// What the sums of one output channel need.
typedef struct rv32_depthwise {
    const rv32_depthwise_channel_t *channel;
    const int8_t *plane;
    int8_t *y;
    int32_t pitch;       // of the plane
    int32_t step_h;      // cells from one output to the next, down and to the right
    int32_t step_w;
    int32_t tap_h;       // cells from one tap to the next
    int32_t tap_w;
    int32_t filter_h;
    int32_t filter_w;
    int32_t out_h;
    int32_t out_w;
    int32_t y_column;    // bytes from one output to the next, to the right and down
    int32_t y_row;
    rv32_scaling_t scaling;
    int32_t lo;
    int32_t hi;
} rv32_depthwise_t;

// 3x3 filters without dilation and with strides down of 1 or 2; `relu` where lo is not below the zero point.
void rv32_depthwise_3x3(const rv32_depthwise_t *s);
void rv32_depthwise_3x3_relu(const rv32_depthwise_t *s);

// All others.
void rv32_depthwise_any(const rv32_depthwise_t *s);

#endif
