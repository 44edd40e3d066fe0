// The short requantisation of the rv32 back end against tn_requantize, for all that its packers let through.

#include "tn_test.h"

#include "opt/rv32/rv32_requantize.h"

static uint32_t random_state = 2463534242u;

static uint32_t next_random(void)
{
    random_state ^= random_state << 13;
    random_state ^= random_state >> 17;
    random_state ^= random_state << 5;
    return random_state;
}

// The largest accumulator for which host-tools/TinyNano.Compiler/Targets/Rv32Scale.cs takes a shift.
static int32_t largest(int32_t shift)
{
    const int64_t room = ((INT64_C(1) << 31) - 1 - (INT64_C(258) << -shift)) / 2 - 1;
    const int64_t most = (INT64_C(1) << 29) - 1;
    return (int32_t)(room < most ? room : most);
}

static void compare(int32_t acc, int32_t mult, int32_t shift, int32_t zero)
{
    const rv32_scaling_t s = rv32_scaling((uint32_t)mult * 2u, 1 - shift, zero);
    const int32_t expected = tn_add32(tn_requantize(acc, mult, shift), zero);
    CHECK_EQ(expected, rv32_scale(acc, s, true));
    CHECK_EQ(expected < zero ? zero : expected, tn_clamp(rv32_scale(acc, s, false), zero, INT32_MAX));
}

static int32_t mult_at(uint32_t i)
{
    static const int32_t edges[] = {1 << 30, (1 << 30) + 1, INT32_MAX, INT32_MAX - 1, 0};
    return i < 5 ? edges[i] : (int32_t)((1u << 30) + (next_random() >> 2));
}

TEST(rv32_scale_is_tn_requantize_for_random_numbers)
{
    for (int32_t shift = -22; shift <= 0; shift++) {
        const int32_t most = largest(shift);
        REQUIRE(most > 0);
        for (uint32_t i = 0; i < 20000; i++) {
            const int32_t acc = (int32_t)(next_random() >> 1) % most;
            const int32_t zero = (int32_t)(next_random() >> 24) - 128;
            compare(next_random() & 1 ? acc : -acc, mult_at(i), shift, zero);
        }
    }
}

TEST(rv32_scale_is_tn_requantize_at_ties)
{
    // Results near k + 1/2 for every k that int8 has, on both sides.
    for (int32_t shift = -22; shift <= 0; shift++) {
        for (uint32_t i = 0; i < 40; i++) {
            const int32_t mult = mult_at(i);
            for (int32_t k = -300; k <= 300 && mult != 0; k++) {
                const int64_t middle = (2 * (int64_t)k + 1) * (INT64_C(1) << (30 - shift)) / mult;
                for (int64_t acc = middle - 3; acc <= middle + 3; acc++) {
                    if (acc >= -largest(shift) && acc <= largest(shift)) {
                        compare((int32_t)acc, mult, shift, (int32_t)(i % 256) - 128);
                    }
                }
            }
        }
    }
}

TEST(rv32_scale_is_tn_requantize_at_the_ends)
{
    for (int32_t shift = -22; shift <= 0; shift++) {
        for (uint32_t i = 0; i < 50; i++) {
            for (int32_t acc = 0; acc < 20; acc++) {
                compare(largest(shift) - acc, mult_at(i), shift, -128);
                compare(acc - largest(shift), mult_at(i), shift, 127);
                compare(acc - 10, mult_at(i), shift, -3);
            }
        }
    }
}
