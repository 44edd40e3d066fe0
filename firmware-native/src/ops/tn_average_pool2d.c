// AVERAGE_POOL_2D (int8, int16, float32)
//
//   y[n,h,w,c] = clamp(sum / cells, lo, hi) over the cells x[n, h*stride_h - pad_top + i, w*stride_w - pad_left + j, c], i < filter_h, j < filter_w
//
// Cells outside x are left out. With count_pad those inside the padding count, with the value `zero` (0 for float32).
// Integers round to nearest, ties away from zero.
//
// Input    x [N,H,W,C]     Output  y [N,OH,OW,C], of the same quantisation
// Limits   every window meets x; whatever the contents, sums wrap and are never undefined
// Scratch  none            In-place  no

#include "tn_kernels.h"
#include "tn_op.h"
#include "tn_window.h"

typedef struct params {
    int32_t filter_h;
    int32_t filter_w;
    int32_t stride_h;
    int32_t stride_w;
    int32_t pad_top;
    int32_t pad_left;
    int32_t pad_bottom;
    int32_t pad_right;
    int32_t count_pad;
    int32_t zero;
    int32_t lo;
    int32_t hi;
} params_t;

typedef struct window {
    tn_taps_t rows;
    tn_taps_t columns;
    int32_t cells;  // what the sum is divided by
    int32_t inside; // how many of them lie inside x
} window_t;

// How many taps lie inside the padded input.
static int32_t padded(int32_t origin, int32_t taps, int32_t size, int32_t pad_after)
{
    return tn_clamp(size + pad_after - origin, 0, taps);
}

static window_t window_at(const tn_pool2d_args_t *a, int32_t oy, int32_t ox)
{
    const int32_t y = oy * a->stride_h - a->pad_top;
    const int32_t x = ox * a->stride_w - a->pad_left;
    window_t at = {.rows = tn_taps(y, 1, a->filter_h, a->in_h), .columns = tn_taps(x, 1, a->filter_w, a->in_w)};
    at.inside = at.rows.count * at.columns.count;
    at.cells = a->count_pad ? padded(y, a->filter_h, a->in_h, a->pad_bottom) * padded(x, a->filter_w, a->in_w, a->pad_right) : at.inside;
    return at;
}

static int32_t average(int32_t sum, int32_t cells)
{
    return sum > 0 ? tn_add32(sum, cells / 2) / cells : tn_sub32(sum, cells / 2) / cells;
}

void tn_average_pool2d_s8_ref(const tn_pool2d_args_t *a)
{
    const int8_t *x = a->x;
    int8_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const window_t at = window_at(a, position / a->out_w, position % a->out_w);
            for (int32_t c = 0; c < a->channels; c++) {
                int32_t sum = tn_mul32(a->zero, at.cells - at.inside);
                for (int32_t row = at.rows.start; row < at.rows.start + at.rows.count; row++) {
                    const int8_t *cell = x + (row * a->in_w + at.columns.start) * a->channels + c;
                    for (int32_t column = 0; column < at.columns.count; column++) {
                        sum = tn_add32(sum, cell[column * a->channels]);
                    }
                }
                *y++ = (int8_t)tn_clamp(average(sum, at.cells), a->lo, a->hi);
            }
        }
    }
}

#if TN_INT16
void tn_average_pool2d_s16_ref(const tn_pool2d_args_t *a)
{
    const int16_t *x = a->x;
    int16_t *y = a->y;
    for (int32_t n = 0; n < a->batches; n++, x += a->in_h * a->in_w * a->channels) {
        for (int32_t position = 0; position < a->out_h * a->out_w; position++) {
            const window_t at = window_at(a, position / a->out_w, position % a->out_w);
            for (int32_t c = 0; c < a->channels; c++) {
                int32_t sum = tn_mul32(a->zero, at.cells - at.inside);
                for (int32_t row = at.rows.start; row < at.rows.start + at.rows.count; row++) {
                    const int16_t *cell = x + (row * a->in_w + at.columns.start) * a->channels + c;
                    for (int32_t column = 0; column < at.columns.count; column++) {
                        sum = tn_add32(sum, cell[column * a->channels]);
                    }
                }
                *y++ = (int16_t)tn_clamp(average(sum, at.cells), a->lo, a->hi);
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
            const window_t at = window_at(a, position / a->out_w, position % a->out_w);
            for (int32_t c = 0; c < a->channels; c++) {
                float sum = 0.0f;
                for (int32_t row = at.rows.start; row < at.rows.start + at.rows.count; row++) {
                    const float *cell = x + (row * a->in_w + at.columns.start) * a->channels + c;
                    for (int32_t column = 0; column < at.columns.count; column++) {
                        sum += cell[column * a->channels];
                    }
                }
                sum /= (float)at.cells;
                *y++ = sum < lo ? lo : sum > hi ? hi : sum;
            }
        }
    }
}
#endif

// The first and the last window meet the input, hence all do.
static bool axis_fits(int32_t in, int32_t out, int32_t taps, int32_t stride, int32_t before, int32_t after)
{
    return tn_window_fits(in, out, taps, stride, 1, before) && after >= 0 && (int64_t)in + before + after <= INT32_MAX && before < taps
        && (out - 1) * stride - before < in;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(tn_need_out(ctx, 0, x.dtype, 4));
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(x.rank == 4 && x.dims[0] == y.dims[0] && x.dims[3] == y.dims[3] && tn_mul_dims(p->filter_h, p->filter_w) >= 1);
    TN_CHECK(axis_fits(x.dims[1], y.dims[1], p->filter_h, p->stride_h, p->pad_top, p->pad_bottom));
    TN_CHECK(axis_fits(x.dims[2], y.dims[2], p->filter_w, p->stride_w, p->pad_left, p->pad_right));
    if ((x.dtype == TN_F32 && !TN_FLOAT) || (x.dtype == TN_S16 && !TN_INT16)) {
        return TN_ERR_TYPE;
    }
    TN_CHECK(x.dtype == TN_F32 || ((x.dtype == TN_S8 || x.dtype == TN_S16) && tn_clamp_fits(x.dtype, p->lo, p->hi)));
    TN_CHECK(x.dtype == TN_F32 || tn_zero_fits(x.dtype, p->zero));
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
        .stride_h = p->stride_h, .stride_w = p->stride_w, .dilation_h = 1, .dilation_w = 1,
        .pad_top = p->pad_top, .pad_left = p->pad_left, .pad_bottom = p->pad_bottom, .pad_right = p->pad_right,
        .zero = p->zero, .lo = p->lo, .hi = p->hi, .count_pad = p->count_pad != 0,
    };
#if TN_FLOAT
    if (x.dtype == TN_F32) {
        eval_f32(&args, tn_bits_f32(p->lo), tn_bits_f32(p->hi));
        return;
    }
#endif
#if TN_INT16
    if (x.dtype == TN_S16) {
        TN_KERNEL_AVERAGE_POOL2D_S16(&args);
        return;
    }
#endif
    TN_KERNEL_AVERAGE_POOL2D_S8(&args);
}

const tn_op_t tn_average_pool2d_op = {prepare, eval};
