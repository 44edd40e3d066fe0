// CAST (from any type to any type)
//
//   integers to integers keep the low bits; floats go towards zero, at the ends of int32 (int64 for that type) saturated, NaN to 0;
//   to bool is x != 0
//
// Shapes   x and y of as many elements
// Scratch  none            In-place  yes, with elements of equal size

#include "tn_broadcast.h"
#include "../tn_mathf.h"

#if TN_FLOAT
static int64_t f32_to_s64(float x)
{
    if (x >= 9223372036854775808.0f) {
        return INT64_MAX;
    }
    return x >= -9223372036854775808.0f ? (int64_t)x : x < 0.0f ? INT64_MIN : 0;
}

static int64_t load(const tn_tensor_t *x, int32_t i)
{
    switch (x->dtype) {
    case TN_S8: return tn_s8(x)[i];
    case TN_U8: return ((const uint8_t *)x->data)[i];
    case TN_BOOL: return ((const uint8_t *)x->data)[i] != 0;
    case TN_S16: return tn_s16(x)[i];
    case TN_S32: return tn_s32(x)[i];
    default: return tn_s64(x)[i];
    }
}

static void store(const tn_tensor_t *y, int32_t i, int64_t v)
{
    switch (y->dtype) {
    case TN_S8: case TN_U8: ((uint8_t *)y->data)[i] = (uint8_t)v; break;
    case TN_BOOL: ((uint8_t *)y->data)[i] = v != 0; break;
    case TN_S16: ((uint16_t *)y->data)[i] = (uint16_t)v; break;
    case TN_S32: ((uint32_t *)y->data)[i] = (uint32_t)v; break;
    case TN_S64: ((int64_t *)y->data)[i] = v; break;
    default: ((float *)y->data)[i] = (float)v; break;
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    TN_CHECK(tn_arity(ctx, 1, 1) && tn_has(ctx, 0) && tn_in(ctx, 0).count == tn_out(ctx, 0).count);
    return TN_FLOAT ? TN_OK : TN_ERR_TYPE;
}

static void eval(const tn_op_context_t *ctx)
{
#if TN_FLOAT
    const tn_tensor_t x = tn_in(ctx, 0);
    const tn_tensor_t y = tn_out(ctx, 0);
    for (int32_t i = 0; i < x.count; i++) {
        if (x.dtype != TN_F32) {
            store(&y, i, load(&x, i));
            continue;
        }
        const float v = tn_f32(&x)[i];
        if (y.dtype == TN_F32) {
            ((float *)y.data)[i] = v;
        } else if (y.dtype == TN_BOOL) {
            ((uint8_t *)y.data)[i] = v != 0.0f;
        } else {
            store(&y, i, y.dtype == TN_S64 ? f32_to_s64(v) : tn_f32_to_s32(v));
        }
    }
#else
    (void)ctx;
#endif
}

const tn_op_t tn_cast_op = {prepare, eval};
