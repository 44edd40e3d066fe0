// The integer kernels that have optimised whole-file replacements: argument structs, prototypes, and the one place that chooses.
//
// TN_KERNEL_<NAME> is the kernel an operator calls. It is the reference unless the back end's header (TN_KERNELS_HEADER, set by
// CMake) has defined it before.
#ifndef TN_KERNELS_H
#define TN_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef TN_KERNELS_HEADER
#include TN_KERNELS_HEADER
#endif

// `mult` and `shift` are indexed with channel & channel_mask: -1 for per-channel, 0 for per-tensor constants.
typedef struct tn_fully_connected_args {
    const void *x;          // int8 or int16 [rows, depth]
    const int8_t *w;        // [outputs, depth]
    const void *bias;       // int32, or int64 where bias_s64; NULL for none
    void *y;                // as x, [rows, outputs]
    const int32_t *mult;
    const int8_t *shift;
    int32_t channel_mask;
    int32_t rows;
    int32_t depth;
    int32_t outputs;
    int32_t x_zero;
    int32_t w_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
    bool bias_s64;
} tn_fully_connected_args_t;

// CONV_2D and DEPTHWISE_CONV_2D. The multiplier of the latter is out_c / in_c, its filter_c is out_c and its groups are in_c.
typedef struct tn_conv2d_args {
    const void *x;          // int8 or int16 [batches, in_h, in_w, in_c]
    const int8_t *w;        // [out_c, filter_h, filter_w, filter_c]; depthwise [filter_h, filter_w, out_c]
    const void *bias;       // int32, or int64 where bias_s64; NULL for none
    void *y;                // as x, [batches, out_h, out_w, out_c]
    const int32_t *mult;
    const int8_t *shift;
    int32_t channel_mask;
    int32_t batches;
    int32_t in_h;
    int32_t in_w;
    int32_t in_c;
    int32_t filter_h;
    int32_t filter_w;
    int32_t filter_c;
    int32_t out_h;
    int32_t out_w;
    int32_t out_c;
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
    bool bias_s64;
} tn_conv2d_args_t;

// AVERAGE_POOL_2D and MAX_POOL_2D. Averages have no dilation, maxima no count_pad.
typedef struct tn_pool2d_args {
    const void *x;          // int8 or int16 [batches, in_h, in_w, channels]
    void *y;                // as x, [batches, out_h, out_w, channels]
    int32_t batches;
    int32_t in_h;
    int32_t in_w;
    int32_t channels;
    int32_t out_h;
    int32_t out_w;
    int32_t filter_h;
    int32_t filter_w;
    int32_t stride_h;
    int32_t stride_w;
    int32_t dilation_h;
    int32_t dilation_w;
    int32_t pad_top;
    int32_t pad_left;
    int32_t pad_bottom;
    int32_t pad_right;
    int32_t zero;           // what counted cells of the padding hold
    int32_t lo;
    int32_t hi;
    bool count_pad;         // whether cells of the padding count
} tn_pool2d_args_t;

// One run of a broadcast ADD, SUB or SQUARED_DIFFERENCE: `count` consecutive outputs.
typedef struct tn_arith_args {
    const void *a;          // int8 or int16
    const void *b;          // as a
    void *y;                // as a
    int32_t count;
    int32_t a_step;         // 1, or 0 where one element of a serves the whole run
    int32_t b_step;
    int32_t a_zero;
    int32_t b_zero;
    int32_t y_zero;
    int32_t left_shift;
    int32_t a_mult;
    int32_t a_shift;
    int32_t b_mult;
    int32_t b_shift;
    int32_t y_mult;
    int32_t y_shift;
    int32_t lo;
    int32_t hi;
} tn_arith_args_t;

// One run of a broadcast MUL.
typedef struct tn_mul_args {
    const void *a;          // int8 or int16
    const void *b;          // as a
    void *y;                // as a
    int32_t count;
    int32_t a_step;         // 1, or 0 where one element of a serves the whole run
    int32_t b_step;
    int32_t a_zero;
    int32_t b_zero;
    int32_t y_zero;
    int32_t y_mult;
    int32_t y_shift;
    int32_t lo;
    int32_t hi;
} tn_mul_args_t;

// SOFTMAX of int8. exp[d] is exp(-d * beta * scale) in Q0.31, 0 beyond its entries.
typedef struct tn_softmax_args {
    const int8_t *x;        // [rows, depth]
    void *y;                // int8 or int16 [rows, depth]; the int8 one may be x
    const int32_t *exp;
    int32_t entries;
    int32_t rows;
    int32_t depth;
} tn_softmax_args_t;

typedef struct tn_softmax_s16_args {
    const int16_t *x;       // [rows, depth]
    int16_t *y;             // [rows, depth]; may be x
    const int16_t *exp;     // tables of 513, see tn_softmax.c
    const int16_t *recip;
    int32_t mult;
    int32_t shift;
    int32_t rows;
    int32_t depth;
} tn_softmax_s16_args_t;

// One input of a CONCATENATION: `rows` runs of `run` bytes go to every `pitch`-th byte of y.
typedef struct tn_concatenation_args {
    const void *x;
    void *y;
    int32_t rows;
    size_t run;
    size_t pitch;
} tn_concatenation_args_t;

typedef struct tn_pad_args {
    const void *x;
    void *y;
    const int32_t *x_dims;
    const int32_t *y_dims;
    const int32_t *before;
    int32_t rank;           // at least 1
    int32_t rows;           // of y along its last axis
    uint32_t size;          // bytes of an element
    int32_t mode;
    int32_t value;
} tn_pad_args_t;

// REDUCE of int8, int16 and int32; `size` tells which.
typedef struct tn_reduce_args {
    const void *x;
    void *y;
    const int32_t *dims;
    int32_t rank;
    uint32_t size;          // bytes of an element
    int32_t kind;
    int32_t axes;
    int32_t x_zero;
    int32_t y_zero;
    int32_t mult;
    int32_t shift;
} tn_reduce_args_t;

// LSTM. Gates i, f, g, o are four blocks of `units` rows. `mult` and `shift` hold one number for each gate, or, where per_row, for each
// row; those of x come first, then those of h.
typedef struct tn_lstm_args {
    const void *x;          // int8 or int16; step t of sequence n at n * x_batch + t * x_step, `depth` elements
    const int8_t *w;        // [4 * units, depth]
    const int8_t *r;        // [4 * units, units]
    const void *x_bias;     // int32 with int8 x, int64 with int16 x; NULL for none
    const void *r_bias;     // as x_bias
    const int32_t *mult;
    const int8_t *shift;
    const uint16_t *table;  // see tn_sigmoid.h
    void *h;                // as x, [batches, units]; updated
    int16_t *c;             // [batches, units]; updated
    void *y;                // as x; step t of sequence n at n * y_batch + t * y_step, `units` elements
    int32_t batches;
    int32_t steps;
    int32_t depth;
    int32_t units;
    int32_t x_batch;
    int32_t x_step;
    int32_t y_batch;
    int32_t y_step;
    int32_t h_zero;
    int32_t in_mult;
    int32_t in_shift;
    int32_t out_mult;
    int32_t out_shift;
    int32_t tanh_mult;
    int32_t tanh_shift;
    int32_t cell_clip;      // 32768 for none
    int32_t gate_clip;      // 32768 for none
    bool per_row;
    bool wide_parts;
} tn_lstm_args_t;

void tn_conv2d_s8_ref(const tn_conv2d_args_t *a);
void tn_conv2d_s16_ref(const tn_conv2d_args_t *a);
void tn_depthwise_conv2d_s8_ref(const tn_conv2d_args_t *a);
void tn_depthwise_conv2d_s16_ref(const tn_conv2d_args_t *a);
void tn_average_pool2d_s8_ref(const tn_pool2d_args_t *a);
void tn_average_pool2d_s16_ref(const tn_pool2d_args_t *a);
void tn_max_pool2d_s8_ref(const tn_pool2d_args_t *a);
void tn_max_pool2d_s16_ref(const tn_pool2d_args_t *a);
void tn_add_s8_ref(const tn_arith_args_t *a);
void tn_add_s16_ref(const tn_arith_args_t *a);
void tn_mul_s8_ref(const tn_mul_args_t *a);
void tn_mul_s16_ref(const tn_mul_args_t *a);
void tn_fully_connected_s8_ref(const tn_fully_connected_args_t *a);
void tn_fully_connected_s16_ref(const tn_fully_connected_args_t *a);
void tn_lstm_s8_ref(const tn_lstm_args_t *a);
void tn_lstm_s16_ref(const tn_lstm_args_t *a);
void tn_softmax_s8_ref(const tn_softmax_args_t *a);
void tn_softmax_s16_ref(const tn_softmax_s16_args_t *a);
void tn_concatenation_ref(const tn_concatenation_args_t *a);
void tn_pad_ref(const tn_pad_args_t *a);
void tn_reduce_ref(const tn_reduce_args_t *a);

#ifndef TN_KERNEL_CONV2D_S8
#define TN_KERNEL_CONV2D_S8 tn_conv2d_s8_ref
#endif
#ifndef TN_KERNEL_CONV2D_S16
#define TN_KERNEL_CONV2D_S16 tn_conv2d_s16_ref
#endif
#ifndef TN_KERNEL_DEPTHWISE_CONV2D_S8
#define TN_KERNEL_DEPTHWISE_CONV2D_S8 tn_depthwise_conv2d_s8_ref
#endif
#ifndef TN_KERNEL_DEPTHWISE_CONV2D_S16
#define TN_KERNEL_DEPTHWISE_CONV2D_S16 tn_depthwise_conv2d_s16_ref
#endif
#ifndef TN_KERNEL_AVERAGE_POOL2D_S8
#define TN_KERNEL_AVERAGE_POOL2D_S8 tn_average_pool2d_s8_ref
#endif
#ifndef TN_KERNEL_AVERAGE_POOL2D_S16
#define TN_KERNEL_AVERAGE_POOL2D_S16 tn_average_pool2d_s16_ref
#endif
#ifndef TN_KERNEL_MAX_POOL2D_S8
#define TN_KERNEL_MAX_POOL2D_S8 tn_max_pool2d_s8_ref
#endif
#ifndef TN_KERNEL_MAX_POOL2D_S16
#define TN_KERNEL_MAX_POOL2D_S16 tn_max_pool2d_s16_ref
#endif
#ifndef TN_KERNEL_ADD_S8
#define TN_KERNEL_ADD_S8 tn_add_s8_ref
#endif
#ifndef TN_KERNEL_ADD_S16
#define TN_KERNEL_ADD_S16 tn_add_s16_ref
#endif
#ifndef TN_KERNEL_MUL_S8
#define TN_KERNEL_MUL_S8 tn_mul_s8_ref
#endif
#ifndef TN_KERNEL_MUL_S16
#define TN_KERNEL_MUL_S16 tn_mul_s16_ref
#endif
#ifndef TN_KERNEL_FULLY_CONNECTED_S8
#define TN_KERNEL_FULLY_CONNECTED_S8 tn_fully_connected_s8_ref
#endif
#ifndef TN_KERNEL_FULLY_CONNECTED_S16
#define TN_KERNEL_FULLY_CONNECTED_S16 tn_fully_connected_s16_ref
#endif
#ifndef TN_KERNEL_SOFTMAX_S8
#define TN_KERNEL_SOFTMAX_S8 tn_softmax_s8_ref
#endif
#ifndef TN_KERNEL_SOFTMAX_S16
#define TN_KERNEL_SOFTMAX_S16 tn_softmax_s16_ref
#endif
#ifndef TN_KERNEL_CONCATENATION
#define TN_KERNEL_CONCATENATION tn_concatenation_ref
#endif
#ifndef TN_KERNEL_PAD
#define TN_KERNEL_PAD tn_pad_ref
#endif
#ifndef TN_KERNEL_REDUCE
#define TN_KERNEL_REDUCE tn_reduce_ref
#endif

#ifndef TN_KERNEL_LSTM_S8
#define TN_KERNEL_LSTM_S8 tn_lstm_s8_ref
#endif
#ifndef TN_KERNEL_LSTM_S16
#define TN_KERNEL_LSTM_S16 tn_lstm_s16_ref
#endif

#endif
