// Firmware without updates (TN_UPDATE 0): it takes no model from the network, as it cannot verify a signature.

#include "tn_device_impl.h"

#if !TN_UPDATE

int32_t tn_device_set_trust(tn_device_t *device, const char *hardware, const tn_update_key_t *keys, uint32_t count)
{
    (void)device;
    (void)hardware;
    (void)keys;
    (void)count;
    return TN_ERR_CRYPTO;
}

int32_t tn_device_update_boot(tn_device_t *device)
{
    (void)device;
    return TN_ERR_CRYPTO;
}

int32_t tn_device_update_offer(tn_device_t *device, const uint8_t *manifest, int32_t length, int32_t start, int32_t count)
{
    (void)device;
    (void)manifest;
    (void)length;
    (void)start;
    (void)count;
    return TN_ERR_CRYPTO;
}

int32_t tn_device_update_begin_step(tn_device_t *device)
{
    return tn_device_update_boot(device);
}

int32_t tn_device_update_missing(tn_device_t *device, int32_t from)
{
    (void)device;
    (void)from;
    return TN_ERR_CRYPTO;
}

int32_t tn_device_update_store(tn_device_t *device, int32_t part, const uint8_t *data, int32_t length, int32_t start, int32_t count)
{
    (void)device;
    (void)part;
    (void)data;
    (void)length;
    (void)start;
    (void)count;
    return TN_ERR_CRYPTO;
}

int32_t tn_device_update_copy(tn_device_t *device, int32_t part, int32_t offset)
{
    (void)device;
    (void)part;
    (void)offset;
    return TN_ERR_CRYPTO;
}

int32_t tn_device_update_patch(tn_device_t *device, int32_t part, const uint8_t *data, int32_t length, int32_t start, int32_t count)
{
    return tn_device_update_store(device, part, data, length, start, count);
}

int32_t tn_device_update_finish_step(tn_device_t *device)
{
    return tn_device_update_boot(device);
}

int32_t tn_device_update_activate_step(tn_device_t *device)
{
    return tn_device_update_boot(device);
}

int32_t tn_device_update_confirm(tn_device_t *device)
{
    return tn_device_update_boot(device);
}

int32_t tn_device_update_refuse(tn_device_t *device, int32_t status)
{
    return tn_device_update_missing(device, status);
}

int32_t tn_device_update_revert(tn_device_t *device, int32_t status)
{
    return tn_device_update_missing(device, status);
}

int32_t tn_device_update_status(tn_device_t *device, int32_t *fields, int32_t length)
{
    (void)device;
    (void)fields;
    (void)length;
    return TN_ERR_CRYPTO;
}

int32_t tn_device_update_begin(tn_device_t *device)
{
    return tn_device_update_boot(device);
}

int32_t tn_device_update_finish(tn_device_t *device)
{
    return tn_device_update_boot(device);
}

int32_t tn_device_update_activate(tn_device_t *device)
{
    return tn_device_update_boot(device);
}

#endif
