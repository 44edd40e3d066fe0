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

#endif
