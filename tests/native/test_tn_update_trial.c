// What becomes of a stored candidate: trials, reverts, commands, and what is remembered.

#include "candidate_test.h"
#include "tn_slot_record.h"

TEST(what_was_verified_is_verified_again_before_it_runs)
{
    start();
    receive();
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
    const int32_t slot = tn_update_candidate(&dev.update);
    dev.sim.now.slots[slot][1499] ^= 1;
    (void)device_start(&dev);
    CHECK_EQ(TN_UPDATE_STORED, device_state(&dev));
    CHECK_EQ(TN_ERR_HASH, device_activate(&dev));
    CHECK_EQ(TN_UPDATE_REFUSED, device_state(&dev));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
    // A key that the next firmware has revoked.
    start();
    receive();
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
    test_keys[0].revoked = true;
    (void)device_start(&dev);
    CHECK_EQ(TN_ERR_REVOKED, device_activate(&dev));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
}

TEST(trial_ends_as_it_should_and_is_remembered)
{
    start();
    receive();
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
    CHECK_EQ(TN_OK, device_activate(&dev));
    for (int32_t attempt = 1; attempt <= 3; attempt++) {
        CHECK_EQ(0, device_start(&dev));
        CHECK_EQ(TN_UPDATE_TRIAL, device_state(&dev));
        CHECK_EQ(attempt, device_field(&dev, TN_UPDATE_FIELD_ATTEMPTS));
        CHECK_EQ(5, device_field(&dev, TN_UPDATE_FIELD_COUNTER));
        CHECK_EQ(TN_ERR_ARG, tn_slots_erase(&dev.slots, 0, 0));
        CHECK_EQ(TN_ERR_ARG, tn_slots_erase(&dev.slots, 1, 0));
    }
    CHECK_EQ(1, device_start(&dev));
    CHECK_EQ(TN_UPDATE_REVERTED, device_state(&dev));
    CHECK_EQ(TN_ERR_RESTARTS, device_field(&dev, TN_UPDATE_FIELD_STATUS));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
    CHECK_EQ(1, offer());
    CHECK_EQ(0, device_start(&dev));
    CHECK_EQ(TN_UPDATE_REVERTED, device_state(&dev));
    CHECK_EQ(TN_ERR_RESTARTS, device_field(&dev, TN_UPDATE_FIELD_STATUS));
    CHECK_EQ(1, offer());
    // Signed anew, the same blob is welcome.
    model_make(&model, 2, 1500, 512, 201, 9);
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK_EQ(9, device_field(&dev, TN_UPDATE_FIELD_COUNTER));
    CHECK_EQ(1, offer());
    CHECK_EQ(TN_UPDATE_CONFIRMED, device_state(&dev));
    CHECK_EQ(TN_ERR_STALE, tn_update_offer(&dev.update, other.manifest, TN_MANIFEST_BYTES));
}

TEST(a_revert_that_has_begun_is_completed_by_the_next_start)
{
    start();
    receive();
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
    CHECK_EQ(TN_OK, device_activate(&dev));
    CHECK_EQ(0, device_start(&dev));
    // The journal has it (program, sync), the selector not yet (sync, erase).
    sim_flash_power(&dev.sim, 4);
    CHECK_EQ(TN_ERR_FLASH, tn_update_revert(&dev.update, TN_ERR_HEALTH));
    CHECK(dev.sim.dead);
    CHECK_EQ(TN_ERR_STATE, tn_update_confirm(&dev.update));
    sim_flash_power(&dev.sim, 0);
    CHECK_EQ(1, device_start(&dev));
    CHECK_EQ(TN_UPDATE_REVERTED, device_state(&dev));
    CHECK_EQ(TN_ERR_HEALTH, device_field(&dev, TN_UPDATE_FIELD_STATUS));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
}

TEST(a_torn_sector_is_erased_after_the_journal_says_so)
{
    start();
    sim_flash_init(&dev.sim, 4, 1024, 4, 256, 1);
    dev.sim.lossy = false;
    (void)device_start(&dev);
    receive();
    CHECK_EQ(TN_OK, store_part(0));
    CHECK_EQ(TN_OK, store_part(1));
    // The second chunk is torn; it shares its sector with the first.
    sim_flash_power(&dev.sim, 1);
    CHECK_EQ(TN_ERR_FLASH, store_part(2));
    sim_flash_power(&dev.sim, 0);
    dev.sim.now.slots[0][600] = 0;
    dev.sim.synced = dev.sim.now;
    (void)device_start(&dev);
    // Power fails in the erasure: the first chunk may be gone, and must be known to be.
    sim_flash_power(&dev.sim, 3);
    CHECK_EQ(TN_ERR_FLASH, store_part(2));
    sim_flash_power(&dev.sim, 0);
    (void)device_start(&dev);
    CHECK_EQ(1, tn_update_missing(&dev.update, 0));
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
}

TEST(the_counter_is_stored_twice)
{
    start();
    model_make(&model, 2, 1500, 512, 200, 9);
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    tn_slot_record_t record = {.slot = (uint32_t)dev.slots.active, .blob_bytes = 1500, .blob_crc = tn_read_u32(model.bytes + 12)};
    // A selector that has forgotten it.
    memset(dev.sim.now.select, 0xFF, sizeof dev.sim.now.select);
    CHECK_EQ(TN_OK, tn_slots_put(&dev.slots, &record));
    (void)device_start(&dev);
    CHECK_EQ(0, dev.slots.counter);
    CHECK_EQ(9, device_field(&dev, TN_UPDATE_FIELD_COUNTER));
    model_make(&model, 3, 1500, 512, 300, 8);
    CHECK_EQ(TN_ERR_COUNTER, offer());
    // A slot that is written by other means keeps the floor.
    start();
    model_make(&model, 2, 1500, 512, 200, 9);
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK_EQ(TN_OK, tn_slots_confirm(&dev.slots, 1u - (uint32_t)dev.slots.active));
    (void)device_start(&dev);
    CHECK_EQ(9, device_field(&dev, TN_UPDATE_FIELD_COUNTER));
    CHECK_EQ(200, device_field(&dev, TN_UPDATE_FIELD_ISSUED));
}

TEST(commands_take_models_back)
{
    uint8_t command[TN_MANIFEST_BYTES];
    start();
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    // Another model's hash.
    command_make(command, TN_MANIFEST_REVERT, model.manifest + 104, 200, 5);
    CHECK_EQ(TN_ERR_HASH, device_command(&dev, command));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
    // A withdrawn model that the device does not have.
    command_make(command, TN_MANIFEST_REVOKE, model.manifest + 104, 201, 5);
    CHECK_EQ(TN_OK, device_command(&dev, command));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
    CHECK_EQ(201, device_field(&dev, TN_UPDATE_FIELD_ISSUED));
    command_make(command, TN_MANIFEST_REVOKE, model.manifest + 72, 202, 6);
    CHECK_EQ(TN_OK, device_command(&dev, command));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
    CHECK_EQ(TN_UPDATE_REVERTED, device_state(&dev));
    CHECK_EQ(TN_ERR_WITHDRAWN, device_field(&dev, TN_UPDATE_FIELD_STATUS));
    CHECK_EQ(6, device_field(&dev, TN_UPDATE_FIELD_COUNTER));
    (void)device_start(&dev);
    CHECK_EQ(TN_ERR_WITHDRAWN, device_field(&dev, TN_UPDATE_FIELD_STATUS));
    CHECK_EQ(1, tn_update_offer(&dev.update, command, TN_MANIFEST_BYTES));
    // Nothing to go back to: the withdrawn model is not one.
    command_make(command, TN_MANIFEST_REVERT, NULL, 203, 6);
    CHECK_EQ(TN_ERR_EMPTY, device_command(&dev, command));
    command_make(command, TN_MANIFEST_REVOKE, other.manifest + 72, 203, 6);
    CHECK_EQ(TN_ERR_EMPTY, device_command(&dev, command));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
}

TEST(commands_end_candidates_and_trials)
{
    uint8_t command[TN_MANIFEST_BYTES];
    for (uint32_t kind = TN_MANIFEST_REVERT; kind <= TN_MANIFEST_REVOKE; kind++) {
        for (uint32_t trial = 0; trial < 2; trial++) {
            start();
            receive();
            CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
            if (trial) {
                CHECK_EQ(TN_OK, device_activate(&dev));
            }
            command_make(command, (uint8_t)kind, kind == TN_MANIFEST_REVOKE ? model.manifest + 72 : NULL, 200, 5);
            CHECK_EQ(TN_OK, device_command(&dev, command));
            CHECK_EQ(trial ? TN_UPDATE_REVERTED : TN_UPDATE_REFUSED, device_state(&dev));
            CHECK_EQ(trial && kind == TN_MANIFEST_REVERT ? 0 : TN_ERR_WITHDRAWN, device_field(&dev, TN_UPDATE_FIELD_STATUS));
            CHECK(slot_holds(&dev, dev.slots.active, &other));
            CHECK_EQ(TN_TRIAL_NONE, dev.slots.trial);
            (void)device_start(&dev);
            CHECK_EQ(1, offer());
            CHECK_EQ(trial ? TN_UPDATE_REVERTED : TN_UPDATE_REFUSED, device_state(&dev));
        }
    }
    // A candidate or trial that the command does not end goes on.
    start();
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_OK, device_begin(&dev));
    CHECK_EQ(TN_OK, store_part(0));
    command_make(command, TN_MANIFEST_REVOKE, model.manifest + 104, 201, 5);
    CHECK_EQ(TN_OK, device_command(&dev, command));
    (void)device_start(&dev);
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
    CHECK_EQ(TN_OK, device_activate(&dev));
    command_make(command, TN_MANIFEST_REVOKE, other.manifest + 72, 201, 5);
    CHECK_EQ(TN_ERR_STATE, device_command(&dev, command));
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
}

TEST(a_newer_manifest_takes_the_place_of_a_candidate)
{
    start();
    receive();
    CHECK_EQ(TN_OK, store_part(0));
    CHECK_EQ(1, offer());
    const model_t first = model;
    model_make(&model, 3, 1400, 1024, 200, 5);
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
    // Neither the one that was given up nor the model of before comes back by a manifest of the same second.
    CHECK_EQ(TN_ERR_STALE, tn_update_offer(&dev.update, other.manifest, TN_MANIFEST_BYTES));
    CHECK_EQ(TN_ERR_STALE, tn_update_offer(&dev.update, first.manifest, TN_MANIFEST_BYTES));
}

TEST(status_tells_all_fields)
{
    int32_t fields[TN_UPDATE_FIELDS];
    start();
    receive();
    CHECK_EQ(TN_UPDATE_FIELDS, tn_update_status(&dev.update, NULL, 0));
    CHECK_EQ(TN_UPDATE_FIELDS, tn_update_status(&dev.update, fields, TN_UPDATE_FIELDS));
    static const int32_t expected[TN_UPDATE_FIELDS] = {
        TN_UPDATE_RECEIVING, 0, 0, 77, 2, 4, 0, 1, 512, 1, 5, 0, 60, 0, 0, 1500, 0, 0, 0, 1, 200, 1500,
    };
    for (int32_t i = 0; i < TN_UPDATE_FIELDS; i++) {
        if (i != TN_UPDATE_FIELD_SESSION && i != TN_UPDATE_FIELD_BASE_CRC) {
            CHECK_EQ(expected[i], fields[i]);
        }
    }
    CHECK_EQ((int32_t)tn_manifest_session(model.manifest), fields[TN_UPDATE_FIELD_SESSION]);
    CHECK_EQ((int32_t)tn_read_u32(other.bytes + 12), fields[TN_UPDATE_FIELD_BASE_CRC]);
}
