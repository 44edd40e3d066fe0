// What the files of the device share.
#ifndef TN_DEVICE_IMPL_H
#define TN_DEVICE_IMPL_H

#include <string.h>

#include "tn/tn_device.h"

// The open model of a number, or NULL.
static inline tn_device_model_t *tn_device_find(tn_device_t *device, int32_t model)
{
    if (device == NULL || model < 0 || model >= TN_DEVICE_MODELS || !device->models[model].open) {
        return NULL;
    }
    return &device->models[model];
}

// Whether [start, start + count) lies inside an array of `length` elements. Subtraction form: a sum could overflow.
static inline bool tn_device_range_fits(const void *data, int32_t length, int32_t start, int32_t count)
{
    return length >= 0 && start >= 0 && count >= 0 && start <= length && count <= length - start && (data != NULL || count == 0);
}

// Whether an open model runs from the slot.
static inline bool tn_device_slot_in_use(const tn_device_t *device, int32_t slot)
{
    for (uint32_t i = 0; i < TN_DEVICE_MODELS; i++) {
        if (device->models[i].open && device->models[i].slot == slot) {
            return true;
        }
    }
    return false;
}

#if TN_UPDATE

// The update, knowing what the slots hold now.
tn_update_t *tn_device_update(tn_device_t *device);

// Whether the slots may be changed by others than the update; they will be.
static inline bool tn_device_slots_free(tn_device_t *device)
{
    const uint8_t state = tn_device_update(device)->state;
    if (state == TN_UPDATE_RECEIVING || state == TN_UPDATE_STORED || state == TN_UPDATE_TRIAL) {
        return false;
    }
    device->slots_changed = true;
    return true;
}

// Whether a slot is one that changes while a model would run from it.
static inline bool tn_device_slot_receives(tn_device_t *device, int32_t slot)
{
    const tn_update_t *update = tn_device_update(device);
    return update->state == TN_UPDATE_RECEIVING && tn_update_candidate(update) == slot;
}

#else

static inline bool tn_device_slots_free(const tn_device_t *device)
{
    (void)device;
    return true;
}

static inline bool tn_device_slot_receives(const tn_device_t *device, int32_t slot)
{
    (void)device;
    (void)slot;
    return false;
}

#endif

#endif
