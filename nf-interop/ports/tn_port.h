// What a chip gives the device. One port file is part of a firmware build: tn_flash_esp32.c or tn_flash_stm32.c.
#ifndef TN_PORT_H
#define TN_PORT_H

#include "tn/tn_flash.h"

#ifdef __cplusplus
extern "C" {
#endif

// The flash of this board, for tn_device_init; NULL where the firmware has no model slots (partition table or flash map without them).
const tn_flash_t *tn_port_flash(void);

#ifdef __cplusplus
}
#endif

#endif
