// What an update refuses and with which code, and how parts get into the slot.

#include "candidate_test.h"
#include "tn_backend.h"

// The manifest with one field changed and signed again; flash must stay as it is.
static int32_t offer_changed(uint32_t at, const void *bytes, uint32_t count)
{
    uint8_t saved[TN_MANIFEST_BYTES];
    memcpy(saved, model.manifest, sizeof saved);
    memcpy(model.manifest + at, bytes, count);
    manifest_sign(model.manifest, 0);
    sim_flash_power(&dev.sim, 0);
    const int32_t status = offer();
    CHECK_EQ(0, dev.sim.operations);
    memcpy(model.manifest, saved, sizeof saved);
    return status;
}

static int32_t offer_changed_u32(uint32_t at, uint32_t value)
{
    uint8_t bytes[4];
    blob_put_u32(bytes, value);
    return offer_changed(at, bytes, 4);
}

TEST(malformed_manifests_are_refused_first)
{
    start();
    CHECK_EQ(TN_ERR_MANIFEST, tn_update_offer(&dev.update, model.manifest, 255));
    CHECK_EQ(TN_ERR_MANIFEST, tn_update_offer(&dev.update, NULL, 256));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(0, "X", 1));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(4, "\x02", 1));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(5, "\x04", 1));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(6, "\x00\x02", 2));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(36, "\x00\x03", 2));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(38, "\x02\x00", 2));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(38, "\x04\x00", 2));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(38, "\x00\x00", 2));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed_u32(24, 63));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed_u32(24, 0xFFFFFFFF));
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(50, "\x65", 1));
    // A command with fields of an install, or without what is withdrawn.
    CHECK_EQ(TN_ERR_MANIFEST, offer_changed(5, "\x02", 1));
    command_make(model.manifest, TN_MANIFEST_REVOKE, NULL, 200, 5);
    CHECK_EQ(TN_ERR_MANIFEST, offer());
}

TEST(each_refusal_has_its_code)
{
    const uint8_t other_target = tn_backend_target == 1 ? 2 : 1;
    start();
    CHECK_EQ(0, offer());
    model.manifest[255] ^= 1;
    CHECK_EQ(TN_ERR_SIGNATURE, offer());
    model.manifest[255] ^= 1;
    model.manifest[170] ^= 1;
    CHECK_EQ(TN_ERR_SIGNATURE, offer());
    model.manifest[170] ^= 1;
    manifest_sign(model.manifest, 2);
    CHECK_EQ(TN_ERR_REVOKED, offer());
    model.manifest[184] ^= 0x80;
    CHECK_EQ(TN_ERR_KEY, offer());
    manifest_sign(model.manifest, 1);
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_ERR_STALE, offer_changed_u32(12, 99));
    CHECK_EQ(0, offer_changed_u32(12, 100));
    CHECK_EQ(TN_ERR_COUNTER, offer_changed_u32(16, 4));
    CHECK_EQ(0, offer_changed_u32(16, 6));
    CHECK_EQ(TN_ERR_HARDWARE, offer_changed(136, "boards", 6));
    CHECK_EQ(0, offer_changed(136, "\0\0\0\0\0", 5));
    CHECK_EQ(TN_ERR_VERSION, offer_changed(52, "\x02", 1));
    CHECK_EQ(TN_ERR_TARGET, offer_changed(51, &other_target, 1));
    CHECK_EQ(TN_ERR_TYPE, offer_changed(54, "\x09", 1));
    CHECK_EQ(TN_ERR_OP, offer_changed(71, "\x80", 1));
    CHECK_EQ(TN_ERR_ARENA, offer_changed_u32(32, 4112));
    CHECK_EQ(0, offer_changed_u32(32, 4096));
    model_make(&model, 2, 4000, 512, 200, 5);
    CHECK_EQ(TN_ERR_SIZE, offer());
    // In the order of PROTOCOL.md: of two faults the first one counts.
    model_make(&model, 2, 4000, 512, 99, 4);
    CHECK_EQ(TN_ERR_STALE, offer());
    model_make(&model, 2, 4000, 512, 100, 4);
    CHECK_EQ(TN_ERR_COUNTER, offer());
}

TEST(blobs_of_more_parts_than_the_device_counts_are_refused)
{
    static uint8_t manifest[TN_MANIFEST_BYTES];
    start();
    sim_flash_init(&dev.sim, 4, 4096, 16, 256, 1);
    (void)device_start(&dev);
    // Nothing of this size has to exist for the manifest to be refused.
    memcpy(manifest, model.manifest, sizeof manifest);
    blob_put_u32(manifest + 24, 65535u * 2048u);
    put_u16(manifest + 36, 2048);
    put_u16(manifest + 38, 65535);
    manifest_sign(manifest, 0);
    CHECK_EQ(TN_ERR_SIZE, tn_update_offer(&dev.update, manifest, sizeof manifest));
}

TEST(devices_without_flash_or_with_small_selectors_take_nothing)
{
    const tn_update_config_t config = {"board", test_keys, 3, 4096};
    start();
    CHECK_EQ(TN_OK, tn_slots_init(&dev.slots, NULL));
    CHECK_EQ(TN_OK, tn_update_init(&dev.update, &dev.slots, &config));
    CHECK_EQ(0, tn_update_boot(&dev.update));
    CHECK_EQ(TN_ERR_FLASH, offer());
    CHECK_EQ(TN_ERR_FLASH, tn_update_begin(&dev.update));
    CHECK_EQ(TN_ERR_STATE, tn_update_missing(&dev.update, 0));
    CHECK_EQ(TN_ERR_STATE, tn_update_finish(&dev.update));
    CHECK_EQ(TN_ERR_STATE, tn_update_activate(&dev.update));
    CHECK_EQ(-1, device_field(&dev, TN_UPDATE_FIELD_CANDIDATE));
    sim_flash_init(&dev.sim, 4, 512, 8, 128, 1);
    CHECK_EQ(TN_OK, tn_slots_init(&dev.slots, &dev.sim.flash));
    CHECK_EQ(TN_ERR_FLASH, tn_update_init(&dev.update, &dev.slots, &config));
    CHECK_EQ(TN_ERR_FLASH, offer());
}

TEST(functions_refuse_what_the_state_does_not_allow)
{
    uint8_t bytes[512] = {0};
    start();
    CHECK_EQ(TN_ERR_STATE, tn_update_begin(&dev.update));
    CHECK_EQ(TN_ERR_STATE, tn_update_store(&dev.update, 0, bytes, 512));
    CHECK_EQ(TN_ERR_STATE, tn_update_refuse(&dev.update, TN_ERR_PROOF));
    CHECK_EQ(TN_ERR_STATE, tn_update_revert(&dev.update, TN_ERR_HEALTH));
    CHECK_EQ(TN_ERR_STATE, tn_update_confirm(&dev.update));
    receive();
    CHECK_EQ(TN_ERR_STATE, tn_update_activate(&dev.update));
    CHECK_EQ(TN_ERR_STATE, tn_update_confirm(&dev.update));
    CHECK_EQ(TN_ERR_EMPTY, tn_update_finish(&dev.update));
    CHECK_EQ(TN_ERR_ARG, tn_update_refuse(&dev.update, 0));
    CHECK_EQ(TN_ERR_ARG, tn_update_refuse(&dev.update, -256));
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 3));
    CHECK_EQ(TN_OK, device_activate(&dev));
    CHECK_EQ(TN_ERR_ARG, tn_update_revert(&dev.update, 1));
    CHECK_EQ(TN_ERR_STATE, tn_update_refuse(&dev.update, TN_ERR_PROOF));
    // During a trial nothing else begins.
    model_make(&model, 3, 1500, 512, 201, 5);
    CHECK_EQ(TN_ERR_STATE, offer());
}

TEST(wrong_parts_write_nothing)
{
    uint8_t bytes[512];
    uint32_t count;
    start();
    receive();
    CHECK_EQ(TN_ERR_EMPTY, tn_update_store(&dev.update, 1, model.bytes, 512));
    sim_flash_power(&dev.sim, 0);
    const uint8_t *page = part_of(&model, 0, &count);
    memcpy(bytes, page, count);
    bytes[5] ^= 1;
    CHECK_EQ(TN_ERR_HASH, tn_update_store(&dev.update, 0, bytes, count));
    CHECK_EQ(TN_ERR_ARG, tn_update_store(&dev.update, 0, bytes, count - 1));
    CHECK_EQ(TN_ERR_ARG, tn_update_store(&dev.update, 0, bytes, 512));
    CHECK_EQ(TN_ERR_ARG, tn_update_store(&dev.update, 0, NULL, count));
    CHECK_EQ(TN_ERR_ARG, tn_update_store(&dev.update, 4, bytes, count));
    CHECK_EQ(TN_ERR_ARG, tn_update_copy(&dev.update, 0, 0));
    CHECK_EQ(TN_ERR_ARG, tn_update_patch(&dev.update, 0, bytes, 4));
    CHECK_EQ(0, dev.sim.operations);
    CHECK_EQ(TN_OK, store_part(0));
    sim_flash_power(&dev.sim, 0);
    CHECK_EQ(1, tn_update_store(&dev.update, 0, bytes, count));
    memcpy(bytes, model.bytes + 512, 512);
    bytes[511] ^= 0x80;
    CHECK_EQ(TN_ERR_HASH, tn_update_store(&dev.update, 2, bytes, 512));
    // Another chunk's bytes.
    CHECK_EQ(TN_ERR_HASH, tn_update_store(&dev.update, 2, model.bytes, 512));
    CHECK_EQ(0, dev.sim.operations);
    CHECK_EQ(TN_OK, tn_update_store(&dev.update, 3, model.bytes + 1024, 1500 - 1024));
    CHECK_EQ(1, tn_update_missing(&dev.update, 0));
    CHECK_EQ(2, tn_update_missing(&dev.update, 2));
    CHECK_EQ(TN_ERR_EMPTY, tn_update_missing(&dev.update, 3));
    CHECK_EQ(2, device_field(&dev, TN_UPDATE_FIELD_PARTS_STORED));
    CHECK_EQ(1, device_field(&dev, TN_UPDATE_FIELD_PAGES));
}

TEST(copies_and_patches_come_from_the_active_blob)
{
    uint8_t patch[600];
    start();
    // The second chunk is one of the active blob, from an odd offset; the third is mixed.
    memcpy(model.bytes + 512, other.bytes + 701, 512);
    memcpy(model.bytes + 1024 + 7, other.bytes + 3, 400);
    blob_put_u32(model.bytes + 12, tn_crc32(0, model.bytes + 16, model.size - 16));
    manifest_fill(&model, 200, 5);
    manifest_sign(model.manifest, 0);
    receive();
    CHECK_EQ(TN_ERR_EMPTY, tn_update_copy(&dev.update, 2, 701));
    CHECK_EQ(TN_OK, store_part(0));
    sim_flash_power(&dev.sim, 0);
    CHECK_EQ(TN_ERR_HASH, tn_update_copy(&dev.update, 2, 700));
    CHECK_EQ(TN_ERR_ARG, tn_update_copy(&dev.update, 2, 1500 - 511));
    CHECK_EQ(TN_ERR_ARG, tn_update_copy(&dev.update, 2, 0xFFFFFFFF));
    CHECK_EQ(0, dev.sim.operations);
    CHECK_EQ(TN_OK, tn_update_copy(&dev.update, 2, 701));

    put_u16(patch, 7);
    memcpy(patch + 2, model.bytes + 1024, 7);
    put_u16(patch + 9, 0x8000u | 400);
    blob_put_u32(patch + 11, 3);
    put_u16(patch + 15, 69);
    memcpy(patch + 17, model.bytes + 1024 + 407, 69);
    sim_flash_power(&dev.sim, 0);
    for (uint32_t shorter = 0; shorter < 86; shorter++) {
        CHECK_EQ(TN_ERR_FORMAT, tn_update_patch(&dev.update, 3, patch, shorter));
    }
    CHECK_EQ(TN_ERR_FORMAT, tn_update_patch(&dev.update, 3, patch, 87));
    blob_put_u32(patch + 11, 1500 - 399);
    CHECK_EQ(TN_ERR_FORMAT, tn_update_patch(&dev.update, 3, patch, 86));
    blob_put_u32(patch + 11, 4);
    CHECK_EQ(TN_ERR_HASH, tn_update_patch(&dev.update, 3, patch, 86));
    CHECK_EQ(0, dev.sim.operations);
    blob_put_u32(patch + 11, 3);
    CHECK_EQ(TN_OK, tn_update_patch(&dev.update, 3, patch, 86));
    CHECK_EQ(1, tn_update_patch(&dev.update, 3, patch, 86));
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
}

TEST(an_index_that_is_wrong_as_a_whole_starts_over)
{
    uint8_t page[512];
    start();
    sim_flash_init(&dev.sim, 4, 4096, 6, 256, 1);
    (void)device_start(&dev);
    model_make(&model, 2, 17000, 512, 200, 5);
    receive();
    uint32_t count;
    const uint8_t *right = part_of(&model, 0, &count);
    memcpy(page, right, count);
    page[0] ^= 1;
    CHECK_EQ(2, device_field(&dev, TN_UPDATE_FIELD_PAGES));
    // Nobody can tell yet.
    CHECK_EQ(TN_OK, tn_update_store(&dev.update, 0, page, count));
    CHECK_EQ(TN_ERR_HASH, store_part(1));
    CHECK_EQ(TN_UPDATE_EMPTY, device_state(&dev));
    CHECK_EQ(TN_ERR_STATE, tn_update_missing(&dev.update, 0));
    CHECK_EQ(TN_OK, device_begin(&dev));
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 5));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
}

TEST(signed_blobs_that_contradict_their_manifest_are_refused)
{
    static const struct { uint32_t at; int32_t status; } cases[] = {
        {20, TN_ERR_MISMATCH}, {28, TN_ERR_MISMATCH}, {32, TN_ERR_MISMATCH}, {72, TN_ERR_HASH}, {104, TN_ERR_HASH},
    };
    for (uint32_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        start();
        model.manifest[cases[i].at] ^= 16;
        manifest_sign(model.manifest, 0);
        receive();
        // A wrong root shows with the index, the others at the end.
        if (cases[i].at == 104) {
            CHECK_EQ(TN_ERR_HASH, store_part(0));
            continue;
        }
        CHECK_EQ(cases[i].status, device_receive(&dev, &model, 1));
        CHECK_EQ(TN_UPDATE_REFUSED, device_state(&dev));
        CHECK_EQ(cases[i].status, device_field(&dev, TN_UPDATE_FIELD_STATUS));
        // Remembered, also after a start.
        CHECK_EQ(1, offer());
        (void)device_start(&dev);
        CHECK_EQ(1, offer());
        CHECK_EQ(TN_UPDATE_REFUSED, device_state(&dev));
        CHECK_EQ(cases[i].status, device_field(&dev, TN_UPDATE_FIELD_STATUS));
        CHECK(slot_holds(&dev, dev.slots.active, &other));
    }
    // A blob whose own checksum is wrong, signed as it is.
    start();
    model.bytes[1000] ^= 1;
    manifest_fill(&model, 200, 5);
    manifest_sign(model.manifest, 0);
    receive();
    CHECK_EQ(TN_ERR_CHECKSUM, device_receive(&dev, &model, 1));
}

TEST(chunks_that_the_flash_lost_are_missing_again)
{
    start();
    receive();
    const int32_t slot = tn_update_candidate(&dev.update);
    for (uint32_t part = 0; part < 4; part++) {
        CHECK_EQ(TN_OK, store_part(part));
    }
    dev.sim.now.slots[slot][600] ^= 4;
    CHECK_EQ(TN_ERR_EMPTY, device_finish(&dev));
    CHECK_EQ(TN_UPDATE_RECEIVING, device_state(&dev));
    CHECK_EQ(2, tn_update_missing(&dev.update, 0));
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
}
