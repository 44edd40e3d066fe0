// The arena of a device and what lies in it: blobs that are being staged, and models with the blobs they run from.

#include "tn_device_impl.h"

// All regions there can be: two for each model, and the staged blob.
#define MOST_REGIONS (2u * TN_DEVICE_MODELS + 1u)

static const tn_region_t no_region = {0, 0};

size_t tn_device_size(void)
{
    return sizeof(tn_device_t);
}

int32_t tn_device_init(tn_device_t *device, uint8_t *arena, uint32_t arena_bytes, const tn_flash_t *flash, tn_clock_t clock,
                       void *clock_user)
{
    if (device == NULL || arena == NULL || clock == NULL || arena_bytes > INT32_MAX) {
        return TN_ERR_ARG;
    }
    memset(device, 0, sizeof *device);
    if ((uintptr_t)arena % TN_ARENA_ALIGN != 0) {
        return TN_ERR_ARENA;
    }
    device->arena = arena;
    device->arena_bytes = arena_bytes / TN_ARENA_ALIGN * TN_ARENA_ALIGN;
    device->clock = clock;
    device->clock_user = clock_user;
    device->fault.step = TN_NONE;
    device->fault.tensor = TN_NONE;
    const tn_status_t status = tn_slots_init(&device->slots, flash);
#if TN_UPDATE
    // Without trust nobody's manifest is taken, but what is under way is seen.
    device->trust.arena_bytes = device->arena_bytes;
    device->slots_changed = true;
#endif
    return status;
}

int32_t tn_device_abi(tn_device_t *device)
{
    (void)device;
    return TN_DEVICE_ABI_MAGIC + TN_DEVICE_ABI;
}

int32_t tn_device_arena_bytes(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : (int32_t)device->arena_bytes;
}

/// Regions ///

static bool is_free(const tn_region_t *used, uint32_t count, tn_region_t place)
{
    for (uint32_t i = 0; i < count; i++) {
        if (place.offset < used[i].offset + used[i].bytes && used[i].offset < place.offset + place.bytes) {
            return false;
        }
    }
    return true;
}

// First fit. The lowest free place begins where the arena or some region ends. With a handful of regions there is nothing to keep but
// the regions themselves.
static bool allocate(const tn_device_t *device, uint32_t bytes, tn_region_t *region)
{
    tn_region_t used[MOST_REGIONS];
    uint32_t count = 0;
    bool found = false;
    used[count++] = device->staged;
    for (uint32_t i = 0; i < TN_DEVICE_MODELS; i++) {
        used[count++] = device->models[i].work;
        used[count++] = device->models[i].blob;
    }
    *region = no_region;
    if (bytes > device->arena_bytes) {
        return false;
    }
    // The arena is a multiple of the alignment, so rounding up stays inside.
    bytes = (bytes + TN_ARENA_ALIGN - 1) / TN_ARENA_ALIGN * TN_ARENA_ALIGN;
    for (uint32_t i = 0; i <= count; i++) {
        const tn_region_t place = {i < count ? used[i].offset + used[i].bytes : 0, bytes};
        if (place.offset <= device->arena_bytes - bytes && is_free(used, count, place) && (!found || place.offset < region->offset)) {
            *region = place;
            found = true;
        }
    }
    return found;
}

/// Staging ///

static void give_up_staged(tn_device_t *device)
{
    device->staged = no_region;
    device->staged_total = 0;
    device->staged_count = 0;
}

int32_t tn_device_stage(tn_device_t *device, int32_t total, int32_t offset, const uint8_t *data, int32_t length, int32_t start,
                        int32_t count)
{
    if (device == NULL || !tn_device_range_fits(data, length, start, count) || total < 0 || offset < 0 || offset > total
        || count > total - offset) {
        return TN_ERR_ARG;
    }
    if (offset == 0) {
        give_up_staged(device);
        if (total > 0 && !allocate(device, (uint32_t)total, &device->staged)) {
            return TN_ERR_ARENA;
        }
        device->staged_total = (uint32_t)total;
    } else if ((uint32_t)total != device->staged_total || (uint32_t)offset != device->staged_count) {
        return TN_ERR_ARG;
    }
    if (count > 0) {
        memcpy(device->arena + device->staged.offset + offset, data + start, (size_t)count);
    }
    device->staged_count = (uint32_t)offset + (uint32_t)count;
    return TN_OK;
}

/// Opening ///

static int32_t refuse(tn_device_t *device, tn_status_t status)
{
    device->fault.status = (int16_t)status;
    device->fault.step = TN_NONE;
    device->fault.tensor = TN_NONE;
    return status;
}

// The number of a model that is not open, or TN_ERR_LIMIT.
static int32_t find_closed(const tn_device_t *device)
{
    for (int32_t i = 0; i < TN_DEVICE_MODELS; i++) {
        if (!device->models[i].open) {
            return i;
        }
    }
    return TN_ERR_LIMIT;
}

static int32_t open_blob(tn_device_t *device, const uint8_t *bytes, uint32_t length, int8_t slot)
{
    uint32_t work_bytes;
    const int32_t number = find_closed(device);
    if (number < 0) {
        return refuse(device, TN_ERR_LIMIT);
    }
    tn_device_model_t *model = &device->models[number];
    tn_status_t status = tn_blob_arena_size(bytes, length, &work_bytes);
    if (status != TN_OK) {
        return refuse(device, status);
    }
    if (!allocate(device, work_bytes, &model->work)) {
        return refuse(device, TN_ERR_ARENA);
    }
    status = tn_model_open(&model->model, bytes, length, device->arena + model->work.offset, model->work.bytes);
    if (status != TN_OK) {
        device->fault = tn_model_fault(&model->model);
        model->work = no_region;
        return status;
    }
    (void)refuse(device, TN_OK);
    model->open = true;
    model->bytes = bytes;
    model->slot = slot;
    model->run_us = 0;
    model->blob = no_region;
    return number;
}

int32_t tn_device_open_staged(tn_device_t *device)
{
    if (device == NULL) {
        return TN_ERR_ARG;
    }
    if (device->staged_total == 0 || device->staged_count != device->staged_total) {
        return refuse(device, TN_ERR_EMPTY);
    }
    const int32_t number = open_blob(device, device->arena + device->staged.offset, device->staged_total, -1);
    if (number >= 0) {
        device->models[number].blob = device->staged;
    }
    give_up_staged(device);
    return number;
}

int32_t tn_device_open_slot(tn_device_t *device, int32_t slot)
{
    uint32_t length, most;
    if (device == NULL || slot < 0) {
        return TN_ERR_ARG;
    }
    if (tn_device_slot_receives(device, slot)) {
        return refuse(device, TN_ERR_STATE);
    }
    const tn_status_t status = tn_slots_length(&device->slots, (uint32_t)slot, &length);
    if (status != TN_OK) {
        return refuse(device, status);
    }
    return open_blob(device, tn_slots_map(&device->slots, (uint32_t)slot, &most), length, (int8_t)slot);
}

int32_t tn_device_close(tn_device_t *device, int32_t model)
{
    tn_device_model_t *m = tn_device_find(device, model);
    if (m == NULL) {
        return TN_ERR_ARG;
    }
    memset(m, 0, sizeof *m);
    return TN_OK;
}

int32_t tn_device_fault_step(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : device->fault.step;
}

int32_t tn_device_fault_tensor(tn_device_t *device)
{
    return device == NULL ? TN_ERR_ARG : device->fault.tensor;
}
