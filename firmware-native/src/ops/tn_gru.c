// GRU (int8 with an int16 state, float32)
//
// Gates z, r, n are rows 0 .. U-1, U .. 2U-1, 2U .. 3U-1 of w, r and the biases. Each step t of each sequence, with h from the
// step before:
//
//   z = sigmoid(clip(X_z + H_z))   r = sigmoid(clip(X_r + H_r))       X_k = x_bias_k + w_k . x_t    H_k = r_bias_k + r_k . h
//   n = tanh(clip(X_n + r H_n)) with LINEAR_BEFORE_RESET, tanh(clip(X_n + r_bias_n + r_n . (r h))) without it
//   h <- (1 - z) n + z h    y_t = h                                    clip to -gate_clip .. gate_clip
//
// int8     h16 is the state in units of 2^-15; h8 is h16 as y stores it, and what r multiplies
//          X, H = requantize(bias + products, mult, shift), arguments of gates in units of 2^-12; sums wrap, clip saturates to int16
//          z, r, n in units of 2^-15, from the table (tn_sigmoid.h) at 3 times the argument
//          with LINEAR_BEFORE_RESET, r H_n = (r * clamp(H_n, -2^16, 2^16 - 1) + 2^14) >> 15
//          without it, r h = (r * h16 + 2^17) >> 18, in units of 2^-12, takes the place of h8 in the products of n
//          h16 <- saturate16(((2^15 - z) n + z h16 + 2^14) >> 15)
//          y = h8 = saturate8(y_zero + requantize(h16, y_mult, y_shift))
//
// Inputs   x [N,T,I]   w [3U,I]   r [3U,U]   x_bias, r_bias [3U] or absent   mult, shift [2,3] or [2,3U], for x and for h   table [256]
//          h0 [N,U]
// Outputs  y [N,T,U]   h [N,U]: after the last step. Where it is the same bytes as h0, the state is kept between runs
// Layout   [T,N,...] with TIME_MAJOR
// Quant    w, r int8; biases int32, in them the zero points of x and h8; float32 has no mult, shift, table
// Limits   none: whatever the contents, accumulators wrap and are never undefined
// Scratch  int8: U bytes, 3U without LINEAR_BEFORE_RESET; float32: none, 4U without LINEAR_BEFORE_RESET
// In-place no

#include "tn_sequence.h"
#include "tn_sigmoid.h"
#include "tn_weights.h"
#include "../tn_mathf.h"

typedef struct params {
    int32_t flags;
    int32_t y_zero;
    int32_t y_mult;
    int32_t y_shift;
    int32_t gate_clip;
} params_t;

enum { X, W, R, X_BIAS, R_BIAS, MULT, SHIFT, TABLE, H0, INPUTS };
enum { Y, H, OUTPUTS };

/// int8 ///

typedef struct args {
    tn_sequence_t s;
    const params_t *p;
    const int8_t *w;
    const int8_t *r;
    const int32_t *x_bias;
    const int32_t *r_bias;
    const int32_t *mult;
    const int8_t *shift;
    const uint16_t *table;
    int16_t *reset;  // r h of every unit; NULL with LINEAR_BEFORE_RESET
    int8_t *h8;
    bool per_row;
} args_t;

// X_k of unit u.
static int32_t part_x(const args_t *a, const int8_t *x, int32_t k, int32_t u)
{
    const int32_t row = k * a->s.units + u;
    const int32_t q = a->per_row ? row : k;
    return tn_requantize(tn_dot_s8(a->x_bias ? a->x_bias[row] : 0, x, a->w + row * a->s.depth, a->s.depth), a->mult[q], a->shift[q]);
}

// H_k of unit u, from h8 or (the gate n without LINEAR_BEFORE_RESET) from r h.
static int32_t part_h(const args_t *a, int32_t k, int32_t u)
{
    const int32_t row = k * a->s.units + u;
    const int32_t q = a->per_row ? 3 * a->s.units + row : 3 + k;
    const int8_t *r = a->r + row * a->s.units;
    int32_t acc = a->r_bias ? a->r_bias[row] : 0;
    if (k == 2 && a->reset != NULL) {
        for (int32_t i = 0; i < a->s.units; i++) {
            acc = tn_add32(acc, a->reset[i] * r[i]);
        }
    } else {
        acc = tn_dot_s8(acc, a->h8, r, a->s.units);
    }
    return tn_requantize(acc, a->mult[q], a->shift[q]);
}

// 3 times the argument of a gate, as the table wants it.
static int32_t argument(const args_t *a, int32_t sum)
{
    const int32_t limit = a->p->gate_clip;
    return 3 * tn_clamp(sum, -limit, limit < INT16_MAX ? limit : INT16_MAX);
}

static int32_t reset_gate(const args_t *a, const int8_t *x, int32_t u)
{
    return tn_sigmoid_s16(a->table, argument(a, tn_add32(part_x(a, x, 1, u), part_h(a, 1, u))));
}

static int8_t as_output(const params_t *p, int16_t h)
{
    return (int8_t)tn_clamp(tn_add32(p->y_zero, tn_requantize(h, p->y_mult, p->y_shift)), INT8_MIN, INT8_MAX);
}

static void step_s8(const args_t *a, const int8_t *x, int16_t *h, int8_t *y)
{
    for (int32_t u = 0; a->reset != NULL && u < a->s.units; u++) {
        a->reset[u] = (int16_t)((reset_gate(a, x, u) * h[u] + (1 << 17)) >> 18);
    }
    for (int32_t u = 0; u < a->s.units; u++) {
        const int32_t z = tn_sigmoid_s16(a->table, argument(a, tn_add32(part_x(a, x, 0, u), part_h(a, 0, u))));
        int32_t candidate = part_h(a, 2, u);
        if (a->reset == NULL) {
            candidate = tn_mul32(reset_gate(a, x, u), tn_clamp(candidate, -65536, 65535));
            candidate = tn_add32(candidate, 1 << 14) >> 15;
        }
        const int32_t n = tn_tanh_s16(a->table, argument(a, tn_add32(part_x(a, x, 2, u), candidate)));
        const int32_t mixed = tn_add32(tn_mul32(32768 - z, n), z * h[u]);
        h[u] = (int16_t)tn_clamp(tn_add32(mixed, 1 << 14) >> 15, INT16_MIN, INT16_MAX);
        y[u] = as_output(a->p, h[u]);
    }
}

static void eval_s8(const tn_op_context_t *ctx, const tn_sequence_t *s)
{
    const params_t *p = ctx->params;
    const tn_tensor_t mult = tn_in(ctx, MULT);
    uint8_t *scratch = tn_scratch(ctx);
    const bool linear = (p->flags & TN_GRU_LINEAR_BEFORE_RESET) != 0;
    const args_t a = {
        .s = *s, .p = p, .w = tn_in(ctx, W).data, .r = tn_in(ctx, R).data,
        .x_bias = tn_optional(ctx, X_BIAS), .r_bias = tn_optional(ctx, R_BIAS),
        .mult = mult.data, .shift = tn_in(ctx, SHIFT).data, .table = tn_in(ctx, TABLE).data,
        .reset = linear ? NULL : (int16_t *)(void *)scratch, .h8 = (int8_t *)scratch + (linear ? 0 : 2 * s->units),
        .per_row = mult.count != 6,
    };
    for (int32_t n = 0; n < s->batches; n++) {
        int16_t *h = (int16_t *)tn_out(ctx, H).data + n * s->units;
        const int8_t *x = (const int8_t *)tn_in(ctx, X).data + s->x_first + n * s->x_batch;
        int8_t *y = (int8_t *)tn_out(ctx, Y).data + s->y_first + n * s->y_batch;
        for (int32_t u = 0; u < s->units; u++) {
            a.h8[u] = as_output(p, h[u]);
        }
        for (int32_t t = 0; t < s->steps; t++) {
            step_s8(&a, x + t * s->x_step, h, y + t * s->y_step);
            memmove(a.h8, y + t * s->y_step, (size_t)s->units);
        }
    }
}

/// float32 ///

#if TN_FLOAT
typedef struct float_args {
    tn_sequence_t s;
    const float *w;
    const float *r;
    const float *x_bias;
    const float *r_bias;
    float *reset;  // r h of every unit; NULL with LINEAR_BEFORE_RESET
    float clip;
} float_args_t;

static float part_x_f32(const float_args_t *a, const float *x, int32_t k, int32_t u)
{
    const int32_t row = k * a->s.units + u;
    return tn_dot_f32(x, a->w + row * a->s.depth, a->s.depth) + (a->x_bias ? a->x_bias[row] : 0.0f);
}

static float part_h_f32(const float_args_t *a, const float *h, int32_t k, int32_t u)
{
    const int32_t row = k * a->s.units + u;
    return tn_dot_f32(h, a->r + row * a->s.units, a->s.units) + (a->r_bias ? a->r_bias[row] : 0.0f);
}

static float gate_f32(const float_args_t *a, const float *x, const float *h, int32_t k, int32_t u)
{
    return tn_sigmoidf(tn_clip_f32(part_x_f32(a, x, k, u) + part_h_f32(a, h, k, u), a->clip));
}

static void step_f32(const float_args_t *a, const float *x, const float *h, float *y)
{
    for (int32_t u = 0; a->reset != NULL && u < a->s.units; u++) {
        a->reset[u] = gate_f32(a, x, h, 1, u) * h[u];
    }
    for (int32_t u = 0; u < a->s.units; u++) {
        const float z = gate_f32(a, x, h, 0, u);
        const float candidate = a->reset != NULL ? part_h_f32(a, a->reset, 2, u) : gate_f32(a, x, h, 1, u) * part_h_f32(a, h, 2, u);
        const float n = tn_tanhf(tn_clip_f32(part_x_f32(a, x, 2, u) + candidate, a->clip));
        y[u] = (1.0f - z) * n + z * h[u];
    }
}

static void eval_f32(const tn_op_context_t *ctx, const tn_sequence_t *s)
{
    const params_t *p = ctx->params;
    const float_args_t a = {
        .s = *s, .w = tn_in(ctx, W).data, .r = tn_in(ctx, R).data,
        .x_bias = tn_optional(ctx, X_BIAS), .r_bias = tn_optional(ctx, R_BIAS),
        .reset = p->flags & TN_GRU_LINEAR_BEFORE_RESET ? NULL : tn_scratch(ctx), .clip = tn_bits_f32(p->gate_clip),
    };
    for (int32_t n = 0; n < s->batches; n++) {
        float *h = (float *)tn_out(ctx, H).data + n * s->units;
        const float *x = (const float *)tn_in(ctx, X).data + s->x_first + n * s->x_batch;
        float *y = (float *)tn_out(ctx, Y).data + s->y_first + n * s->y_batch;
        for (int32_t t = 0; t < s->steps; t++) {
            step_f32(&a, x + t * s->x_step, h, y + t * s->y_step);
            memmove(h, y + t * s->y_step, (size_t)s->units * sizeof(float));
        }
    }
}
#endif

/// Door check ///

static bool scratch_fits(const tn_op_context_t *ctx, uint64_t bytes)
{
    return bytes == 0 || (bytes <= INT32_MAX && tn_need_scratch(ctx, (uint32_t)bytes) && (uintptr_t)tn_scratch(ctx) % sizeof(float) == 0);
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, INPUTS, OUTPUTS));
    const tn_status_t status = tn_sequence_check(ctx, p->flags, 3);
    if (status != TN_OK) {
        return status;
    }
    const tn_sequence_t s = tn_sequence_of(ctx, p->flags);
    const bool linear = (p->flags & TN_GRU_LINEAR_BEFORE_RESET) != 0;
    const uint64_t units = (uint64_t)s.units;
    if (tn_in(ctx, X).dtype == TN_F32) {
        TN_CHECK(tn_sequence_optional(ctx, X_BIAS, TN_F32, 3 * s.units) && tn_sequence_optional(ctx, R_BIAS, TN_F32, 3 * s.units));
        TN_CHECK(tn_sequence_state_fits(ctx, H0, H, TN_F32, &s) && scratch_fits(ctx, linear ? 0 : 4 * units));
        return TN_OK;
    }
    if (tn_in(ctx, X).dtype != TN_S8) {
        return TN_ERR_TYPE;
    }
    TN_CHECK(tn_sequence_optional(ctx, X_BIAS, TN_S32, 3 * s.units) && tn_sequence_optional(ctx, R_BIAS, TN_S32, 3 * s.units));
    TN_CHECK(tn_sequence_multipliers(ctx, MULT, SHIFT, 3, s.units, 30) && tn_need_constant(ctx, TABLE, TN_S16, 256));
    TN_CHECK(tn_sequence_state_fits(ctx, H0, H, TN_S16, &s) && scratch_fits(ctx, linear ? units : 3 * units));
    TN_CHECK(tn_zero_fits(TN_S8, p->y_zero) && tn_shift_fits(p->y_shift, 30));
    TN_CHECK(p->gate_clip >= 0 && p->gate_clip <= TN_GATE_LIMIT);
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_sequence_t s = tn_sequence_of(ctx, p->flags);
    tn_sequence_begin(ctx, H0, H);
#if TN_FLOAT
    if (tn_in(ctx, X).dtype == TN_F32) {
        eval_f32(ctx, &s);
        return;
    }
#endif
    eval_s8(ctx, &s);
}

const tn_op_t tn_gru_op = {prepare, eval};
