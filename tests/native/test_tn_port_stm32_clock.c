// The STM32's clock: cycles become microseconds, over the counter's end too.

#include "../../nf-interop/ports/tn_clock_stm32.c"
#include "tn_test.h"

static uint32_t cycles;

uint32_t chSysGetRealtimeCounterX(void)
{
    return cycles;
}

TEST(clock_counts_whole_microseconds)
{
    cycles = 0;
    const uint32_t start = tn_port_clock(NULL);
    cycles = 167;
    CHECK_EQ(0, tn_port_clock(NULL) - start);
    cycles = 168;
    CHECK_EQ(1, tn_port_clock(NULL) - start);
    cycles = 168000168;
    CHECK_EQ(1000001, tn_port_clock(NULL) - start);
}

TEST(clock_loses_nothing_however_often_it_is_read)
{
    const uint32_t start = tn_port_clock(NULL);
    const uint32_t begin = cycles;
    // Three times round the counter, in steps that are no whole microseconds.
    for (uint64_t i = 0; i < 3u * 4294967296u; i += 100003u) {
        cycles += 100003u;
        (void)tn_port_clock(NULL);
    }
    const uint64_t rounds = 3;
    const uint64_t total = rounds * 4294967296u + (uint32_t)(cycles - begin);
    const uint32_t expected = (uint32_t)(total / 168u);
    CHECK_NEAR(expected, tn_port_clock(NULL) - start, 1.0);
}
