// What the back ends of vendor libraries (cmsis_nn, esp_nn) share: the traits of a layer, which their constraint tables refuse or
// allow, and the scratch memory the library's kernels ask for. docs/targets/vendor.md tells why each trait is there.
#ifndef TN_VENDOR_H
#define TN_VENDOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ops/tn_kernels.h"

// Bytes of scratch for a layer; a layer that needs more is run by our own kernel.
#ifndef TN_VENDOR_SCRATCH_BYTES
#define TN_VENDOR_SCRATCH_BYTES 8192
#endif

// Facts about a layer that a library's kernel may not cope with: it reads or writes outside, or its bytes are not the reference's.
enum {
    TN_TRAIT_DILATED = 1u << 0,         // taps further apart than one cell
    TN_TRAIT_GROUPED = 1u << 1,         // CONV_2D with groups
    TN_TRAIT_UNEVEN = 1u << 2,          // output channels not a multiple of 4
    TN_TRAIT_FAR = 1u << 3,             // a size, a coordinate or a filter beyond 16 bits
    TN_TRAIT_OUTSIDE = 1u << 4,         // a window without a cell inside x
    TN_TRAIT_OVERHANG = 1u << 5,        // a 3x3 window with only its first column inside x
    TN_TRAIT_PADDED_1X1 = 1u << 6,      // a 1x1 filter and padding
    TN_TRAIT_CUT_1X1 = 1u << 7,         // a 1x1 filter of stride 1 and an output smaller than x
    TN_TRAIT_ROW_SLACK = 1u << 8,       // a filter along a row that ends otherwise than with the row
    TN_TRAIT_LONG = 1u << 9,           // more than 512 products to a sum
    TN_TRAIT_PER_CHANNEL = 1u << 10,    // a multiplier for each output channel
    TN_TRAIT_WEIGHT_ZERO = 1u << 11,    // weights with a zero point
    TN_TRAIT_ZERO = 1u << 12,           // x or y with a zero point
    TN_TRAIT_BIAS_S32 = 1u << 13,       // int16 x with an int32 bias
    TN_TRAIT_BIAS_WIDE = 1u << 14,      // int16 x with an int64 bias beyond 32 bits
    TN_TRAIT_COARSE = 1u << 15,         // a shift above -2: more than 32 bits before the last rounding of an int16 result
    TN_TRAIT_LEFT = 1u << 16,           // an operand's multiplier of 1 or more
    TN_TRAIT_SHALLOW = 1u << 17,        // operands shifted left by less than 16
    TN_TRAIT_BROADCAST = 1u << 18,      // one element of an operand for a whole run
    TN_TRAIT_COUNT_PAD = 1u << 19,      // averages that count cells of the padding
    TN_TRAIT_NO_SCRATCH = 1u << 20,     // not of the layer: there is too little scratch
    TN_TRAIT_FAILED = 1u << 21          // not of the layer: the library said no
};

uint32_t tn_vendor_conv2d_traits(const tn_conv2d_args_t *a);
uint32_t tn_vendor_depthwise_traits(const tn_conv2d_args_t *a);
uint32_t tn_vendor_s16_traits(const tn_conv2d_args_t *a);           // what int16 x adds to one of the two
uint32_t tn_vendor_pool2d_traits(const tn_pool2d_args_t *a);
uint32_t tn_vendor_fully_connected_traits(const tn_fully_connected_args_t *a);
uint32_t tn_vendor_fully_connected_s16_traits(const tn_fully_connected_args_t *a);
uint32_t tn_vendor_add_traits(const tn_arith_args_t *a);
uint32_t tn_vendor_mul_traits(const tn_mul_args_t *a);

// Blocks of the scratch memory, one after another, for one call of a kernel. Aligned to 16 bytes.
typedef struct tn_vendor_scratch {
    uint32_t used;
} tn_vendor_scratch_t;

// A block, or NULL when there is no room for it. Never NULL for 0 bytes where what was taken before has fitted.
void *tn_vendor_take(tn_vendor_scratch_t *scratch, int64_t bytes);

// The same with a copy of `bytes` bytes (none of NULL) and zeros behind it.
void *tn_vendor_copy(tn_vendor_scratch_t *scratch, const void *data, int64_t bytes, int64_t room);

// Multipliers and shifts as the libraries want them: int32, one for each channel.
typedef struct tn_vendor_quant {
    int32_t *mult;
    int32_t *shift;
} tn_vendor_quant_t;

// False when there is no room for them. `room` is how many the library may read: `channels`, or more.
bool tn_vendor_quant(tn_vendor_quant_t *quant, tn_vendor_scratch_t *scratch, const int32_t *mult, const int8_t *shift,
                     int32_t channel_mask, int32_t channels, int32_t room);

// The most scratch, in bytes, that any layer has asked for since the start, given or not: what TN_VENDOR_SCRATCH_BYTES should be.
uint32_t tn_vendor_scratch_wanted(void);

// Called with the traits that made our own kernel do a layer, or 0 where the library did it. For tests and profiles.
typedef void (*tn_vendor_watch_t)(int row, uint32_t refused);
void tn_vendor_set_watch(tn_vendor_watch_t watch);

// Tells the watcher, and whether the library did the layer.
bool tn_vendor_done(int row, uint32_t refused);

#endif
