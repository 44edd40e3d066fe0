// Time on an ESP32: microseconds since the start.

#include <esp_timer.h>

#include "tn_port.h"

uint32_t tn_port_clock(void *user)
{
    (void)user;
    return (uint32_t)esp_timer_get_time();
}
