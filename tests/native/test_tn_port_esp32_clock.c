// The ESP32's clock: the low half of the system's microseconds.

#include "../../nf-interop/ports/tn_clock_esp32.c"
#include "tn_test.h"

int64_t esp_timer_get_time(void)
{
    return INT64_C(0x1FFFFFFFF);
}

TEST(clock_wraps_with_32_bits)
{
    CHECK_EQ(0xFFFFFFFFu, tn_port_clock(NULL));
}
