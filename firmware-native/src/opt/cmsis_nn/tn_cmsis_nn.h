// The rows of constraints.def, for the adapters.
#ifndef TN_CMSIS_NN_H
#define TN_CMSIS_NN_H

#include <arm_nnfunctions.h>

#include "../vendor/tn_vendor.h"

#if defined(TN_CMSIS_NN_HELIUM)
// Set by tests.
#elif defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 1)
#define TN_CMSIS_NN_HELIUM 1
#else
#define TN_CMSIS_NN_HELIUM 0
#endif

enum {
#define TN_VENDOR_ROW(kernel, function, scratch, refused, refused_mve) TN_ROW_##kernel,
#include "constraints.def"
#undef TN_VENDOR_ROW
    TN_ROW_COUNT
};

static const uint32_t tn_vendor_rows[] = {
#define TN_VENDOR_ROW(kernel, function, scratch, refused, refused_mve) (refused) | (TN_CMSIS_NN_HELIUM ? (refused_mve) : 0u),
#include "constraints.def"
#undef TN_VENDOR_ROW
};

// What remains to be said of a layer that passed the table: what the library answered.
static inline uint32_t tn_cmsis_nn_answer(arm_cmsis_nn_status status)
{
    return status == ARM_CMSIS_NN_SUCCESS ? 0u : (uint32_t)TN_TRAIT_FAILED;
}

// The scratch of a convolution: multipliers for `room` channels, then what the library's kernel asks for.
static inline bool tn_cmsis_nn_prepare(cmsis_nn_per_channel_quant_params *params, cmsis_nn_context *ctx, tn_vendor_scratch_t *scratch,
                                       const tn_conv2d_args_t *a, int32_t bytes, int32_t room)
{
    tn_vendor_quant_t quant;
    const bool fits = tn_vendor_quant(&quant, scratch, a->mult, a->shift, a->channel_mask, a->out_c, room);
    *params = (cmsis_nn_per_channel_quant_params){.multiplier = quant.mult, .shift = quant.shift};
    *ctx = (cmsis_nn_context){.buf = tn_vendor_take(scratch, bytes), .size = bytes};
    return fits && ctx->buf != NULL;
}

#endif
