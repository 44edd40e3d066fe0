// The general ADD and MUL of int8, with the short requantisation where it is exact. Same bytes as the reference.

#include "../../ops/tn_kernels.h"
#include "rv32_requantize.h"

// Numbers up to `most` in magnitude; rv32_requantize.h has the conditions.
static bool is_exact(int32_t mult, int32_t shift, int32_t most)
{
    return mult >= 0 && shift <= 0 && shift >= -18 && most < 1 << 29;
}

void rv32_mul_s8(const tn_mul_args_t *a)
{
    if (!is_exact(a->y_mult, a->y_shift, 255 * 255)) {
        tn_mul_s8_ref(a);
        return;
    }
    const rv32_scaling_t scaling = rv32_scaling((uint32_t)a->y_mult * 2u, 1 - a->y_shift, a->y_zero);
    const int32_t a_zero = a->a_zero, b_zero = a->b_zero, lo = a->lo, hi = a->hi, a_step = a->a_step, b_step = a->b_step;
    const int8_t *pa = a->a;
    const int8_t *pb = a->b;
    int8_t *y = a->y;
    for (int8_t *const end = y + a->count; y != end; y++, pa += a_step, pb += b_step) {
        const int32_t product = (*pa - a_zero) * (*pb - b_zero);
        *y = (int8_t)rv32_clamp(rv32_scale(product, scaling, true), lo, hi);
    }
}

void rv32_add_s8(const tn_arith_args_t *a)
{
    // Each operand is below 2^28 and scaled to no more; so is half of their sum.
    if (a->left_shift > 20 || !is_exact(a->a_mult, a->a_shift, 1 << 28) || !is_exact(a->b_mult, a->b_shift, 1 << 28)
        || !is_exact(a->y_mult, a->y_shift, (1 << 29) - 1)) {
        tn_add_s8_ref(a);
        return;
    }
    const rv32_scaling_t sa = rv32_scaling((uint32_t)a->a_mult * 2u, 1 - a->a_shift, 0);
    const rv32_scaling_t sb = rv32_scaling((uint32_t)a->b_mult * 2u, 1 - a->b_shift, 0);
    const rv32_scaling_t sy = rv32_scaling((uint32_t)a->y_mult * 2u, 1 - a->y_shift, a->y_zero);
    // Twice the operands: left_shift + 1.
    const int32_t left = a->left_shift + 1, lo = a->lo, hi = a->hi, a_step = a->a_step, b_step = a->b_step;
    const int32_t a_zero = a->a_zero, b_zero = a->b_zero;
    const int8_t *pa = a->a;
    const int8_t *pb = a->b;
    int8_t *y = a->y;
    for (int8_t *const end = y + a->count; y != end; y++, pa += a_step, pb += b_step) {
        const int32_t scaled_a = rv32_scale_doubled(tn_shl32(*pa - a_zero, left), sa, true);
        const int32_t scaled_b = rv32_scale_doubled(tn_shl32(*pb - b_zero, left), sb, true);
        *y = (int8_t)rv32_clamp(rv32_scale(tn_add32(scaled_a, scaled_b), sy, true), lo, hi);
    }
}
