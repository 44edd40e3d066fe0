// RESIZE (nearest: any element size; bilinear: int8, int16, float32)
//
//   nearest (0)    y[n,h,w,c] = x[n, row[h], col[w], c]
//   bilinear (1)   y[n,h,w,c] = (1 - a) (1 - b) x[n,r,q,c] + (1 - a) b x[n,r,q+1,c] + a (1 - b) x[n,r+1,q,c] + a b x[n,r+1,q+1,c]
//                  where r = row[h], q = col[w], a = row_weight[h], b = col_weight[w]
//
// The compiler has worked out which cells and weights a way of resizing means (half pixels, aligned corners, ...).
//
// Inputs   x [N,H,W,C]   row int32 [OH]   col int32 [OW]   row_weight [OH]   col_weight [OW]; all but x constant
// Output   y [N,OH,OW,C] of x's type
// Quant    x and y alike. Weights of int8 and int16 are int32 in 1/1024; the sum of the four products is divided by 2^20 and rounded
//          half away from zero. Weights of float32 are float32. A nearest resize has none.
// Limits   a cell is in 0 .. H-1 (W-1), the one after it only needed where its weight is not 0; weights are in [0, 1)
// Scratch  none            In-place  no

#include "tn_op.h"

typedef struct params {
    int32_t kind;
} params_t;

enum { NEAREST, BILINEAR, UNIT = 1024 };

// Constant cells and, for a bilinear resize, constant weights (of type `weights`) along an axis of `length` cells.
static bool table_holds(tn_op_context_t *ctx, int cells, int weights, uint8_t type, int32_t count, int32_t length)
{
    if (!tn_need_constant(ctx, cells, TN_S32, count) || (type == 0 ? tn_has(ctx, weights) : !tn_need_constant(ctx, weights, type, count))) {
        return false;
    }
    const tn_tensor_t cell = tn_in(ctx, cells);
    const tn_tensor_t weight = type == 0 ? cell : tn_in(ctx, weights);
    for (int32_t i = 0; i < count; i++) {
        bool two = false;
        if (type == TN_S32) {
            if (tn_s32(&weight)[i] < 0 || tn_s32(&weight)[i] >= UNIT) {
                return false;
            }
            two = tn_s32(&weight)[i] > 0;
        }
#if TN_FLOAT
        if (type == TN_F32) {
            two = !(tn_f32(&weight)[i] == 0.0f);
        }
#endif
        if (tn_s32(&cell)[i] < 0 || tn_s32(&cell)[i] >= length - (two ? 1 : 0)) {
            return false;
        }
    }
    return true;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, 5, 1) && tn_has(ctx, 0));
    const tn_tensor_t x = tn_in(ctx, 0);
    TN_CHECK(x.rank == 4 && tn_need_out(ctx, 0, x.dtype, 4));
    const tn_tensor_t y = tn_out(ctx, 0);
    TN_CHECK(x.dims[0] == y.dims[0] && x.dims[3] == y.dims[3] && (p->kind == NEAREST || p->kind == BILINEAR));
    uint8_t weights = 0;
    if (p->kind == BILINEAR) {
        switch (x.dtype) {
        case TN_S8: weights = TN_S32; break;
#if TN_INT16
        case TN_S16: weights = TN_S32; break;
#endif
#if TN_FLOAT
        case TN_F32: weights = TN_F32; break;
#endif
        default: return TN_ERR_TYPE;
        }
    }
    TN_CHECK(table_holds(ctx, 1, 3, weights, y.dims[1], x.dims[1]) && table_holds(ctx, 2, 4, weights, y.dims[2], x.dims[2]));
    return TN_OK;
}

static int32_t element(const tn_tensor_t *x, int32_t at)
{
    return x->dtype == TN_S8 ? tn_s8(x)[at] : tn_s16(x)[at];
}

// One output cell of all channels. `at` is its first element of x, `down` and `right` lead to the neighbours.
static void blend(const tn_tensor_t *x, const tn_tensor_t *y, int32_t to, int32_t at, int32_t down, int32_t right, int32_t a, int32_t b)
{
    for (int32_t c = 0; c < x->dims[3]; c++, at++, to++) {
        int64_t sum = (int64_t)element(x, at) * ((UNIT - a) * (UNIT - b));
        sum += (int64_t)element(x, at + right) * ((UNIT - a) * b);
        sum += (int64_t)element(x, at + down) * (a * (UNIT - b));
        sum += (int64_t)element(x, at + down + right) * (a * b);
        const int32_t rounded = (int32_t)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
        if (x->dtype == TN_S8) {
            ((int8_t *)y->data)[to] = (int8_t)rounded;
        } else {
            ((int16_t *)y->data)[to] = (int16_t)rounded;
        }
    }
}

#if TN_FLOAT
static void blend_f32(const tn_tensor_t *x, const tn_tensor_t *y, int32_t to, int32_t at, int32_t down, int32_t right, float a, float b)
{
    for (int32_t c = 0; c < x->dims[3]; c++, at++, to++) {
        const float *from = tn_f32(x) + at;
        ((float *)y->data)[to] = from[0] * (1.0f - a) * (1.0f - b) + from[down] * a * (1.0f - b) + from[right] * (1.0f - a) * b
                                 + from[down + right] * a * b;
    }
}
#endif

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    const tn_tensor_t rows = tn_in(ctx, 1);
    const tn_tensor_t cols = tn_in(ctx, 2);
    const bool bilinear = p->kind == BILINEAR;
    const tn_tensor_t row_weights = bilinear ? tn_in(ctx, 3) : rows;
    const tn_tensor_t col_weights = bilinear ? tn_in(ctx, 4) : cols;
    const int32_t channels = x.dims[3];
    const int32_t pitch = x.dims[2] * channels;
    const uint32_t size = tn_dtype_size(x.dtype);
    int32_t to = 0;
    for (int32_t row = 0; row < y.dims[0] * y.dims[1]; row++) {
        const int32_t h = row % y.dims[1];
        const int32_t start = (row / y.dims[1] * x.dims[1] + tn_s32(&rows)[h]) * pitch;
        for (int32_t w = 0; w < y.dims[2]; w++, to += channels) {
            const int32_t at = start + tn_s32(&cols)[w] * channels;
            if (!bilinear) {
                memmove((uint8_t *)y.data + (size_t)to * size, (const uint8_t *)x.data + (size_t)at * size, (size_t)channels * size);
                continue;
            }
#if TN_FLOAT
            if (x.dtype == TN_F32) {
                const float a = tn_f32(&row_weights)[h];
                const float b = tn_f32(&col_weights)[w];
                blend_f32(&x, &y, to, at, a == 0.0f ? 0 : pitch, b == 0.0f ? 0 : channels, a, b);
                continue;
            }
#endif
            const int32_t a = tn_s32(&row_weights)[h];
            const int32_t b = tn_s32(&col_weights)[w];
            blend(&x, &y, to, at, a == 0 ? 0 : pitch, b == 0 ? 0 : channels, a, b);
        }
    }
}

const tn_op_t tn_resize_op = {prepare, eval};
