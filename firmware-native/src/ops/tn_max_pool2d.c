// MAX_POOL_2D (int8, int16, float32)
//
//   y[n,h,w,c] = clamp(max over i, j of x[n, h*stride_h - pad_top + i*dilation_h, w*stride_w - pad_left + j*dilation_w, c], lo, hi)
//
// Cells outside x never win; a window without a cell inside gives lo.
//
// Input    x [N,H,W,C]     Output  y [N,OH,OW,C], of the same quantisation
// Limits   none
// Scratch  none            In-place  no

#include "tn_kernels.h"
#include "tn_op.h"
#include "tn_window.h"

typedef struct params {
    int32_t filter_h;
    int32_t filter_w;
    int32_t stride_h;
    int32_t stride_w;
    int32_t dilation_h;
    int32_t dilation_w;
    int32_t pad_top;
    int32_t pad_left;
    int32_t lo;
    int32_t hi;
} params_t;

typedef struct window {
    tn_taps_t rows;
    tn_taps_t columns;
} window_t;

static window_t window_at(const tn_pool2d_args_t *a, int32_t position)
{
    const int32_t y = position / a->out_w * a->stride_h - a->pad_top;
    const int32_t x = position % a->out_w * a->stride_w - a->pad_left;
    return (window_t){tn_taps(y, a->dilation_h, a->filter_h, a->in_h), tn_taps(x, a->dilation_w, a->filter_w, a->in_w)};
}

// Index in x (of one sample) of a tap inside, channel 0.
static int32_t cell(const tn_pool2d_args_t *a, const window_t *at, int32_t row, int32_t column)
{
    return ((at->rows.start + row * a->dilation_h) * a->in_w + at->columns.start + column * a->dilation_w) * a->channels;
}

void tn_max_pool2d_s8_ref(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const window_t at = window_at(a, position);
            for (int32_t c = 0; c < a->channels; c++) {
                int32_t max = a->lo;
                for (int32_t row = 0; row < at.rows.count; row++) {
                    for (int32_t column = 0; column < at.columns.count; column++) {
                        const int32_t value = x[cell(a, &at, row, column) + c];
                        max = value > max ? value : max;
                    }
                }
                *y++ = (int8_t)(max < a->hi ? max : a->hi);
            }
        }
    }
}

#if TN_INT16
void tn_max_pool2d_s16_ref(const tn_pool2d_args_t *a)
{
    const int16_t *x = a->x;
    int16_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const window_t at = window_at(a, position);
            for (int32_t c = 0; c < a->channels; c++) {
                int32_t max = a->lo;
                for (int32_t row = 0; row < at.rows.count; row++) {
                    for (int32_t column = 0; column < at.columns.count; column++) {
                        const int32_t value = x[cell(a, &at, row, column) + c];
                        max = value > max ? value : max;
                    }
                }
                *y++ = (int16_t)(max < a->hi ? max : a->hi);
            }
        }
    }
}
#endif

#if TN_FLOAT
static void eval_f32(const tn_pool2d_args_t *a, float lo, float hi)
{
    const float *x = a->x;
    float *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const window_t at = window_at(a, position);
            for (int32_t c = 0; c < a->channels; c++) {
                float max = lo;
                for (int32_t row = 0; row < at.rows.count; row++) {
                    for (int32_t column = 0; column < at.columns.count; column++) {
                        const float value = x[cell(a, &at, row, column) + c];
                        max = value > max ? value : max;
                    }
                }
                *y++ = max < hi ? max : hi;
            }
        }
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(tn_need_out(ctx, 0, x.dtype, 4));
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(x.rank == 4 && x.dims[0] == y.dims[0] && x.dims[3] == y.dims[3]);
    TN_CHECK(tn_window_fits(x.dims[1], y.dims[1], p->filter_h, p->stride_h, p->dilation_h, p->pad_top));
    TN_CHECK(tn_window_fits(x.dims[2], y.dims[2], p->filter_w, p->stride_w, p->dilation_w, p->pad_left));
    if ((x.dtype == TN_F32 && !TN_FLOAT) || (x.dtype == TN_S16 && !TN_INT16)) {
        return TN_ERR_TYPE;
    }
    TN_CHECK(x.dtype == TN_F32 || ((x.dtype == TN_S8 || x.dtype == TN_S16) && tn_clamp_fits(x.dtype, p->lo, p->hi)));
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const tn_pool2d_args_t args = {
        .x = x.data, .y = y.data, .batches = x.dims[0], .in_h = x.dims[1], .in_w = x.dims[2], .channels = x.dims[3],
        .out_h = y.dims[1], .out_w = y.dims[2], .filter_h = p->filter_h, .filter_w = p->filter_w,
        .stride_h = p->stride_h, .stride_w = p->stride_w, .dilation_h = p->dilation_h, .dilation_w = p->dilation_w,
        .pad_top = p->pad_top, .pad_left = p->pad_left, .lo = p->lo, .hi = p->hi,
    };
#if TN_FLOAT
    if (x.dtype == TN_F32) {
        eval_f32(&args, tn_bits_f32(p->lo), tn_bits_f32(p->hi));
        return;
    }
#endif
#if TN_INT16
    if (x.dtype == TN_S16) {
        TN_KERNEL_MAX_POOL2D_S16(&args);
        return;
    }
#endif
    TN_KERNEL_MAX_POOL2D_S8(&args);
}

const tn_op_t tn_max_pool2d_op = {prepare, eval};
