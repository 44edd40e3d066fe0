// The requantisation of the cortex-m-dsp kernels against tn_requantize: edges and five million seeded numbers. Off Arm its instructions are emulated
// in C; on Arm the random layers of tests/host compare the kernels.

#include "tn_test.h"

#include "opt/cortex_m_dsp/tn_dsp.h"
#include "tn_math.h"

static uint32_t state = 20261201;

static uint32_t next(void)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static int32_t reference(int32_t acc, int32_t mult, int32_t shift, int32_t zero)
{
    return tn_clamp(tn_add32(tn_requantize(acc, mult, -shift), zero), INT8_MIN, INT8_MAX);
}

// As the compiler makes it: host-tools/TinyNano.Compiler/Targets/DspScale.cs.
static tn_dsp_scale_t scale_of(int32_t mult, int32_t shift, int32_t zero)
{
    return (tn_dsp_scale_t){mult, (1 << (shift - 1)) + zero * (1 << shift), shift};
}

static void same(int32_t acc, int32_t mult, int32_t shift, int32_t zero)
{
    const tn_dsp_scale_t scale = scale_of(mult, shift, zero);
    CHECK_EQ(reference(acc, mult, shift, zero), tn_dsp_requantize(acc, &scale));
}

TEST(edges)
{
    static const int32_t accs[] = {0, 1, 2, 3, 5, 127, 128, 129, 255, 256, 1 << 15, (1 << 22) + 1, (1 << 29) - 1, (1 << 30) - 1};
    static const int32_t mults[] = {0, 1 << 30, (1 << 30) + 1, 0x60000000, 0x7FFFFFFF};
    static const int32_t zeros[] = {-128, -1, 0, 3, 127};
    for (size_t a = 0; a < sizeof accs / sizeof accs[0]; a++) {
        for (size_t m = 0; m < sizeof mults / sizeof mults[0]; m++) {
            for (size_t z = 0; z < sizeof zeros / sizeof zeros[0]; z++) {
                for (int32_t shift = 1; shift <= 22; shift++) {
                    same(accs[a], mults[m], shift, zeros[z]);
                    same(-accs[a], mults[m], shift, zeros[z]);
                }
            }
        }
    }
}

// Numbers around the halves of the last shift, where the two roundings meet.
TEST(ties)
{
    for (int i = 0; i < 2000000; i++) {
        const int32_t shift = 1 + (int32_t)(next() % 22u);
        const int32_t mult = (1 << 30) + (int32_t)(next() >> 2);
        const int64_t target = ((int64_t)(int32_t)(next() % 601u) - 300) * (INT64_C(1) << shift) + (INT64_C(1) << (shift - 1));
        const int64_t acc = (target * (INT64_C(1) << 31)) / mult + (int32_t)(next() % 5u) - 2;
        if (acc > -(1 << 30) && acc < (1 << 30)) {
            same((int32_t)acc, mult, shift, (int32_t)(next() >> 24) - 128);
        }
    }
}

TEST(random)
{
    for (int i = 0; i < 3000000; i++) {
        const int32_t acc = ((int32_t)next() >> 1) >> (next() % 24u);
        const int32_t mult = (1 << 30) + (int32_t)(next() >> 2);
        same(acc, mult, 1 + (int32_t)(next() % 22u), (int32_t)(next() >> 24) - 128);
    }
}

// 256 * A + B in one sum gives both back: what pairs of channels in the same bytes rest on.
TEST(pairs)
{
    for (int i = 0; i < 1000000; i++) {
        const int32_t a = (int32_t)(next() % 255u) - 127;
        const int32_t b = (int32_t)(next() >> 24) - 128;
        const int32_t c = (int32_t)(next() % 255u) - 127;
        const int32_t d = (int32_t)(next() >> 24) - 128;
        const uint32_t x = tn_pkhbt(next() & 0xFFu, 0u - (next() & 0xFFu));
        const uint32_t w = tn_pkhbt((uint32_t)(256 * a + b), (uint32_t)(256 * c + d));
        const int32_t both = tn_smlad(x, w, 0);
        const int32_t second = tn_smlad(x, tn_sxtb16(w), 0);
        CHECK_EQ((int16_t)x * b + (int16_t)(x >> 16) * d, second);
        CHECK_EQ((int16_t)x * a + (int16_t)(x >> 16) * c, (both - second) / 256);
    }
}
