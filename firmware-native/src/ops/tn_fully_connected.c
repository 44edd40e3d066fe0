// FULLY_CONNECTED (int8, int16x8, float32)
//
//   acc[n,o] = bias[o] + sum_k (x[n,k] - x_zero) * (w[o,k] - w_zero)
//   y[n,o]   = clamp(y_zero + requantize(acc[n,o], mult[o], shift[o]), lo, hi)
//
// Inputs   x [..., K]   w [O,K]   bias [O] or absent   mult, shift [O] or [1] (absent for float32)
// Output   y with N * O elements, where N = elements of x / K
// Quant    see tn_weights.h; for float32 lo and hi are float bits
// Limits   none: whatever the contents, acc wraps and is never undefined
// Scratch  none            In-place  no

#include "tn_dot.h"
#include "tn_kernels.h"
#include "tn_weights.h"

typedef struct params {
    int32_t x_zero;
    int32_t w_zero;
    int32_t y_zero;
    int32_t lo;
    int32_t hi;
} params_t;

// What a zero point of the weights takes away from every sum of a row.
static int32_t zero_part(const int8_t *x, const tn_fully_connected_args_t *a)
{
    int32_t sum = 0;
    for (int32_t k = 0; k < a->depth && a->w_zero != 0; k++) {
        sum = tn_add32(sum, x[k] - a->x_zero);
    }
    return tn_mul32(sum, a->w_zero);
}

void tn_fully_connected_s8_ref(const tn_fully_connected_args_t *a)
{
    const int32_t *bias = a->bias;
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->rows; n++, x += a->depth) {
        const int32_t zero = zero_part(x, a);
        for (int32_t o = 0, many; o < a->outputs; o += many) {
            many = a->outputs - o < 4 ? a->outputs - o : 4;
            tn_dot4_t dot = tn_dot4(a->w + o * a->depth, a->depth, many);
            tn_dot4_add(&dot, 0, x, a->x_zero, a->depth);
            for (int32_t i = 0; i < many; i++) {
                const int32_t channel = (o + i) & a->channel_mask;
                const int32_t acc = tn_add32(tn_sub32(dot.acc[i], zero), bias ? bias[o + i] : 0);
                const int32_t scaled = tn_requantize(acc, a->mult[channel], a->shift[channel]);
                *y++ = (int8_t)tn_clamp(tn_add32(scaled, a->y_zero), a->lo, a->hi);
            }
        }
    }
}

#if TN_INT16
void tn_fully_connected_s16_ref(const tn_fully_connected_args_t *a)
{
    const int16_t *x = a->x;
    int16_t *y = a->y;
    for (int32_t n = 0; n < a->rows; n++, x += a->depth) {
        const int8_t *w = a->w;
        for (int32_t o = 0; o < a->outputs; o++, w += a->depth) {
            const int32_t channel = o & a->channel_mask;
            int64_t acc = 0;
            for (int32_t k = 0; k < a->depth; k++) {
                acc += (x[k] - a->x_zero) * (w[k] - a->w_zero);
            }
            const int32_t scaled = tn_requantize_s16(acc, a->bias, a->bias_s64, o, a->mult[channel], a->shift[channel]);
            *y++ = (int16_t)tn_clamp(tn_add32(scaled, a->y_zero), a->lo, a->hi);
        }
    }
}
#endif

#if TN_FLOAT
static void eval_f32(const tn_tensor_t *x, const tn_tensor_t *w, const float *bias, const tn_tensor_t *y, float lo, float hi)
{
    const int32_t depth = w->dims[1];
    const int32_t outputs = w->dims[0];
    const float *row = tn_f32(x);
    float *out = (float *)y->data;
    for (int32_t n = x->count / depth; n > 0; n--, row += depth) {
        const float *weights = tn_f32(w);
        for (int32_t o = 0; o < outputs; o++, weights += depth) {
            float acc = 0.0f;
            for (int32_t k = 0; k < depth; k++) {
                acc += row[k] * weights[k];
            }
            acc += bias ? bias[o] : 0.0f;
            *out++ = acc < lo ? lo : acc > hi ? hi : acc;
        }
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 5, 1) && tn_has(ctx, 0) && tn_has(ctx, 1));
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t w = tn_in(ctx, 1);
    TN_CHECK(w.rank == 2 && x.count % w.dims[1] == 0);
    const int32_t outputs = w.dims[0];
    TN_CHECK(tn_need_out(ctx, 0, x.dtype, -1) && tn_out(ctx, 0).count == tn_mul_dims(x.count / w.dims[1], outputs));
    return tn_weights_check(ctx, outputs, (tn_weights_quant_t){p->x_zero, p->w_zero, p->y_zero, p->lo, p->hi});
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t w = tn_in(ctx, 1);
    const tn_tensor_t y = tn_out(ctx, 0);
    const void *bias = tn_optional(ctx, 2);
#if TN_FLOAT
    if (x.dtype == TN_F32) {
        eval_f32(&x, &w, bias, &y, tn_bits_f32(p->lo), tn_bits_f32(p->hi));
        return;
    }
#endif
    const tn_tensor_t mult = tn_in(ctx, 3);
    const tn_tensor_t shift = tn_in(ctx, 4);
    const tn_fully_connected_args_t args = {
        .x = x.data, .w = tn_s8(&w), .bias = bias, .y = y.data,
        .mult = tn_s32(&mult), .shift = tn_s8(&shift), .channel_mask = mult.count > 1 ? -1 : 0,
        .rows = x.count / w.dims[1], .depth = w.dims[1], .outputs = w.dims[0],
        .x_zero = p->x_zero, .w_zero = p->w_zero, .y_zero = p->y_zero, .lo = p->lo, .hi = p->hi,
        .bias_s64 = bias != NULL && tn_in(ctx, 2).dtype == TN_S64,
    };
#if TN_INT16
    if (x.dtype == TN_S16) {
        TN_KERNEL_FULLY_CONNECTED_S16(&args);
        return;
    }
#endif
    TN_KERNEL_FULLY_CONNECTED_S8(&args);
}

const tn_op_t tn_fully_connected_op = {prepare, eval};
