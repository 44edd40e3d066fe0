// Time on an STM32 under ChibiOS: the core's cycle counter, which ChibiOS starts. It wraps after 2^32 cycles (20 seconds at 216 MHz), so
// elapsed cycles are added up here; what is missed when nobody asks for longer than that lies between two runs.

#include <ch.h>
#include <hal.h>

#include "tn_port.h"

#define CYCLES_PER_MICROSECOND (STM32_HCLK / 1000000u)

uint32_t tn_port_clock(void *user)
{
    static uint32_t last;
    static uint32_t rest;
    static uint32_t microseconds;
    const uint32_t now = (uint32_t)chSysGetRealtimeCounterX();
    const uint32_t cycles = now - last;
    (void)user;
    last = now;
    microseconds += cycles / CYCLES_PER_MICROSECOND;
    rest += cycles % CYCLES_PER_MICROSECOND;
    if (rest >= CYCLES_PER_MICROSECOND) {
        rest -= CYCLES_PER_MICROSECOND;
        microseconds++;
    }
    return microseconds;
}
