// A device on a flash in RAM, and the smallest model in it, for the tests of tn_device*.c.
#ifndef DEVICE_TEST_H
#define DEVICE_TEST_H

#include "ram_flash.h"
#include "test_blobs.h"
#include "tn/tn_device.h"
#include "tn_test.h"

enum { ARENA = 2048 };

static uint8_t arena[ARENA] __attribute__((aligned(16)));
static tn_device_t device;
static ram_flash_t ram;
static uint32_t now;
static uint32_t tick;

// Each look at the clock takes `tick` microseconds.
static inline uint32_t look(void *user)
{
    CHECK(user == &now);
    now += tick;
    return now;
}

static inline void start(uint32_t arena_bytes)
{
    now = 0xFFFFFF00u;
    tick = 0;
    ram_flash_init(&ram, 4, 1);
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, arena_bytes, &ram.flash, look, &now));
}

static inline int32_t stage(const blob_t *blob, int32_t part)
{
    const int32_t size = (int32_t)blob->size;
    int32_t status = TN_OK;
    for (int32_t at = 0; status == TN_OK && at < size; at += part) {
        status = tn_device_stage(&device, size, at, blob->bytes, size, at, part < size - at ? part : size - at);
    }
    return status;
}

static inline int32_t open_version(uint32_t version)
{
    const blob_t blob = blob_of_version(version);
    const int32_t status = stage(&blob, 100);
    return status == TN_OK ? tn_device_open_staged(&device) : status;
}

// The documented numbers of the smallest model: 5, -1 in, 3, -9 out.
static inline void check_runs(int32_t model)
{
    const int8_t in[4] = {99, 5, -1, 99};
    int8_t out[3] = {0, 0, 0};
    CHECK_EQ(TN_OK, tn_device_write_input(&device, model, 0, in, 4, 1, 2));
    CHECK_EQ(TN_OK, tn_device_run(&device, model, 1000));
    CHECK_EQ(TN_OK, tn_device_read_output(&device, model, 0, out, 3, 1, 2));
    CHECK_EQ(0, out[0]);
    CHECK_EQ(3, out[1]);
    CHECK_EQ(-9, out[2]);
}

#endif
