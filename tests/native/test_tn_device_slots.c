// A device's slots: running in place, and protecting what runs.

#include "device_test.h"

static void put_into_slot(int32_t slot, uint32_t version)
{
    const blob_t blob = blob_of_version(version);
    const int32_t size = (int32_t)blob.size;
    CHECK_EQ(TN_OK, tn_device_slot_erase(&device, slot));
    CHECK_EQ(TN_OK, tn_device_slot_write(&device, slot, 0, blob.bytes, size, 0, 256));
    CHECK_EQ(TN_OK, tn_device_slot_write(&device, slot, 256, blob.bytes, size, 256, size - 256));
}

TEST(device_runs_from_a_slot_and_protects_it)
{
    uint8_t byte = 0;
    start(64);
    CHECK_EQ(1024, tn_device_slot_bytes(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_active(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_length(&device, 0));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_slot(&device, 0));
    put_into_slot(0, 5);
    CHECK_EQ(481, tn_device_slot_length(&device, 0));
    CHECK_EQ(0, tn_device_open_slot(&device, 0));
    CHECK_EQ(5, tn_device_count(&device, 0, TN_COUNT_VERSION));
    check_runs(0);
    // In use, though not active.
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase_step(&device, 0, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_write(&device, 0, 512, &byte, 1, 0, 1));
    CHECK_EQ(TN_OK, tn_device_slot_confirm(&device, 0));
    CHECK_EQ(0, tn_device_slot_active(&device));
    put_into_slot(1, 6);
    CHECK_EQ(TN_OK, tn_device_slot_confirm(&device, 1));
    CHECK_EQ(1, tn_device_slot_active(&device));
    // No longer active, but still in use.
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 0));
    check_runs(0);
    CHECK_EQ(TN_OK, tn_device_close(&device, 0));
    CHECK_EQ(0, tn_device_slot_erase_step(&device, 0, 0));
    CHECK_EQ(1, tn_device_slot_erase_step(&device, 0, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase_step(&device, 0, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 1));
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, 64, &ram.flash, look, &now));
    CHECK_EQ(1, tn_device_slot_active(&device));
}

TEST(device_reads_slots_and_refuses_what_lies_outside)
{
    uint8_t bytes[8] = {0};
    start(64);
    put_into_slot(1, 5);
    CHECK_EQ(TN_OK, tn_device_slot_read(&device, 1, 1, bytes, 8, 2, 3));
    CHECK_BYTES("\0\0NNB\0", bytes, 6);
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 1, 0, bytes, 8, 7, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 1, 1020, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 1, -1, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 2, 0, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, -1, 0, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_length(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_length(&device, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_open_slot(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_open_slot(&device, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase_step(&device, 0, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_write(&device, 0, -4, bytes, 8, 0, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_write(&device, 0, 0, bytes, 8, 4, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_confirm(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_confirm(&device, -1));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_confirm(&device, 0));
}

TEST(device_without_flash_still_runs_staged_blobs)
{
    uint8_t byte = 0;
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, ARENA, NULL, look, &now));
    CHECK_EQ(0, tn_device_slot_bytes(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_active(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_slot(&device, 0));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_length(&device, 0));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_read(&device, 0, 0, &byte, 1, 0, 1));
    CHECK_EQ(TN_ERR_FLASH, tn_device_slot_erase(&device, 0));
    CHECK_EQ(TN_ERR_FLASH, tn_device_slot_write(&device, 0, 0, &byte, 1, 0, 1));
    CHECK_EQ(TN_ERR_FLASH, tn_device_slot_confirm(&device, 0));
    CHECK_EQ(0, open_version(1));
    check_runs(0);
}
