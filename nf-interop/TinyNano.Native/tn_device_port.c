#include "tn_device_port.h"

#include "tn_port.h"

// Internal RAM on every ESP32, also where PSRAM holds the managed heap: an arena in PSRAM would be several times slower. Not cleared
// at start, so that it costs nothing in the image; tn_model_open clears what it uses.
#if defined(TN_DEVICE_ARENA_SECTION)
#define ARENA_PLACE __attribute__((section(TN_DEVICE_ARENA_SECTION)))
#elif defined(ESP_PLATFORM)
#include <esp_attr.h>
#define ARENA_PLACE __NOINIT_ATTR
#else
#define ARENA_PLACE
#endif

#if TN_DEVICE_ARENA_BYTES <= 0 || TN_DEVICE_ARENA_BYTES % 16 != 0
#error "TN_DEVICE_ARENA_BYTES must be a multiple of 16"
#endif

#if TN_UPDATE
#if defined(TN_TRUSTED_KEYS)
// Lines of a table of tn_update_key_t, as `tinynano keys show` prints them.
static const tn_update_key_t keys[] = {
#include TN_TRUSTED_KEYS
};
#define KEYS keys
#define KEY_COUNT ((uint32_t)(sizeof keys / sizeof keys[0]))
#else
#define KEYS NULL
#define KEY_COUNT 0u
#endif
#endif

static ARENA_PLACE uint8_t arena[TN_DEVICE_ARENA_BYTES] __attribute__((aligned(TN_ARENA_ALIGN)));
static tn_device_t device;
static bool ready;

tn_device_t *tn_port_device(void)
{
    if (!ready) {
        // An arena of whole lines is accepted; flash that cannot be read leaves a device without slots.
        (void)tn_device_init(&device, arena, sizeof arena, tn_port_flash(), tn_port_clock, NULL);
#if TN_UPDATE
        // Flash that cannot hold trials leaves a device that refuses every update.
        (void)tn_device_set_trust(&device, TN_HARDWARE_CLASS, KEYS, KEY_COUNT);
#endif
        ready = true;
    }
    return &device;
}
