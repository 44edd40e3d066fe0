// The one device of a firmware image.
#ifndef TN_DEVICE_PORT_H
#define TN_DEVICE_PORT_H

#include "tn/tn_device.h"

// Bytes of internal RAM set aside for models: their arenas, and blobs that are staged. They come out of what the managed heap could
// have had. `tinynano plan` says what a model needs.
#ifndef TN_DEVICE_ARENA_BYTES
#define TN_DEVICE_ARENA_BYTES 65536
#endif

// TN_DEVICE_ARENA_SECTION, where defined, is the linker section that the arena goes to, such as ".ram4" (STM32F4, core-coupled RAM)
// or ".ram3" (STM32F7, data TCM) in ChibiOS's linker scripts. Without it: internal RAM on an ESP32, .bss elsewhere.

// Hardware class of the firmware, as manifests of updates name it: at most 24 bytes. Empty for one that only takes manifests for every
// device.
#ifndef TN_HARDWARE_CLASS
#define TN_HARDWARE_CLASS ""
#endif

// TN_TRUSTED_KEYS, where defined, is a header with the lines of the table of public keys whose updates are taken. Without it: none.

#ifdef __cplusplus
extern "C" {
#endif

// The device, set up at the first call: slots as tn_port_flash offers them, time from tn_port_clock.
tn_device_t *tn_port_device(void);

#ifdef __cplusplus
}
#endif

#endif
