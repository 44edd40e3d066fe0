// SVDF (int8 with an int8 or int16 state, float32)
//
// A filter f of sequence n remembers the last T products of its feature weights with the inputs; its time weights mix them, and
// `rank` consecutive filters make a unit.
//
//   s[n,f,0 .. T-2] <- s[n,f,1 .. T-1]    s[n,f,T-1] <- sum_k x[n,k] * wf[f,k]
//   y[n,u] = clamp(bias[u] + sum_{f of u} sum_j wt[f,j] * s[n,f,j], lo, hi)
//
// integer  the new s is state_zero + saturate(requantize(wf_bias[f] + sum, in_mult, in_shift)) to the state's type; with the zero
//          point added it wraps into that type
//          y = clamp(y_zero + requantize(bias[u] + sum, out_mult, out_shift), lo, hi)
//
// Inputs   x [N,K]   wf [F,K]   wt [F,T]   bias [U] or absent   wf_bias [F] or absent   s0 [N,F*T]
// Outputs  y [N,U], U = F / rank   s [N,F*T]. Where it is the same bytes as s0, the state is kept between runs
// Quant    x, wf, y int8; wt and s both int8 or both int16; bias, wf_bias int32, in them the zero points of s and x; float32 throughout
//          otherwise, without wf_bias (lo, hi are float bits)
// Limits   none: whatever the contents, accumulators wrap and are never undefined
// Scratch  none            In-place  no

#include "tn_sequence.h"
#include "tn_weights.h"

typedef struct params {
    int32_t rank;
    int32_t state_zero;
    int32_t y_zero;
    int32_t in_mult;
    int32_t in_shift;
    int32_t out_mult;
    int32_t out_shift;
    int32_t lo;
    int32_t hi;
} params_t;

enum { X, WF, WT, BIAS, WF_BIAS, S0, INPUTS };
enum { Y, S, OUTPUTS };

// One filter of one sequence: its memory moves on, and its time weights meet it.
static int32_t filter_s8(int8_t *s, const int8_t *wt, int32_t memory, int32_t zero, int32_t product)
{
    memmove(s, s + 1, (size_t)memory - 1);
    s[memory - 1] = (int8_t)(zero + tn_clamp(product, INT8_MIN, INT8_MAX));
    return tn_dot_s8(0, s, wt, memory);
}

static int32_t filter_s16(int16_t *s, const int16_t *wt, int32_t memory, int32_t zero, int32_t product)
{
    memmove(s, s + 1, ((size_t)memory - 1) * sizeof *s);
    s[memory - 1] = (int16_t)(zero + tn_clamp(product, INT16_MIN, INT16_MAX));
    int32_t acc = 0;
    for (int32_t j = 0; j < memory; j++) {
        acc = tn_add32(acc, s[j] * wt[j]);
    }
    return acc;
}

static void eval_integer(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, X);
    const tn_tensor_t wt = tn_in(ctx, WT);
    const int32_t depth = x.dims[1], filters = wt.dims[0], memory = wt.dims[1];
    const int32_t *bias = tn_optional(ctx, BIAS);
    const int32_t *wf_bias = tn_optional(ctx, WF_BIAS);
    const int8_t *wf = tn_in(ctx, WF).data;
    const tn_tensor_t s = tn_out(ctx, S);
    int8_t *y = tn_out(ctx, Y).data;
    for (int32_t n = 0; n < x.dims[0]; n++) {
        int32_t acc = 0;
        for (int32_t f = 0; f < filters; f++) {
            const int32_t sum = tn_dot_s8(wf_bias ? wf_bias[f] : 0, tn_s8(&x) + n * depth, wf + f * depth, depth);
            const int32_t product = tn_requantize(sum, p->in_mult, p->in_shift);
            const int32_t at = (n * filters + f) * memory;
            const int32_t mixed = s.dtype == TN_S8
                ? filter_s8((int8_t *)s.data + at, tn_s8(&wt) + f * memory, memory, p->state_zero, product)
                : filter_s16((int16_t *)s.data + at, tn_s16(&wt) + f * memory, memory, p->state_zero, product);
            acc = tn_add32(acc, mixed);
            if ((f + 1) % p->rank == 0) {
                const int32_t out = tn_requantize(tn_add32(acc, bias ? bias[f / p->rank] : 0), p->out_mult, p->out_shift);
                *y++ = (int8_t)tn_clamp(tn_add32(out, p->y_zero), p->lo, p->hi);
                acc = 0;
            }
        }
    }
}

#if TN_FLOAT
static void eval_f32(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_tensor_t x = tn_in(ctx, X);
    const tn_tensor_t wt = tn_in(ctx, WT);
    const int32_t depth = x.dims[1], filters = wt.dims[0], memory = wt.dims[1];
    const float lo = tn_bits_f32(p->lo), hi = tn_bits_f32(p->hi);
    const float *bias = tn_optional(ctx, BIAS);
    const float *wf = tn_in(ctx, WF).data;
    float *s = tn_out(ctx, S).data;
    float *y = tn_out(ctx, Y).data;
    for (int32_t n = 0; n < x.dims[0]; n++) {
        float acc = 0.0f;
        for (int32_t f = 0; f < filters; f++, s += memory) {
            if (f % p->rank == 0) {
                acc = bias ? bias[f / p->rank] : 0.0f;
            }
            memmove(s, s + 1, ((size_t)memory - 1) * sizeof *s);
            s[memory - 1] = tn_dot_f32(tn_f32(&x) + n * depth, wf + f * depth, depth);
            acc += tn_dot_f32(s, tn_f32(&wt) + f * memory, memory);
            if ((f + 1) % p->rank == 0) {
                *y++ = acc < lo ? lo : acc > hi ? hi : acc;
            }
        }
    }
}
#endif

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, INPUTS, OUTPUTS) && tn_has(ctx, X) && tn_has(ctx, WF) && tn_has(ctx, WT));
    const tn_tensor_t x = tn_in(ctx, X);
    const tn_tensor_t wf = tn_in(ctx, WF);
    const tn_tensor_t wt = tn_in(ctx, WT);
    TN_CHECK(x.rank == 2 && wf.rank == 2 && wt.rank == 2 && wf.dims[1] == x.dims[1] && wt.dims[0] == wf.dims[0]);
    TN_CHECK(p->rank >= 1 && wt.dims[0] % p->rank == 0);
    const int32_t units = wt.dims[0] / p->rank;
    const int32_t state = tn_mul_dims(x.dims[0], wt.count);
    TN_CHECK(tn_need_out(ctx, Y, x.dtype, -1) && tn_out(ctx, Y).count == tn_mul_dims(x.dims[0], units));
    TN_CHECK(tn_need_in(ctx, S0, wt.dtype, -1) && tn_in(ctx, S0).count == state);
    TN_CHECK(tn_need_out(ctx, S, wt.dtype, -1) && tn_out(ctx, S).count == state);
    if (x.dtype == TN_F32) {
#if TN_FLOAT
        TN_CHECK(wf.dtype == TN_F32 && wt.dtype == TN_F32 && tn_sequence_optional(ctx, BIAS, TN_F32, units));
        return TN_OK;
#else
        return TN_ERR_TYPE;
#endif
    }
    TN_CHECK(x.dtype == TN_S8 && wf.dtype == TN_S8 && (wt.dtype == TN_S8 || wt.dtype == TN_S16));
    TN_CHECK(tn_sequence_optional(ctx, BIAS, TN_S32, units) && tn_sequence_optional(ctx, WF_BIAS, TN_S32, wf.dims[0]));
    TN_CHECK(tn_zero_fits(wt.dtype, p->state_zero) && tn_zero_fits(TN_S8, p->y_zero) && tn_clamp_fits(TN_S8, p->lo, p->hi));
    TN_CHECK(tn_shift_fits(p->in_shift, 30) && tn_shift_fits(p->out_shift, 30));
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    tn_sequence_begin(ctx, S0, S);
#if TN_FLOAT
    if (tn_in(ctx, X).dtype == TN_F32) {
        eval_f32(ctx);
        return;
    }
#endif
    eval_integer(ctx);
}

const tn_op_t tn_svdf_op = {prepare, eval};
