// The device's arena: staged blobs, several open models, what a failed opening blames.

#include "device_test.h"

TEST(device_checks_what_it_is_given)
{
    CHECK_EQ(sizeof device, tn_device_size());
    CHECK_EQ(0x544E0002, tn_device_abi(NULL));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(NULL, arena, ARENA, NULL, look, &now));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(&device, NULL, ARENA, NULL, look, &now));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(&device, arena, ARENA, NULL, NULL, &now));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(&device, arena, 0x80000000u, NULL, look, &now));
    CHECK_EQ(TN_ERR_ARENA, tn_device_init(&device, arena + 8, ARENA - 16, NULL, look, &now));
    ram_flash_init(&ram, 4, 1);
    ram.flash.unit = 3;
    CHECK_EQ(TN_ERR_FLASH, tn_device_init(&device, arena, ARENA - 1, &ram.flash, look, &now));
    CHECK_EQ(ARENA - 16, tn_device_arena_bytes(&device));
    CHECK_EQ(0, tn_device_slot_bytes(&device));
    CHECK(open_version(1) == 0);
    check_runs(0);
}

TEST(device_takes_a_staged_blob_in_order_only)
{
    const blob_t blob = blob_of_version(1);
    const int32_t size = (int32_t)blob.size;
    start(ARENA);
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size, 100, blob.bytes, size, 100, 100));
    CHECK_EQ(TN_OK, tn_device_stage(&device, size, 0, blob.bytes, size, 0, 100));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size, 99, blob.bytes, size, 99, 100));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size + 1, 100, blob.bytes, size, 100, 100));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size, 100, blob.bytes, size, 100, size));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, 500, 100, blob.bytes, 500, 100, 401));
    CHECK_EQ(TN_OK, tn_device_stage(&device, size, 100, blob.bytes, size, 100, size - 100));
    CHECK_EQ(0, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    check_runs(0);
}

TEST(device_gives_up_what_was_staged)
{
    const blob_t blob = blob_of_version(1);
    start(512);
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_ARENA, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_OK, stage(&blob, 481));
    CHECK_EQ(TN_ERR_ARENA, tn_device_stage(&device, 513, 0, blob.bytes, 481, 0, 481));
    CHECK_EQ(TN_ERR_ARENA, tn_device_stage(&device, INT32_MAX, 0, blob.bytes, 481, 0, 481));
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_OK, tn_device_stage(&device, 0, 0, NULL, 0, 0, 0));
    CHECK_EQ(TN_OK, tn_device_stage(&device, 512, 0, NULL, 0, 0, 0));
}

TEST(device_keeps_two_models_and_what_they_run_from_apart)
{
    start(ARENA);
    CHECK_EQ(0, open_version(1));
    CHECK_EQ(1, open_version(2));
    CHECK_EQ(TN_ERR_LIMIT, open_version(3));
    CHECK_EQ(1, tn_device_count(&device, 0, TN_COUNT_VERSION));
    CHECK_EQ(2, tn_device_count(&device, 1, TN_COUNT_VERSION));
    check_runs(0);
    check_runs(1);
    CHECK_EQ(TN_OK, tn_device_close(&device, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_close(&device, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_count(&device, 0, 0));
    CHECK_EQ(0, open_version(3));
    check_runs(1);
    check_runs(0);
}

// Opens, closes and stages at random. Whatever is open keeps its own bytes: regions never overlap and lie inside.
TEST(device_shares_its_arena_without_overlaps)
{
    const uint32_t seed = 77u;
    bool open[2] = {false, false};
    int opened = 0;
    printf("seed %u\n", (unsigned)seed);
    start(1200);
    ram.random = seed;
    for (uint32_t i = 0; i < 5000; i++) {
        const int32_t model = (int32_t)(ram_random(&ram) % 2);
        switch (ram_random(&ram) % 3) {
        case 0: CHECK_EQ(open[model] ? TN_OK : TN_ERR_ARG, tn_device_close(&device, model)); open[model] = false; break;
        case 1: (void)tn_device_stage(&device, (int32_t)(ram_random(&ram) % 600), 0, NULL, 0, 0, 0); break;
        default: {
            const int32_t number = open_version(i);
            if (number >= 0) {
                CHECK(!open[number]);
                open[number] = true;
                opened++;
            }
            break;
        }
        }
        const tn_region_t all[] = {device.staged, device.models[0].work, device.models[0].blob, device.models[1].work, device.models[1].blob};
        for (size_t a = 0; a < 5; a++) {
            CHECK(all[a].offset % 16 == 0 && all[a].offset + all[a].bytes <= device.arena_bytes);
            for (size_t b = 0; b < a; b++) {
                CHECK(all[a].offset + all[a].bytes <= all[b].offset || all[b].offset + all[b].bytes <= all[a].offset);
            }
        }
        for (int32_t k = 0; k < 2; k++) {
            if (open[k]) {
                check_runs(k);
            }
        }
    }
    CHECK(opened > 500);
}

TEST(device_tells_what_a_failed_opening_blames)
{
    blob_t blob = blob_of_version(1);
    start(ARENA);
    CHECK_EQ(TN_NONE, tn_device_fault_step(&device));
    blob.bytes[0x130] = 99;
    blob_seal(&blob);
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_OP, tn_device_open_staged(&device));
    CHECK_EQ(0, tn_device_fault_step(&device));
    CHECK_EQ(TN_NONE, tn_device_fault_tensor(&device));
    blob = blob_of_version(1);
    blob.bytes[0xD8] = 9;
    blob_seal(&blob);
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_FORMAT, tn_device_open_staged(&device));
    CHECK_EQ(TN_NONE, tn_device_fault_step(&device));
    CHECK_EQ(1, tn_device_fault_tensor(&device));
    blob.bytes[100] ^= 1;
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_CHECKSUM, tn_device_open_staged(&device));
    CHECK_EQ(TN_NONE, tn_device_fault_tensor(&device));
    CHECK_EQ(0, open_version(1));
}

TEST(device_without_updates_takes_none)
{
    uint8_t bytes[256] = {0};
    int32_t fields[TN_UPDATE_FIELDS];
    start(ARENA);
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_set_trust(&device, "bench", NULL, 0));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_boot(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_offer(&device, bytes, 256, 0, 256));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_begin_step(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_begin(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_missing(&device, 0));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_store(&device, 0, bytes, 256, 0, 16));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_copy(&device, 0, 0));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_patch(&device, 0, bytes, 256, 0, 16));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_finish_step(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_finish(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_activate_step(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_activate(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_confirm(&device));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_refuse(&device, TN_ERR_PROOF));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_revert(&device, TN_ERR_PROOF));
    CHECK_EQ(TN_ERR_CRYPTO, tn_device_update_status(&device, fields, TN_UPDATE_FIELDS));
}
