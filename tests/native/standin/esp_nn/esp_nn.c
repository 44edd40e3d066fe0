// The stand-in's functions: each records its arguments and writes all over its scratch and its output.

#include "esp_nn.h"

#include "../../vendor/record.h"

static void *s_conv_scratch, *s_depthwise_scratch;

static void dims(const char *name, const data_dims_t *d)
{
    const int32_t numbers[] = {d->width, d->height, d->channels, d->extra};
    record_numbers(name, numbers, 4);
}

static void pair(const char *name, int32_t a, int32_t b)
{
    const int32_t numbers[] = {a, b};
    record_numbers(name, numbers, 2);
}

static void number(const char *name, int32_t value)
{
    record_numbers(name, &value, 1);
}

#define RECORD_CONVOLVE(name)                                                      \
    do {                                                                           \
        record_text("    " name);                                                  \
        dims("x_dims", x_dims);                                                    \
        record_pointer("x", x);                                                    \
        dims("w_dims", w_dims);                                                    \
        record_pointer("w", w);                                                    \
        record_pointer("bias", bias);                                              \
        dims("y_dims", y_dims);                                                    \
        record_pointer("y", y);                                                    \
        pair("offsets", params->in_offset, params->out_offset);                    \
        pair("stride", params->stride.width, params->stride.height);               \
        pair("pad", params->padding.width, params->padding.height);                \
        pair("dilation", params->dilation.width, params->dilation.height);         \
        pair("clamp", params->activation.min, params->activation.max);             \
        record_pointer("mult", quant->mult);                                       \
        record_numbers("shift", quant->shift, y_dims->channels < 4 ? y_dims->channels : 4); \
    } while (0)

static int64_t elements(const data_dims_t *d)
{
    return (int64_t)d->width * d->height * d->channels;
}

ESP_CONVOLVE(esp_nn_conv_s8, conv_params_t)
{
    RECORD_CONVOLVE("esp_nn_conv_s8");
    touch(s_conv_scratch, standin_scratch);
    touch(y, elements(y_dims));
}

ESP_CONVOLVE(esp_nn_depthwise_conv_s8, dw_conv_params_t)
{
    RECORD_CONVOLVE("esp_nn_depthwise_conv_s8");
    number("ch_mult", params->ch_mult);
    touch(s_depthwise_scratch, standin_scratch);
    touch(y, elements(y_dims));
}

ESP_SCRATCH(esp_nn_get_conv_scratch_size, conv_params_t)
{
    (void)x_dims;
    (void)w_dims;
    (void)y_dims;
    (void)params;
    return standin_scratch;
}

ESP_SCRATCH(esp_nn_get_depthwise_conv_scratch_size, dw_conv_params_t)
{
    (void)x_dims;
    (void)w_dims;
    (void)y_dims;
    (void)params;
    return standin_scratch;
}

void esp_nn_set_conv_scratch_buf(const void *block)
{
    record_text("    esp_nn_set_conv_scratch_buf");
    record_pointer("block", block);
    s_conv_scratch = (void *)(uintptr_t)block;
}

void esp_nn_set_depthwise_conv_scratch_buf(const void *block)
{
    record_text("    esp_nn_set_depthwise_conv_scratch_buf");
    record_pointer("block", block);
    s_depthwise_scratch = (void *)(uintptr_t)block;
}

#define RECORD_CONNECT(name)                     \
    do {                                         \
        record_text("    " name);                \
        record_pointer("x", x);                  \
        number("offset", x_offset);              \
        number("depth", depth);                  \
        record_pointer("w", w);                  \
        number("offset", w_offset);              \
        record_pointer("bias", bias);            \
        record_pointer("y", y);                  \
        number("outputs", outputs);              \
        number("offset", y_offset);              \
        pair("clamp", lo, hi);                   \
    } while (0)

ESP_CONNECT(esp_nn_fully_connected_s8, const int32_t)
{
    RECORD_CONNECT("esp_nn_fully_connected_s8");
    pair("shift,mult", shift, mult);
    touch(y, outputs);
}

ESP_CONNECT(esp_nn_fully_connected_per_ch_s8, const int32_t *)
{
    RECORD_CONNECT("esp_nn_fully_connected_per_ch_s8");
    record_numbers("shift", shift, outputs);
    record_pointer("mult", mult);
    touch(y, outputs);
}

#define RECORD_POOL(name)                        \
    do {                                         \
        record_text("    " name);                \
        record_pointer("x", x);                  \
        pair("x_size", x_w, x_h);                \
        record_pointer("y", y);                  \
        pair("y_size", y_w, y_h);                \
        pair("stride", stride_w, stride_h);      \
        pair("filter", filter_w, filter_h);      \
        pair("pad", pad_w, pad_h);               \
        pair("clamp", lo, hi);                   \
        number("channels", channels);            \
    } while (0)

ESP_POOL(esp_nn_avg_pool_s8)
{
    RECORD_POOL("esp_nn_avg_pool_s8");
    touch(y, (int64_t)y_w * y_h * channels);
}

ESP_POOL(esp_nn_max_pool_s8)
{
    RECORD_POOL("esp_nn_max_pool_s8");
    touch(y, (int64_t)y_w * y_h * channels);
}

void esp_nn_add_elementwise_s8(const int8_t *a, const int8_t *b, const int32_t a_offset, const int32_t b_offset,
                               const int32_t a_mult, const int32_t b_mult, const int32_t a_shift, const int32_t b_shift,
                               const int32_t left_shift, int8_t *y, const int32_t y_offset, const int32_t y_mult,
                               const int32_t y_shift, const int32_t lo, const int32_t hi, const int32_t count)
{
    const int32_t y_numbers[] = {y_offset, y_mult, y_shift};
    record_text("    esp_nn_add_elementwise_s8");
    record_pointer("a", a);
    record_pointer("b", b);
    pair("offsets", a_offset, b_offset);
    pair("mults", a_mult, b_mult);
    pair("shifts", a_shift, b_shift);
    number("left_shift", left_shift);
    record_pointer("y", y);
    record_numbers("offset,mult,shift", y_numbers, 3);
    pair("clamp", lo, hi);
    number("count", count);
    touch(y, count);
}

void esp_nn_mul_elementwise_s8(const int8_t *a, const int8_t *b, const int32_t a_offset, const int32_t b_offset, int8_t *y,
                               const int32_t y_offset, const int32_t y_mult, const int32_t y_shift, const int32_t lo,
                               const int32_t hi, const int32_t count)
{
    const int32_t y_numbers[] = {y_offset, y_mult, y_shift};
    record_text("    esp_nn_mul_elementwise_s8");
    record_pointer("a", a);
    record_pointer("b", b);
    pair("offsets", a_offset, b_offset);
    record_pointer("y", y);
    record_numbers("offset,mult,shift", y_numbers, 3);
    pair("clamp", lo, hi);
    number("count", count);
    touch(y, count);
}
