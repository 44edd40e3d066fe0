// A stand-in for the header of ESP-IDF: the names that nf-interop/ports uses, and nothing else.
#ifndef ESP_TIMER_H
#define ESP_TIMER_H

#include <stdint.h>

int64_t esp_timer_get_time(void);

#endif
