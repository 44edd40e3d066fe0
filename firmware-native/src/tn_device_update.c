// Updates of a device: tn_update.c, with doors for untrusted arguments, and closed to whoever would change bytes that a model runs from.

#include "tn_device_impl.h"

#if TN_UPDATE

// Where a manifest has its kind.
#define KIND_AT 5

tn_update_t *tn_device_update(tn_device_t *device)
{
    if (device->slots_changed) {
        device->slots_changed = false;
        // Flash that cannot hold trials gives an update that refuses every offer.
        (void)tn_update_init(&device->update, &device->slots, &device->trust);
    }
    return &device->update;
}

int32_t tn_device_set_trust(tn_device_t *device, const char *hardware, const tn_update_key_t *keys, uint32_t count)
{
    if (device == NULL || (keys == NULL && count > 0) || (hardware != NULL && strlen(hardware) > TN_HARDWARE_BYTES)) {
        return TN_ERR_ARG;
    }
    device->trust.hardware = hardware;
    device->trust.keys = keys;
    device->trust.key_count = count;
    device->slots_changed = false;
    return tn_update_init(&device->update, &device->slots, &device->trust);
}

int32_t tn_device_update_boot(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : tn_update_boot(tn_device_update(device));
}

/// Receiving ///

int32_t tn_device_update_offer(tn_device_t *device, const uint8_t *manifest, int32_t length, int32_t start, int32_t count)
{
    if (device == NULL || !tn_device_range_fits(manifest, length, start, count)) {
        return TN_ERR_ARG;
    }
    if (count == 0) {
        return TN_ERR_MANIFEST;
    }
    return tn_update_offer(tn_device_update(device), manifest + start, (uint32_t)count);
}

// The result of a function that gives 1 while work is left, as that of one that gives 1 when it is done.
static int32_t step_of(int32_t result)
{
    return result < 0 ? result : result == 0 ? 1 : 0;
}

int32_t tn_device_update_begin_step(tn_device_t *device)
{
    if (device == NULL) {
        return TN_ERR_ARG;
    }
    tn_update_t *update = tn_device_update(device);
    // Only an installation erases. Asked at every step, as a model may have been opened after the one before.
    if (update->offer[KIND_AT] == TN_MANIFEST_INSTALL && tn_device_slot_in_use(device, tn_update_candidate(update))) {
        return TN_ERR_ARG;
    }
    return step_of(tn_update_begin(update));
}

int32_t tn_device_update_missing(tn_device_t *device, int32_t from)
{
    return device == NULL || from < 0 ? TN_ERR_ARG : tn_update_missing(tn_device_update(device), (uint32_t)from);
}

int32_t tn_device_update_store(tn_device_t *device, int32_t part, const uint8_t *data, int32_t length, int32_t start, int32_t count)
{
    if (device == NULL || part < 0 || !tn_device_range_fits(data, length, start, count) || count == 0) {
        return TN_ERR_ARG;
    }
    return tn_update_store(tn_device_update(device), (uint32_t)part, data + start, (uint32_t)count);
}

int32_t tn_device_update_copy(tn_device_t *device, int32_t part, int32_t offset)
{
    if (device == NULL || part < 0 || offset < 0) {
        return TN_ERR_ARG;
    }
    return tn_update_copy(tn_device_update(device), (uint32_t)part, (uint32_t)offset);
}

int32_t tn_device_update_patch(tn_device_t *device, int32_t part, const uint8_t *data, int32_t length, int32_t start, int32_t count)
{
    if (device == NULL || part < 0 || !tn_device_range_fits(data, length, start, count) || count == 0) {
        return TN_ERR_ARG;
    }
    return tn_update_patch(tn_device_update(device), (uint32_t)part, data + start, (uint32_t)count);
}

int32_t tn_device_update_finish_step(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : step_of(tn_update_finish(tn_device_update(device)));
}

/// Trying ///

int32_t tn_device_update_activate_step(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : step_of(tn_update_activate(tn_device_update(device)));
}

int32_t tn_device_update_confirm(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : tn_update_confirm(tn_device_update(device));
}

int32_t tn_device_update_refuse(tn_device_t *device, int32_t status)
{
    return device == NULL ? TN_ERR_ARG : tn_update_refuse(tn_device_update(device), status);
}

int32_t tn_device_update_revert(tn_device_t *device, int32_t status)
{
    return device == NULL ? TN_ERR_ARG : tn_update_revert(tn_device_update(device), status);
}

int32_t tn_device_update_status(tn_device_t *device, int32_t *fields, int32_t length)
{
    if (device == NULL || fields == NULL || length < TN_UPDATE_FIELDS) {
        return TN_ERR_ARG;
    }
    return tn_update_status(tn_device_update(device), fields, (uint32_t)length);
}

/// Without letting others run in between ///

static int32_t all_steps(tn_device_t *device, int32_t (*step)(tn_device_t *device))
{
    int32_t done;
    do {
        done = step(device);
    } while (done == 0);
    return done < 0 ? done : TN_OK;
}

int32_t tn_device_update_begin(tn_device_t *device)
{
    return all_steps(device, tn_device_update_begin_step);
}

int32_t tn_device_update_finish(tn_device_t *device)
{
    return all_steps(device, tn_device_update_finish_step);
}

int32_t tn_device_update_activate(tn_device_t *device)
{
    return all_steps(device, tn_device_update_activate_step);
}

#endif
