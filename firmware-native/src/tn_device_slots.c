// The slots of a device: tn_slots.c, with doors for untrusted arguments, and closed to whoever would change bytes that a model runs from.

#include "tn_device_impl.h"

int32_t tn_device_slot_bytes(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : (int32_t)tn_slots_bytes(&device->slots);
}

int32_t tn_device_slot_active(tn_device_t *device)
{
    if (device == NULL) {
        return TN_ERR_ARG;
    }
    return device->slots.active < 0 ? TN_ERR_EMPTY : device->slots.active;
}

int32_t tn_device_slot_length(tn_device_t *device, int32_t slot)
{
    uint32_t bytes;
    if (device == NULL || slot < 0) {
        return TN_ERR_ARG;
    }
    const tn_status_t status = tn_slots_length(&device->slots, (uint32_t)slot, &bytes);
    return status == TN_OK ? (int32_t)bytes : status;
}

int32_t tn_device_slot_erase_step(tn_device_t *device, int32_t slot, int32_t sector)
{
    if (device == NULL || slot < 0 || sector < 0 || tn_device_slot_in_use(device, slot)) {
        return TN_ERR_ARG;
    }
    if (!tn_device_slots_free(device)) {
        return TN_ERR_STATE;
    }
    const tn_status_t status = tn_slots_erase(&device->slots, (uint32_t)slot, (uint32_t)sector);
    if (status != TN_OK) {
        return status;
    }
    return (uint32_t)sector + 1 == tn_slots_sectors(&device->slots) ? 1 : 0;
}

int32_t tn_device_slot_erase(tn_device_t *device, int32_t slot)
{
    int32_t done = 0;
    for (int32_t sector = 0; done == 0; sector++) {
        done = tn_device_slot_erase_step(device, slot, sector);
    }
    return done < 0 ? done : TN_OK;
}

int32_t tn_device_slot_write(tn_device_t *device, int32_t slot, int32_t offset, const uint8_t *data, int32_t length, int32_t start,
                             int32_t count)
{
    if (device == NULL || slot < 0 || offset < 0 || !tn_device_range_fits(data, length, start, count)
        || tn_device_slot_in_use(device, slot)) {
        return TN_ERR_ARG;
    }
    if (!tn_device_slots_free(device)) {
        return TN_ERR_STATE;
    }
    return tn_slots_write(&device->slots, (uint32_t)slot, (uint32_t)offset, count > 0 ? data + start : data, (uint32_t)count);
}

int32_t tn_device_slot_read(tn_device_t *device, int32_t slot, int32_t offset, uint8_t *data, int32_t length, int32_t start,
                            int32_t count)
{
    if (device == NULL || slot < 0 || offset < 0 || !tn_device_range_fits(data, length, start, count)) {
        return TN_ERR_ARG;
    }
    return tn_slots_read(&device->slots, (uint32_t)slot, (uint32_t)offset, count > 0 ? data + start : data, (uint32_t)count);
}

int32_t tn_device_slot_confirm(tn_device_t *device, int32_t slot)
{
    if (device == NULL || slot < 0) {
        return TN_ERR_ARG;
    }
    if (!tn_device_slots_free(device)) {
        return TN_ERR_STATE;
    }
    return tn_slots_confirm(&device->slots, (uint32_t)slot);
}
