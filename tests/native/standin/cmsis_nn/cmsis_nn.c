// The stand-in's functions: each records its arguments, writes all over its scratch and its output, and succeeds unless told otherwise.

#include "arm_nnfunctions.h"

#include "../../vendor/record.h"

static void dims(const char *name, const cmsis_nn_dims *d)
{
    const int32_t numbers[] = {d->n, d->h, d->w, d->c};
    record_numbers(name, numbers, 4);
}

static void tile(const char *name, const cmsis_nn_tile *t)
{
    const int32_t numbers[] = {t->w, t->h};
    record_numbers(name, numbers, 2);
}

static void number(const char *name, int32_t value)
{
    record_numbers(name, &value, 1);
}

static void range(int32_t lo, int32_t hi)
{
    const int32_t numbers[] = {lo, hi};
    record_numbers("clamp", numbers, 2);
}

static int64_t elements(const cmsis_nn_dims *d)
{
    return (int64_t)d->n * d->h * d->w * d->c;
}

static arm_cmsis_nn_status end(const cmsis_nn_context *ctx, void *y, int64_t bytes)
{
    if (ctx != NULL && ctx->size > 0) {
        touch(ctx->buf, ctx->size);
    }
    if (!standin_fails) {
        touch(y, bytes);
    }
    return standin_fails ? ARM_CMSIS_NN_ARG_ERROR : ARM_CMSIS_NN_SUCCESS;
}

static void scratch(const cmsis_nn_context *ctx)
{
    number("scratch", ctx->size);
}

#define RECORD_CONVOLVE(name, bias_pointer)                                        \
    do {                                                                           \
        record_text("    " name);                                                  \
        scratch(ctx);                                                              \
        number("x_offset", params->input_offset);                                  \
        number("y_offset", params->output_offset);                                 \
        tile("stride", &params->stride);                                           \
        tile("pad", &params->padding);                                             \
        tile("dilation", &params->dilation);                                       \
        range(params->activation.min, params->activation.max);                     \
        record_pointer("mult", quant->multiplier);                                 \
        record_numbers("shift", quant->shift, y_dims->c < 4 ? y_dims->c : 4);      \
        dims("x_dims", x_dims);                                                    \
        record_pointer("x", x);                                                    \
        dims("w_dims", w_dims);                                                    \
        record_pointer("w", w);                                                    \
        dims("bias_dims", bias_dims);                                              \
        record_pointer("bias", bias_pointer);                                      \
        dims("y_dims", y_dims);                                                    \
        record_pointer("y", y);                                                    \
    } while (0)

CONVOLVE(arm_convolve_wrapper_s8, cmsis_nn_conv_params, int8_t, int32_t)
{
    RECORD_CONVOLVE("arm_convolve_wrapper_s8", bias);
    return end(ctx, y, elements(y_dims));
}

CONVOLVE(arm_convolve_1x1_s8_fast, cmsis_nn_conv_params, int8_t, int32_t)
{
    RECORD_CONVOLVE("arm_convolve_1x1_s8_fast", bias);
    return end(ctx, y, elements(y_dims));
}

CONVOLVE(arm_convolve_wrapper_s16, cmsis_nn_conv_params, int16_t, cmsis_nn_bias_data)
{
    RECORD_CONVOLVE("arm_convolve_wrapper_s16", bias->data);
    number("bias_s32", bias->is_int32_bias);
    return end(ctx, y, elements(y_dims) * 2);
}

CONVOLVE(arm_depthwise_conv_wrapper_s8, cmsis_nn_dw_conv_params, int8_t, int32_t)
{
    RECORD_CONVOLVE("arm_depthwise_conv_wrapper_s8", bias);
    number("ch_mult", params->ch_mult);
    return end(ctx, y, elements(y_dims));
}

CONVOLVE(arm_depthwise_conv_wrapper_s16, cmsis_nn_dw_conv_params, int16_t, int64_t)
{
    RECORD_CONVOLVE("arm_depthwise_conv_wrapper_s16", bias);
    number("ch_mult", params->ch_mult);
    return end(ctx, y, elements(y_dims) * 2);
}

#define SIZE_OF(name, params_t)          \
    CONVOLVE_SIZE(name, params_t)        \
    {                                    \
        (void)params;                    \
        (void)x_dims;                    \
        (void)w_dims;                    \
        (void)y_dims;                    \
        return standin_scratch;          \
    }

SIZE_OF(arm_convolve_wrapper_s8_get_buffer_size, cmsis_nn_conv_params)
SIZE_OF(arm_convolve_wrapper_s16_get_buffer_size, cmsis_nn_conv_params)
SIZE_OF(arm_depthwise_conv_wrapper_s8_get_buffer_size, cmsis_nn_dw_conv_params)
SIZE_OF(arm_depthwise_conv_wrapper_s16_get_buffer_size, cmsis_nn_dw_conv_params)

static void connect(const char *name, const cmsis_nn_fc_params *params, const cmsis_nn_dims *x_dims, const cmsis_nn_dims *w_dims,
                    const cmsis_nn_dims *bias_dims, const cmsis_nn_dims *y_dims)
{
    record_text("    %s", name);
    number("x_offset", params->input_offset);
    number("w_offset", params->filter_offset);
    number("y_offset", params->output_offset);
    range(params->activation.min, params->activation.max);
    dims("x_dims", x_dims);
    dims("w_dims", w_dims);
    dims("bias_dims", bias_dims);
    dims("y_dims", y_dims);
}

arm_cmsis_nn_status arm_fully_connected_wrapper_s8(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *params,
                                                   const cmsis_nn_quant_params *quant, const cmsis_nn_dims *x_dims, const int8_t *x,
                                                   const cmsis_nn_dims *w_dims, const int8_t *w, const cmsis_nn_dims *bias_dims,
                                                   const int32_t *bias, const cmsis_nn_dims *y_dims, int8_t *y)
{
    connect("arm_fully_connected_wrapper_s8", params, x_dims, w_dims, bias_dims, y_dims);
    number("per_channel", quant->is_per_channel);
    record_numbers("mult", quant->multiplier, 1);
    record_numbers("shift", quant->shift, quant->is_per_channel ? y_dims->c : 1);
    record_pointer("x", x);
    record_pointer("w", w);
    record_pointer("bias", bias);
    record_pointer("y", y);
    return end(ctx, y, elements(y_dims));
}

arm_cmsis_nn_status arm_fully_connected_s16(const cmsis_nn_context *ctx, const cmsis_nn_fc_params *params,
                                            const cmsis_nn_per_tensor_quant_params *quant, const cmsis_nn_dims *x_dims,
                                            const int16_t *x, const cmsis_nn_dims *w_dims, const int8_t *w,
                                            const cmsis_nn_dims *bias_dims, const int64_t *bias, const cmsis_nn_dims *y_dims,
                                            int16_t *y)
{
    connect("arm_fully_connected_s16", params, x_dims, w_dims, bias_dims, y_dims);
    number("mult", quant->multiplier);
    number("shift", quant->shift);
    record_pointer("x", x);
    record_pointer("w", w);
    record_pointer("bias", bias);
    record_pointer("y", y);
    return end(ctx, y, elements(y_dims) * 2);
}

#define RECORD_POOL(name)                                        \
    do {                                                         \
        record_text("    " name);                                \
        scratch(ctx);                                            \
        tile("stride", &params->stride);                         \
        tile("pad", &params->padding);                           \
        range(params->activation.min, params->activation.max);   \
        dims("x_dims", x_dims);                                  \
        record_pointer("x", x);                                  \
        dims("filter", filter_dims);                             \
        dims("y_dims", y_dims);                                  \
        record_pointer("y", y);                                  \
    } while (0)

POOL(arm_avgpool_s8, int8_t)
{
    RECORD_POOL("arm_avgpool_s8");
    return end(ctx, y, elements(y_dims));
}

POOL(arm_max_pool_s8, int8_t)
{
    RECORD_POOL("arm_max_pool_s8");
    return end(ctx, y, elements(y_dims));
}

POOL(arm_avgpool_s16, int16_t)
{
    RECORD_POOL("arm_avgpool_s16");
    return end(ctx, y, elements(y_dims) * 2);
}

POOL(arm_max_pool_s16, int16_t)
{
    RECORD_POOL("arm_max_pool_s16");
    return end(ctx, y, elements(y_dims) * 2);
}

int32_t arm_avgpool_s8_get_buffer_size(const int y_w, const int channels)
{
    (void)y_w;
    (void)channels;
    return standin_scratch;
}

int32_t arm_avgpool_s16_get_buffer_size(const int y_w, const int channels)
{
    (void)y_w;
    (void)channels;
    return standin_scratch;
}

#define RECORD_ADD(name)                                                              \
    do {                                                                              \
        const int32_t a_[] = {a_offset, a_mult, a_shift};                             \
        const int32_t b_[] = {b_offset, b_mult, b_shift};                             \
        const int32_t y_[] = {y_offset, y_mult, y_shift};                             \
        record_text("    " name);                                                     \
        record_pointer("a", a);                                                       \
        record_numbers("offset,mult,shift", a_, 3);                                   \
        record_pointer("b", b);                                                       \
        record_numbers("offset,mult,shift", b_, 3);                                   \
        number("left_shift", left_shift);                                             \
        record_pointer("y", y);                                                       \
        record_numbers("offset,mult,shift", y_, 3);                                   \
        range(lo, hi);                                                                \
        number("count", count);                                                       \
    } while (0)

ADD(arm_elementwise_add_s8, int8_t)
{
    RECORD_ADD("arm_elementwise_add_s8");
    return end(NULL, y, count);
}

ADD(arm_elementwise_add_s16, int16_t)
{
    RECORD_ADD("arm_elementwise_add_s16");
    return end(NULL, y, count * 2);
}

#define RECORD_MUL(name)                                                              \
    do {                                                                              \
        const int32_t y_[] = {y_offset, y_mult, y_shift};                             \
        record_text("    " name);                                                     \
        record_pointer("a", a);                                                       \
        number("offset", a_offset);                                                   \
        record_pointer("b", b);                                                       \
        number("offset", b_offset);                                                   \
        record_pointer("y", y);                                                       \
        record_numbers("offset,mult,shift", y_, 3);                                   \
        range(lo, hi);                                                                \
        number("count", count);                                                       \
    } while (0)

MUL(arm_elementwise_mul_s8, int8_t)
{
    RECORD_MUL("arm_elementwise_mul_s8");
    return end(NULL, y, count);
}

MUL(arm_elementwise_mul_s16, int16_t)
{
    RECORD_MUL("arm_elementwise_mul_s16");
    return end(NULL, y, count * 2);
}
