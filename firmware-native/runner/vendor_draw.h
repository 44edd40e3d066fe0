#ifndef VENDOR_DRAW_H
#define VENDOR_DRAW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ops/tn_kernels.h"

// Room of a tensor in numbers, and of a layer in channels.
enum { VENDOR_DATA = 24 * 1024, VENDOR_CHANNELS = 320 };

// Inputs of the layers, int8 or int16, and the multipliers of their channels.
extern uint8_t vendor_x[VENDOR_DATA * 2], vendor_x2[VENDOR_DATA * 2];
extern int32_t vendor_mult[VENDOR_CHANNELS];

void vendor_draw_from(uint32_t seed);

// lo .. hi, both included.
int32_t vendor_between(int32_t lo, int32_t hi);
bool vendor_chance(uint32_t percent);
void vendor_draw_bytes(uint8_t *data, size_t bytes);

// One axis of a window.
void vendor_draw_axis(int32_t *in, int32_t *out, int32_t *filter, int32_t *stride, int32_t *dilation, int32_t *pad, int32_t largest);

// The shape of a convolution; false where it is too large and another should be drawn.
bool vendor_draw_conv(tn_conv2d_args_t *a, bool depthwise);

// Contents, scales and limits of a convolution, all but its shape and y.
void vendor_fill_conv(tn_conv2d_args_t *a, bool s16);

#endif
