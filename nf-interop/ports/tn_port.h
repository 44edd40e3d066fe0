// What a chip gives the device. A firmware build has one file for the flash, tn_flash_esp32.c, tn_flash_stm32.c or tn_flash_none.c, and
// one for the time, tn_clock_esp32.c or tn_clock_stm32.c.
#ifndef TN_PORT_H
#define TN_PORT_H

#include "tn/tn_flash.h"

#ifdef __cplusplus
extern "C" {
#endif

// The flash of this board, for tn_device_init; NULL where the firmware has no model slots (partition table or flash map without them).
const tn_flash_t *tn_port_flash(void);

// Microseconds, for tn_device_init: wraps from 2^32 - 1 to 0. `user` is not used.
uint32_t tn_port_clock(void *user);

#ifdef __cplusplus
}
#endif

#endif
