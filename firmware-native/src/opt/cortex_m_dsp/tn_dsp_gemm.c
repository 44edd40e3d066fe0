#include "tn_dsp_gemm.h"

#include "tn_dsp.h"

#if TN_DSP_ASM

// Four weights of two channels, three rows: 17 instructions for 24 products. r0-r2: 256 * A + B, r3-r5: B, r11 walks over w, r12 over x.
#define QUAD \
    "ldmia r11!, {r9, r10}        \n" \
    "ldmia.w r12!, {r6, r7, r8}   \n" \
    "smlad r0, r6, r9, r0         \n" \
    "smlad r1, r7, r9, r1         \n" \
    "smlad r2, r8, r9, r2         \n" \
    "sxtb16 r9, r9                \n" \
    "smlad r3, r6, r9, r3         \n" \
    "smlad r4, r7, r9, r4         \n" \
    "smlad r5, r8, r9, r5         \n" \
    "ldmia.w r12!, {r6, r7, r8}   \n" \
    "smlad r0, r6, r10, r0        \n" \
    "smlad r1, r7, r10, r1        \n" \
    "smlad r2, r8, r10, r2        \n" \
    "sxtb16 r10, r10              \n" \
    "smlad r3, r6, r10, r3        \n" \
    "smlad r4, r7, r10, r4        \n" \
    "smlad r5, r8, r10, r5        \n"
#define QUAD_CODE "68"

// tn_dsp_requantize with mult, half and shift in r6, r7, r8.
#define SCALE(acc, twice, address) \
    "add lr, r7, " acc ", asr #31     \n" \
    twice "                           \n" \
    "smmlar " acc ", " acc ", r6, lr  \n" \
    "asr.w " acc ", " acc ", r8       \n" \
    "ssat " acc ", #8, " acc "        \n" \
    "strb.w " acc ", " address "      \n"

// Frame: 0 x, 4 rounds of the loop, 8 where to enter it, 12 where to go after it, 16 y, 20 y_stride, 24 end of y, 28 raw.
__attribute__((naked)) void tn_dsp_gemm(const tn_dsp_gemm_t *a __attribute__((unused)))
{
    __asm__ volatile(
        "push {r4-r11, lr}            \n"
        "ldmia r0, {r0-r6}            \n"
        "sub sp, #36                  \n"
        "mov r11, r1                  \n"
        "str r0, [sp, #0]             \n"
        "adds r7, r4, #3              \n"
        "lsrs r7, r7, #2              \n"
        "str r7, [sp, #4]             \n"
        "rsbs r4, r4, #0              \n"  // of the first round the last quads % 4 quads run
        "and r4, r4, #3               \n"
        "movs r7, #" QUAD_CODE "      \n"
        "muls r4, r7, r4              \n"
        "adr.w r7, 2f                 \n"
        "adds r4, r4, r7              \n"
        "orr r4, r4, #1               \n"
        "str r4, [sp, #8]             \n"
        "adr.w r7, 3f                 \n"
        "cmp r6, #0                   \n"
        "beq 7f                       \n"
        "adr.w r7, 4f                 \n"
        "7:                           \n"
        "orr r7, r7, #1               \n"
        "str r7, [sp, #12]            \n"
        "add r5, r2, r5, lsl #1       \n"
        "str r2, [sp, #16]            \n"
        "str r3, [sp, #20]            \n"
        "str r5, [sp, #24]            \n"
        "str r6, [sp, #28]            \n"

        "1:                           \n"  // one pair of channels
        "ldmia r11!, {r0, r3}         \n"
        "ldrd r12, lr, [sp, #0]       \n"
        "mov r1, r0                   \n"
        "mov r2, r0                   \n"
        "mov r4, r3                   \n"
        "mov r5, r3                   \n"
        "ldr pc, [sp, #8]             \n"
        ".balign 4                    \n"
        "2:                           \n"
        QUAD QUAD QUAD QUAD
        "subs.w lr, lr, #1            \n"
        "bne.w 2b                     \n"
        "ldr pc, [sp, #12]            \n"

        ".balign 4                    \n"
        "3:                           \n"
        "ldmia.w r11!, {r6, r7, r8}   \n"
        "ldrd r12, r10, [sp, #16]     \n"
        "add r9, r12, r10             \n"
        "add r10, r10, r9             \n"
        "subs r0, r0, r3              \n"  // 256 * A
        "subs r1, r1, r4              \n"
        "subs r2, r2, r5              \n"
        SCALE("r3", "lsls r3, r3, #1", "[r12, #1]")
        SCALE("r4", "lsls r4, r4, #1", "[r9, #1]")
        SCALE("r5", "lsls r5, r5, #1", "[r10, #1]")
        "ldmia.w r11!, {r6, r7, r8}   \n"
        SCALE("r0", "asrs r0, r0, #7", "[r12], #2")
        SCALE("r1", "asrs r1, r1, #7", "[r9]")
        SCALE("r2", "asrs r2, r2, #7", "[r10]")
        "ldr r0, [sp, #24]            \n"
        "str.w r12, [sp, #16]         \n"
        "cmp r12, r0                  \n"
        "bne.w 1b                     \n"
        "6:                           \n"
        "add sp, #36                  \n"
        "pop {r4-r11, pc}             \n"

        ".balign 4                    \n"
        "4:                           \n"
        "ldr r6, [sp, #28]            \n"
        "stmia r6!, {r0-r5}           \n"
        "b 6b                         \n");
}

// r0 walks over the block, r1-r3 over the rows, r4-r9: words of k0 and k2, then of k1 and k3.
__attribute__((naked)) void tn_dsp_widen3(uint32_t *to __attribute__((unused)), const int8_t *x0 __attribute__((unused)),
                                          const int8_t *x1 __attribute__((unused)), const int8_t *x2 __attribute__((unused)),
                                          uint32_t quads __attribute__((unused)))
{
    __asm__ volatile(
        "push {r4-r9, lr}             \n"
        "ldr r12, [sp, #28]           \n"
        "1:                           \n"
        "ldr r7, [r1], #4             \n"
        "ldr r8, [r2], #4             \n"
        "ldr r9, [r3], #4             \n"
        "sxtb16 r4, r7                \n"
        "sxtb16 r5, r8                \n"
        "sxtb16 r6, r9                \n"
        "sxtb16 r7, r7, ror #8        \n"
        "sxtb16 r8, r8, ror #8        \n"
        "sxtb16 r9, r9, ror #8        \n"
        "stmia r0!, {r4-r9}           \n"
        "subs.w r12, r12, #1          \n"
        "bne 1b                       \n"
        "pop {r4-r9, pc}              \n");
}

#else

void tn_dsp_gemm(const tn_dsp_gemm_t *a)
{
    const uint32_t *w = a->w;
    int8_t *y = a->y;
    for (int32_t pair = 0; pair < a->pairs; pair++, y += 2) {
        const uint32_t *x = a->x;
        int32_t both[TN_DSP_ROWS], b[TN_DSP_ROWS];
        for (int32_t row = 0; row < TN_DSP_ROWS; row++) {
            both[row] = (int32_t)w[0];
            b[row] = (int32_t)w[1];
        }
        w += 2;
        for (int32_t i = 0; i < 2 * a->quads; i++, w++) {
            for (int32_t row = 0; row < TN_DSP_ROWS; row++, x++) {
                both[row] = tn_smlad(*x, *w, both[row]);
                b[row] = tn_smlad(*x, tn_sxtb16(*w), b[row]);
            }
        }
        if (a->raw != NULL) {
            memcpy(a->raw, both, sizeof both);
            memcpy(a->raw + TN_DSP_ROWS, b, sizeof b);
            return;
        }
        tn_dsp_scale_t scale[2];
        memcpy(scale, w, sizeof scale);
        w += 6;
        for (int32_t row = 0; row < TN_DSP_ROWS; row++) {
            const int32_t difference = (int32_t)((uint32_t)both[row] - (uint32_t)b[row]);
            y[row * a->y_stride + 1] = (int8_t)tn_dsp_requantize(b[row], &scale[0]);
            y[row * a->y_stride] = (int8_t)tn_dsp_requantize2(difference, difference >> 7, &scale[1]);
        }
    }
}

void tn_dsp_widen3(uint32_t *to, const int8_t *x0, const int8_t *x1, const int8_t *x2, uint32_t quads)
{
    const int8_t *x[TN_DSP_ROWS] = {x0, x1, x2};
    for (uint32_t quad = 0; quad < quads; quad++, to += 6) {
        for (uint32_t row = 0; row < TN_DSP_ROWS; row++) {
            const uint32_t word = tn_load32(x[row] + 4 * quad);
            to[row] = tn_sxtb16(word);
            to[row + 3] = tn_sxtb16_ror8(word);
        }
    }
}

#endif

void tn_dsp_clamp(int8_t *y, int32_t count, int32_t lo, int32_t hi)
{
    if (lo == INT8_MIN && hi == INT8_MAX) {
        return;
    }
    const uint32_t low = ((uint32_t)lo & 0xFFu) * 0x01010101u;
    const uint32_t high = ((uint32_t)hi & 0xFFu) * 0x01010101u;
    for (; count >= 4; count -= 4, y += 4) {
        tn_store32(y, tn_min4(tn_max4(tn_load32(y), low), high));
    }
    for (; count > 0; count--, y++) {
        *y = (int8_t)(*y < lo ? lo : *y > hi ? hi : *y);
    }
}
