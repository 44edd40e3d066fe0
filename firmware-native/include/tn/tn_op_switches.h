// TN_OP_<NAME>: 1 keeps the operator in the image, 0 removes it, 2 keeps it for packed blobs alone. One switch for each row of tn_ops.def; a contract test compares.
#ifndef TN_OP_SWITCHES_H
#define TN_OP_SWITCHES_H

#include "tn/tn_config.h"

#ifndef TN_OP_CONV_2D
#define TN_OP_CONV_2D TN_OP_DEFAULT
#endif
#ifndef TN_OP_DEPTHWISE_CONV_2D
#define TN_OP_DEPTHWISE_CONV_2D TN_OP_DEFAULT
#endif
#ifndef TN_OP_TRANSPOSE_CONV_2D
#define TN_OP_TRANSPOSE_CONV_2D TN_OP_DEFAULT
#endif
#ifndef TN_OP_FULLY_CONNECTED
#define TN_OP_FULLY_CONNECTED TN_OP_DEFAULT
#endif
#ifndef TN_OP_BATCH_MATMUL
#define TN_OP_BATCH_MATMUL TN_OP_DEFAULT
#endif
#ifndef TN_OP_AVERAGE_POOL_2D
#define TN_OP_AVERAGE_POOL_2D TN_OP_DEFAULT
#endif
#ifndef TN_OP_MAX_POOL_2D
#define TN_OP_MAX_POOL_2D TN_OP_DEFAULT
#endif
#ifndef TN_OP_ADD
#define TN_OP_ADD TN_OP_DEFAULT
#endif
#ifndef TN_OP_SUB
#define TN_OP_SUB TN_OP_DEFAULT
#endif
#ifndef TN_OP_MUL
#define TN_OP_MUL TN_OP_DEFAULT
#endif
#ifndef TN_OP_DIV
#define TN_OP_DIV TN_OP_DEFAULT
#endif
#ifndef TN_OP_MINIMUM
#define TN_OP_MINIMUM TN_OP_DEFAULT
#endif
#ifndef TN_OP_MAXIMUM
#define TN_OP_MAXIMUM TN_OP_DEFAULT
#endif
#ifndef TN_OP_SQUARED_DIFFERENCE
#define TN_OP_SQUARED_DIFFERENCE TN_OP_DEFAULT
#endif
#ifndef TN_OP_COMPARE
#define TN_OP_COMPARE TN_OP_DEFAULT
#endif
#ifndef TN_OP_SELECT
#define TN_OP_SELECT TN_OP_DEFAULT
#endif
#ifndef TN_OP_LOGICAL
#define TN_OP_LOGICAL TN_OP_DEFAULT
#endif
#ifndef TN_OP_TABLE
#define TN_OP_TABLE TN_OP_DEFAULT
#endif
#ifndef TN_OP_UNARY
#define TN_OP_UNARY TN_OP_DEFAULT
#endif
#ifndef TN_OP_PRELU
#define TN_OP_PRELU TN_OP_DEFAULT
#endif
#ifndef TN_OP_RESCALE
#define TN_OP_RESCALE TN_OP_DEFAULT
#endif
#ifndef TN_OP_QUANTIZE
#define TN_OP_QUANTIZE TN_OP_DEFAULT
#endif
#ifndef TN_OP_DEQUANTIZE
#define TN_OP_DEQUANTIZE TN_OP_DEFAULT
#endif
#ifndef TN_OP_CAST
#define TN_OP_CAST TN_OP_DEFAULT
#endif
#ifndef TN_OP_CONCATENATION
#define TN_OP_CONCATENATION TN_OP_DEFAULT
#endif
#ifndef TN_OP_STRIDED_COPY
#define TN_OP_STRIDED_COPY TN_OP_DEFAULT
#endif
#ifndef TN_OP_PAD
#define TN_OP_PAD TN_OP_DEFAULT
#endif
#ifndef TN_OP_GATHER
#define TN_OP_GATHER TN_OP_DEFAULT
#endif
#ifndef TN_OP_REDUCE
#define TN_OP_REDUCE TN_OP_DEFAULT
#endif
#ifndef TN_OP_RESIZE
#define TN_OP_RESIZE TN_OP_DEFAULT
#endif
#ifndef TN_OP_SOFTMAX
#define TN_OP_SOFTMAX TN_OP_DEFAULT
#endif
#ifndef TN_OP_LOG_SOFTMAX
#define TN_OP_LOG_SOFTMAX TN_OP_DEFAULT
#endif
#ifndef TN_OP_LAYER_NORM
#define TN_OP_LAYER_NORM TN_OP_DEFAULT
#endif
#ifndef TN_OP_SVDF
#define TN_OP_SVDF TN_OP_DEFAULT
#endif
#ifndef TN_OP_LSTM
#define TN_OP_LSTM TN_OP_DEFAULT
#endif
#ifndef TN_OP_GRU
#define TN_OP_GRU TN_OP_DEFAULT
#endif
#ifndef TN_OP_ARG_MAX
#define TN_OP_ARG_MAX TN_OP_DEFAULT
#endif
#ifndef TN_OP_COPY
#define TN_OP_COPY TN_OP_DEFAULT
#endif

#endif
