// LSTM (int8 and int16x8 with an int16 cell, float32)
//
// Gates i, f, g, o are rows 0 .. U-1, U .. 2U-1, 2U .. 3U-1, 3U .. 4U-1 of w, r and the biases. Each step t of each sequence,
// with h and c from the step before:
//
//   a_k = clip(x_bias_k + w_k . x_t + r_bias_k + r_k . h)        clip to -gate_clip .. gate_clip
//   i, f, o = sigmoid(a)    g = tanh(a)
//   c <- clip(f c + i g)    h <- o tanh(c)    y_t = h            clip to -cell_clip .. cell_clip
//
// float32  peephole p [3U] (i, o, f): p_i c is added to a_i, p_f c to a_f before, p_o c to a_o after c has changed
// integer  a in units of 2^-12: part_x + part_h, where a part is saturate16(requantize(bias + products, mult, shift)), or is not
//          saturated with WIDE_PARTS; the clip saturates the sum to int16 in any case
//          i, f, g, o in units of 2^-15, from the table (tn_sigmoid.h) at 3 a
//          c <- clip(saturate16(requantize(f c, 2^30, -14)) + saturate16(requantize(i g, in_mult, in_shift)))
//          tanh(c) from the table at (c * tanh_mult + half) >> tanh_shift, with half = 2^(tanh_shift - 1), or 0 for no shift
//          h <- saturate(h_zero + requantize(o tanh(c), out_mult, out_shift)) to the type of x
//
// Inputs   x [N,T,I]   w [4U,I]   r [4U,U]   x_bias, r_bias [4U] or absent   mult, shift [2,4] or [2,4U], for x and for h   table [256]
//          peephole [3U] or absent   h0, c0 [N,U]
// Outputs  y [N,T,U]   h, c [N,U]: after the last step. Where they are the same bytes as h0 and c0, the state is kept between runs
// Layout   [T,N,...] with TIME_MAJOR
// Quant    w, r int8; biases int32 (int8 x) or int64 (int16 x), in them the zero points of x and h; h as y; c int16
//          float32 has no mult, shift, table, r_bias; integers have no peephole
// Limits   none: whatever the contents, accumulators wrap and are never undefined
// Scratch  none            In-place  no

#include "tn_kernels.h"
#include "tn_sequence.h"
#include "tn_sigmoid.h"
#include "tn_weights.h"
#include "../tn_mathf.h"

typedef struct params {
    int32_t flags;
    int32_t h_zero;
    int32_t in_mult;
    int32_t in_shift;
    int32_t out_mult;
    int32_t out_shift;
    int32_t tanh_mult;
    int32_t tanh_shift;
    int32_t cell_clip;
    int32_t gate_clip;
} params_t;

enum { X, W, R, X_BIAS, R_BIAS, MULT, SHIFT, TABLE, PEEPHOLE, H0, C0, INPUTS };
enum { Y, H, C, OUTPUTS };

static inline int32_t saturate16(int32_t x)
{
    return tn_clamp(x, INT16_MIN, INT16_MAX);
}

// To -limit .. limit, and to int16 in any case; limit 0 .. 32768.
static inline int32_t clip16(int32_t x, int32_t limit)
{
    return tn_clamp(x, -limit, limit < INT16_MAX ? limit : INT16_MAX);
}

// The argument of gate `k` of one unit from its two parts.
static inline int32_t join(const tn_lstm_args_t *a, int32_t part_x, int32_t part_h)
{
    if (!a->wide_parts) {
        part_x = saturate16(part_x);
        part_h = saturate16(part_h);
    }
    return clip16(tn_add32(part_x, part_h), a->gate_clip);
}

// One unit: its cell from its gates' arguments; returns h before saturation.
static inline int32_t update(const tn_lstm_args_t *a, const int32_t gate[4], int16_t *c)
{
    const int32_t i = tn_sigmoid_s16(a->table, 3 * gate[0]);
    const int32_t f = tn_sigmoid_s16(a->table, 3 * gate[1]);
    const int32_t g = tn_tanh_s16(a->table, 3 * gate[2]);
    const int32_t o = tn_sigmoid_s16(a->table, 3 * gate[3]);
    const int32_t kept = saturate16(tn_requantize(f * *c, 1 << 30, -14));
    const int32_t added = saturate16(tn_requantize(i * g, a->in_mult, a->in_shift));
    const int32_t cell = clip16(kept + added, a->cell_clip);
    *c = (int16_t)cell;
    const int32_t half = a->tanh_shift > 0 ? 1 << (a->tanh_shift - 1) : 0;
    const int32_t t = tn_tanh_s16(a->table, (cell * a->tanh_mult + half) >> a->tanh_shift);
    return tn_add32(a->h_zero, tn_requantize(t * o, a->out_mult, a->out_shift));
}

void tn_lstm_s8_ref(const tn_lstm_args_t *a)
{
    const int32_t *x_bias = a->x_bias;
    const int32_t *r_bias = a->r_bias;
    const int32_t rows = a->per_row ? 4 * a->units : 4;
    for (int32_t n = 0; n < a->batches; n++) {
        int8_t *h = (int8_t *)a->h + n * a->units;
        int16_t *c = a->c + n * a->units;
        for (int32_t t = 0; t < a->steps; t++) {
            const int8_t *x = (const int8_t *)a->x + n * a->x_batch + t * a->x_step;
            int8_t *y = (int8_t *)a->y + n * a->y_batch + t * a->y_step;
            for (int32_t u = 0; u < a->units; u++) {
                int32_t gate[4];
                for (int32_t k = 0; k < 4; k++) {
                    const int32_t row = k * a->units + u;
                    const int32_t q = a->per_row ? row : k;
                    const int32_t acc_x = tn_dot_s8(x_bias ? x_bias[row] : 0, x, a->w + row * a->depth, a->depth);
                    const int32_t acc_h = tn_dot_s8(r_bias ? r_bias[row] : 0, h, a->r + row * a->units, a->units);
                    gate[k] = join(a, tn_requantize(acc_x, a->mult[q], a->shift[q]),
                                   tn_requantize(acc_h, a->mult[rows + q], a->shift[rows + q]));
                }
                y[u] = (int8_t)tn_clamp(update(a, gate, &c[u]), INT8_MIN, INT8_MAX);
            }
            memmove(h, y, (size_t)a->units);
        }
    }
}

#if TN_INT16
static inline int64_t dot_s16(int64_t acc, const int16_t *x, const int8_t *w, int32_t length)
{
    for (; length > 0; length--) {
        acc = tn_add64(acc, *x++ * *w++);
    }
    return acc;
}

void tn_lstm_s16_ref(const tn_lstm_args_t *a)
{
    const int64_t *x_bias = a->x_bias;
    const int64_t *r_bias = a->r_bias;
    const int32_t rows = a->per_row ? 4 * a->units : 4;
    for (int32_t n = 0; n < a->batches; n++) {
        int16_t *h = (int16_t *)a->h + n * a->units;
        int16_t *c = a->c + n * a->units;
        for (int32_t t = 0; t < a->steps; t++) {
            const int16_t *x = (const int16_t *)a->x + n * a->x_batch + t * a->x_step;
            int16_t *y = (int16_t *)a->y + n * a->y_batch + t * a->y_step;
            for (int32_t u = 0; u < a->units; u++) {
                int32_t gate[4];
                for (int32_t k = 0; k < 4; k++) {
                    const int32_t row = k * a->units + u;
                    const int32_t q = a->per_row ? row : k;
                    const int64_t acc_x = dot_s16(x_bias ? x_bias[row] : 0, x, a->w + row * a->depth, a->depth);
                    const int64_t acc_h = dot_s16(r_bias ? r_bias[row] : 0, h, a->r + row * a->units, a->units);
                    gate[k] = join(a, tn_requantize_s64(acc_x, a->mult[q], a->shift[q]),
                                   tn_requantize_s64(acc_h, a->mult[rows + q], a->shift[rows + q]));
                }
                y[u] = (int16_t)saturate16(update(a, gate, &c[u]));
            }
            memmove(h, y, (size_t)a->units * sizeof(int16_t));
        }
    }
}
#endif

#if TN_FLOAT
typedef struct float_args {
    const float *x;
    const float *w;
    const float *r;
    const float *bias;
    const float *peephole;
    float *h;
    float *c;
    float *y;
    float cell_clip;
    float gate_clip;
} float_args_t;

// The argument of gate k of unit u, before clip and peephole.
static inline float gate_f32(const float_args_t *a, const tn_sequence_t *s, const float *x, const float *h, int32_t k, int32_t u)
{
    const int32_t row = k * s->units + u;
    const float sum = tn_dot_f32(x, a->w + row * s->depth, s->depth) + (a->bias ? a->bias[row] : 0.0f);
    return sum + tn_dot_f32(h, a->r + row * s->units, s->units);
}

static void step_f32(const float_args_t *a, const tn_sequence_t *s, const float *x, const float *h, float *c, float *y)
{
    const int32_t units = s->units;
    const float *p = a->peephole;
    for (int32_t u = 0; u < units; u++) {
        const float i = gate_f32(a, s, x, h, 0, u) + (p ? p[u] * c[u] : 0.0f);
        const float f = gate_f32(a, s, x, h, 1, u) + (p ? p[2 * units + u] * c[u] : 0.0f);
        const float g = gate_f32(a, s, x, h, 2, u);
        const float kept = tn_sigmoidf(tn_clip_f32(f, a->gate_clip)) * c[u];
        const float added = tn_sigmoidf(tn_clip_f32(i, a->gate_clip)) * tn_tanhf(tn_clip_f32(g, a->gate_clip));
        c[u] = tn_clip_f32(kept + added, a->cell_clip);
        const float o = gate_f32(a, s, x, h, 3, u) + (p ? p[units + u] * c[u] : 0.0f);
        y[u] = tn_sigmoidf(tn_clip_f32(o, a->gate_clip)) * tn_tanhf(c[u]);
    }
}

static void eval_f32(const tn_op_context_t *ctx, const tn_sequence_t *s)
{
    const params_t *p = ctx->params;
    const float_args_t a = {
        .x = tn_in(ctx, X).data, .w = tn_in(ctx, W).data, .r = tn_in(ctx, R).data,
        .bias = tn_optional(ctx, X_BIAS),
        .peephole = tn_optional(ctx, PEEPHOLE),
        .h = tn_out(ctx, H).data, .c = tn_out(ctx, C).data, .y = tn_out(ctx, Y).data,
        .cell_clip = tn_bits_f32(p->cell_clip), .gate_clip = tn_bits_f32(p->gate_clip),
    };
    for (int32_t n = 0; n < s->batches; n++) {
        float *h = a.h + n * s->units;
        for (int32_t t = 0; t < s->steps; t++) {
            float *y = a.y + s->y_first + n * s->y_batch + t * s->y_step;
            step_f32(&a, s, a.x + s->x_first + n * s->x_batch + t * s->x_step, h, a.c + n * s->units, y);
            memmove(h, y, (size_t)s->units * sizeof(float));
        }
    }
}
#endif

static tn_status_t prepare_integer(tn_op_context_t *ctx, const params_t *p, const tn_sequence_t *s)
{
    const uint8_t dtype = tn_in(ctx, X).dtype;
    const uint8_t bias = dtype == TN_S8 ? TN_S32 : TN_S64;
    const int32_t rows = 4 * s->units;
    TN_CHECK(tn_sequence_optional(ctx, X_BIAS, bias, rows) && tn_sequence_optional(ctx, R_BIAS, bias, rows));
    TN_CHECK(tn_sequence_multipliers(ctx, MULT, SHIFT, 4, s->units, dtype == TN_S8 ? 30 : 14));
    TN_CHECK(tn_need_constant(ctx, TABLE, TN_S16, 256) && !tn_has(ctx, PEEPHOLE));
    TN_CHECK(tn_sequence_state_fits(ctx, H0, H, dtype, s) && tn_sequence_state_fits(ctx, C0, C, TN_S16, s));
    TN_CHECK(tn_zero_fits(dtype, p->h_zero) && tn_shift_fits(p->in_shift, 30) && tn_shift_fits(p->out_shift, 30));
    // 2^15 * 2^15 and half a unit stay below 2^31.
    TN_CHECK(p->tanh_mult >= 0 && p->tanh_mult <= INT16_MAX && p->tanh_shift >= 0 && p->tanh_shift <= 30);
    TN_CHECK(p->cell_clip >= 0 && p->cell_clip <= TN_GATE_LIMIT && p->gate_clip >= 0 && p->gate_clip <= TN_GATE_LIMIT);
    return TN_OK;
}

static tn_status_t prepare(tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    TN_CHECK(tn_arity(ctx, INPUTS, OUTPUTS));
    const tn_status_t status = tn_sequence_check(ctx, p->flags, 4);
    if (status != TN_OK) {
        return status;
    }
    const tn_sequence_t s = tn_sequence_of(ctx, p->flags);
    if (tn_in(ctx, X).dtype != TN_F32) {
        return prepare_integer(ctx, p, &s);
    }
    TN_CHECK(tn_sequence_optional(ctx, X_BIAS, TN_F32, 4 * s.units) && tn_sequence_optional(ctx, PEEPHOLE, TN_F32, 3 * s.units));
    TN_CHECK(tn_sequence_state_fits(ctx, H0, H, TN_F32, &s) && tn_sequence_state_fits(ctx, C0, C, TN_F32, &s));
    return TN_OK;
}

static void eval(const tn_op_context_t *ctx)
{
    const params_t *p = ctx->params;
    const tn_sequence_t s = tn_sequence_of(ctx, p->flags);
    const uint8_t dtype = tn_in(ctx, X).dtype;
    tn_sequence_begin(ctx, H0, H);
    tn_sequence_begin(ctx, C0, C);
#if TN_FLOAT
    if (dtype == TN_F32) {
        eval_f32(ctx, &s);
        return;
    }
#endif
    const tn_tensor_t mult = tn_in(ctx, MULT);
    const int32_t size = (int32_t)tn_dtype_size(dtype);
    const tn_lstm_args_t args = {
        .x = (const uint8_t *)tn_in(ctx, X).data + s.x_first * size, .w = tn_in(ctx, W).data, .r = tn_in(ctx, R).data,
        .x_bias = tn_optional(ctx, X_BIAS), .r_bias = tn_optional(ctx, R_BIAS),
        .mult = mult.data, .shift = tn_in(ctx, SHIFT).data, .table = tn_in(ctx, TABLE).data,
        .h = tn_out(ctx, H).data, .c = tn_out(ctx, C).data, .y = (uint8_t *)tn_out(ctx, Y).data + s.y_first * size,
        .batches = s.batches, .steps = s.steps, .depth = s.depth, .units = s.units,
        .x_batch = s.x_batch, .x_step = s.x_step, .y_batch = s.y_batch, .y_step = s.y_step,
        .h_zero = p->h_zero, .in_mult = p->in_mult, .in_shift = p->in_shift, .out_mult = p->out_mult, .out_shift = p->out_shift,
        .tanh_mult = p->tanh_mult, .tanh_shift = p->tanh_shift, .cell_clip = p->cell_clip, .gate_clip = p->gate_clip,
        .per_row = mult.count != 8, .wide_parts = (p->flags & TN_LSTM_WIDE_PARTS) != 0,
    };
#if TN_INT16
    if (dtype == TN_S16) {
        TN_KERNEL_LSTM_S16(&args);
        return;
    }
#endif
    TN_KERNEL_LSTM_S8(&args);
}

const tn_op_t tn_lstm_op = {prepare, eval};
