// The inner loops of this back end. docs/targets/cortex-m-mve.md has the packings that they walk.
#ifndef TN_MVE_H
#define TN_MVE_H

#include <arm_mve.h>
#include <stddef.h>
#include <stdint.h>

// Bytes of a vector, and numbers of a window that one step of a product takes.
#define TN_MVE_STEP 16

static inline int32_t tn_mve_steps(int32_t numbers)
{
    return (numbers + TN_MVE_STEP - 1) / TN_MVE_STEP;
}

// Four windows, each `steps` vectors long, times groups of four output channels.
typedef struct tn_mve_gemm {
    const int8_t *x[4];
    int32_t steps;
    const void *w;
    const void *w_end;
    int8_t *y;          // four channels of window i go to y + i * y_stride, the next four behind them; both multiples of 4
    int32_t y_stride;
} tn_mve_gemm_t;

void tn_mve_gemm(const tn_mve_gemm_t *g);

// Bytes of the packed constant of four output channels.
static inline int64_t tn_mve_gemm_bytes(int32_t steps)
{
    return 2 * (32 + (int64_t)steps * 32 + 24);
}

// Copies, and fills; `bytes` may be 0.
static inline void tn_mve_copy(int8_t *to, const int8_t *from, int32_t bytes)
{
    __asm__ volatile("wlstp.8 lr, %2, 2f\n"
                     "1: vldrb.8 q0, [%1], #16\n"
                     "vstrb.8 q0, [%0], #16\n"
                     "letp lr, 1b\n"
                     "2:\n" : "+r"(to), "+r"(from) : "r"(bytes) : "q0", "lr", "memory");
}

static inline void tn_mve_fill(int8_t *to, int32_t value, int32_t bytes)
{
    __asm__ volatile("vdup.8 q0, %1\n"
                     "wlstp.8 lr, %2, 2f\n"
                     "1: vstrb.8 q0, [%0], #16\n"
                     "letp lr, 1b\n"
                     "2:\n" : "+r"(to) : "r"(value), "r"(bytes) : "q0", "lr", "memory");
}

#endif
