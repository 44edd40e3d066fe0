// ADD and MUL of int8, four numbers at a time. Scales that the short requantisation of this back end does not cover, and operands of which one
// number serves a whole run, are left to the references.

#include "tn_kernels.h"
#include "tn_mve_op.h"

#define MAX_SHIFT 22

// y = saturate8((high(sum, mult) - (sum < 0) + constant) >> n), see tn_mve_gemm.c.
typedef struct scale {
    int32_t mult;
    int32_t constant;
    int32_t left;
} scale_t;

static bool scale_fits(int32_t mult, int32_t shift)
{
    return mult >= 0 && shift < 0 && shift >= -MAX_SHIFT;
}

static scale_t scale_of(int32_t mult, int32_t shift, int32_t y_zero)
{
    return (scale_t){mult, tn_shl32(y_zero, -shift) + (1 << (-shift - 1)), 24 + shift};
}

static inline int32x4_t scaled(int32x4_t sum, scale_t s)
{
    const int32x4_t rounded = vaddq_s32(vqrdmulhq_n_s32(sum, s.mult), vshrq_n_s32(sum, 31));
    return vshrq_n_s32(vqshlq_r_s32(vqaddq_n_s32(rounded, s.constant), s.left), 24);
}

/// ADD ///

// One input of a sum: v * factor + offset, times mult / 2^31, divided by 2^-shift; or v * factor + offset alone where `plain`.
typedef struct share {
    int32_t factor;
    int32_t offset;
    int32_t mult;
    int32_t shift;
    bool plain;
} share_t;

static share_t share_of(int32_t zero, int32_t left, int32_t mult, int32_t shift)
{
    // The half of an even number needs no multiplication.
    const bool plain = mult == 1 << 30 && shift == 0 && left >= 1 && left <= 22;
    const int32_t bits = plain ? left - 1 : left;
    return (share_t){tn_shl32(1, bits), tn_sub32(0, tn_shl32(zero, bits)), mult, shift, plain};
}

static inline int32x4_t share(int32x4_t v, int32x4_t factor, const share_t *s)
{
    const int32x4_t high = vqrdmulhq_n_s32(vmlasq_n_s32(v, factor, s->offset), s->mult);
    return vrshlq_n_s32(vaddq_s32(high, vshrq_n_s32(high, 31)), s->shift);
}

static void add(const int8_t *a, const int8_t *b, int8_t *y, int32_t count, share_t sa, share_t sb, scale_t sy)
{
    const int32x4_t fa = vdupq_n_s32(sa.factor);
    const int32x4_t fb = vdupq_n_s32(sb.factor);
    for (; count > 0; count -= 4, a += 4, b += 4, y += 4) {
        const mve_pred16_t here = vctp32q((uint32_t)count);
        const int32x4_t sum = vaddq_s32(share(vldrbq_z_s32(a, here), fa, &sa), share(vldrbq_z_s32(b, here), fb, &sb));
        vstrbq_p_s32(y, scaled(sum, sy), here);
    }
}

// The usual case, whose first share is plain: the same in a loop that predicates itself.
static void add_plain(const int8_t *a, const int8_t *b, int8_t *y, int32_t count, share_t sa, share_t sb, scale_t sy)
{
    const int32_t numbers[9] = {sa.factor, sb.factor, sa.offset, sb.offset, sb.mult, sb.shift, sy.mult, sy.constant, sy.left};
    const int32_t *at = numbers;
    __asm__ volatile(
        "ldmia %[at]!, {r4, r5}\n"
        "vdup.32 q6, r4\n"
        "vdup.32 q7, r5\n"
        "ldm %[at], {r4, r5, r6, r8, r9, r10, r12}\n"
        "wlstp.32 lr, %[count], 2f\n"
        "1:\n"
        "vldrb.s32 q1, [%[b]], #4\n"
        "vmlas.s32 q1, q7, r5\n"
        "vldrb.s32 q0, [%[a]], #4\n"
        "vqrdmulh.s32 q1, q1, r6\n"
        "vmlas.s32 q0, q6, r4\n"
        "vshr.s32 q2, q1, #31\n"
        "vadd.i32 q1, q1, q2\n"
        "vrshl.s32 q1, r8\n"
        "vadd.i32 q0, q0, q1\n"
        "vshr.s32 q2, q0, #31\n"
        "vqrdmlah.s32 q2, q0, r9\n"
        "vqadd.s32 q2, q2, r10\n"
        "vqshl.s32 q2, r12\n"
        "vshr.s32 q2, q2, #24\n"
        "vstrb.32 q2, [%[y]], #4\n"
        "letp lr, 1b\n"
        "2:\n"
        : [a] "+l"(a), [b] "+l"(b), [y] "+l"(y), [at] "+r"(at)
        : [count] "r"(count)
        : "r4", "r5", "r6", "r8", "r9", "r10", "r12", "lr", "q0", "q1", "q2", "q6", "q7", "memory");
}

void tn_add_s8_mve(const tn_arith_args_t *p)
{
    share_t sa = share_of(p->a_zero, p->left_shift, p->a_mult, p->a_shift);
    share_t sb = share_of(p->b_zero, p->left_shift, p->b_mult, p->b_shift);
    const int8_t *a = p->a;
    const int8_t *b = p->b;
    if (sb.plain) {
        const share_t s = sa;
        sa = sb;
        sb = s;
        a = p->b;
        b = p->a;
    }
    if (sb.plain) {
        // Both are; the second one may as well be divided by 2 behind the multiplication.
        sb.mult = 1 << 30;
        sb.factor = tn_shl32(sb.factor, 2);
        sb.offset = tn_shl32(sb.offset, 2);
        sb.shift = -1;
    }
    const bool rounds = sa.plain || (sa.mult >= 0 && sa.shift < 0);
    if (p->a_step != 1 || p->b_step != 1 || !rounds || sb.mult < 0 || sb.shift >= 0 || !scale_fits(p->y_mult, p->y_shift)) {
        tn_add_s8_ref(p);
        return;
    }
    const scale_t sy = scale_of(p->y_mult, p->y_shift, p->y_zero);
    if (sa.plain) {
        add_plain(a, b, p->y, p->count, sa, sb, sy);
    } else {
        add(a, b, p->y, p->count, sa, sb, sy);
    }
    tn_mve_clamp(p->y, p->count, p->lo, p->hi);
}

/// MUL ///

void tn_mul_s8_mve(const tn_mul_args_t *p)
{
    const int8_t *a = p->a;
    const int8_t *b = p->b;
    int8_t *y = p->y;
    if (p->a_step != 1 || p->b_step != 1 || !scale_fits(p->y_mult, p->y_shift)) {
        tn_mul_s8_ref(p);
        return;
    }
    const scale_t sy = scale_of(p->y_mult, p->y_shift, p->y_zero);
    const int32_t a_zero = -p->a_zero, b_zero = -p->b_zero;
    for (int32_t count = p->count; count > 0; count -= 4, a += 4, b += 4, y += 4) {
        const mve_pred16_t here = vctp32q((uint32_t)count);
        const int32x4_t va = vaddq_n_s32(vldrbq_z_s32(a, here), a_zero);
        const int32x4_t vb = vaddq_n_s32(vldrbq_z_s32(b, here), b_zero);
        vstrbq_p_s32(y, scaled(vmulq_s32(va, vb), sy), here);
    }
    tn_mve_clamp(p->y, p->count, p->lo, p->hi);
}
