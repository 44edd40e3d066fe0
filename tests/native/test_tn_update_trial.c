// What becomes of a stored candidate: trials, reverts, commands, and what is remembered.

#include "test_crypto.h"
#include "tn_test.h"
#include "tn_slot_record.h"
#include "update_test.h"

static device_t dev;
static model_t model, other;

static void sign_digest(uint32_t key, const uint8_t digest[TN_SHA256_BYTES], uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    test_sign(test_keys[key].point, digest, signature);
}

// A device with model version 1 confirmed by `other`, and `model` to come. Key 2 is revoked.
static void start(void)
{
    for (uint32_t i = 0; i < 3; i++) {
        memset(test_keys[i].id, (int)(i + 1), sizeof test_keys[i].id);
        memset(test_keys[i].point, (int)(i + 11), sizeof test_keys[i].point);
        test_keys[i].revoked = i == 2;
    }
    sim_flash_init(&dev.sim, 4, 512, 8, 256, 1);
    (void)device_start(&dev);
    model_make(&other, 1, 1500, 512, 100, 5);
    CHECK_EQ(TN_OK, device_update(&dev, &other, GOAL_CONFIRM, 1));
    model_make(&model, 2, 1500, 512, 200, 5);
}

static int32_t offer(void)
{
    return tn_update_offer(&dev.update, model.manifest, TN_MANIFEST_BYTES);
}

static void receive(void)
{
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_OK, device_begin(&dev));
    CHECK_EQ(TN_UPDATE_RECEIVING, device_state(&dev));
}

static int32_t store_part(uint32_t part)
{
    uint32_t count;
    const uint8_t *bytes = part_of(&model, part, &count);
    return tn_update_store(&dev.update, part, bytes, count);
}

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

static bool refuses_small_units(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    return (area != TN_AREA_SELECT || count == TN_SLOT_RECORD_BYTES) && sim_program(user, area, offset, bytes, count);
}

TEST(a_trial_whose_starts_cannot_be_counted_ends_at_once)
{
    start();
    receive();
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
    CHECK_EQ(TN_OK, device_activate(&dev));
    dev.sim.flash.program = refuses_small_units;
    CHECK_EQ(1, device_start(&dev));
    CHECK_EQ(TN_UPDATE_REVERTED, device_state(&dev));
    CHECK_EQ(TN_ERR_FLASH, device_field(&dev, TN_UPDATE_FIELD_STATUS));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
    CHECK_EQ(1, offer());
}

TEST(a_former_model_of_the_same_second_is_no_candidate)
{
    start();
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    model_make(&other, 3, 1500, 512, 200, 5);
    CHECK_EQ(TN_OK, device_update(&dev, &other, GOAL_CONFIRM, 1));
    // The other slot holds `model` with all its parts, verified, issued as the manifest accepted last.
    CHECK_EQ(0, device_start(&dev));
    CHECK_EQ(TN_UPDATE_CONFIRMED, device_state(&dev));
    CHECK_EQ((int32_t)tn_manifest_session(other.manifest), device_field(&dev, TN_UPDATE_FIELD_SESSION));
    CHECK_EQ(TN_ERR_STATE, device_activate(&dev));
    CHECK_EQ(TN_ERR_STALE, offer());
}

// Writes a model into the slot that is not active and confirms it, as who has no manifest does.
static void install_by_hand(const model_t *m)
{
    const uint32_t slot = dev.slots.active == 0 ? 1 : 0;
    for (uint32_t sector = 0; sector < tn_slots_sectors(&dev.slots); sector++) {
        CHECK_EQ(TN_OK, tn_slots_erase(&dev.slots, slot, sector));
    }
    CHECK_EQ(TN_OK, tn_slots_write(&dev.slots, slot, 0, m->bytes, m->size));
    CHECK_EQ(TN_OK, tn_slots_confirm(&dev.slots, slot));
    CHECK_EQ(0, device_start(&dev));
}

TEST(a_model_installed_by_hand_is_not_replaced_by_the_one_before)
{
    model_t *by_hand = &other;
    start();
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    model_make(by_hand, 3, 1500, 512, 0, 0);
    install_by_hand(by_hand);
    // The manifest of the model before is the one accepted last, and all its parts are there.
    CHECK_EQ(TN_UPDATE_EMPTY, device_state(&dev));
    CHECK_EQ(TN_ERR_STALE, offer());
    CHECK(slot_holds(&dev, dev.slots.active, by_hand));
    // A refused one does not come back after its trailer has been overwritten.
    start();
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_REFUSE, 1));
    model_make(by_hand, 3, 1500, 512, 0, 0);
    install_by_hand(by_hand);
    CHECK_EQ(TN_ERR_STALE, offer());
    // Twice: what is closed stays closed.
    model_make(by_hand, 4, 1500, 512, 0, 0);
    install_by_hand(by_hand);
    CHECK_EQ(TN_ERR_STALE, offer());
    model_make(&model, 2, 1500, 512, 201, 5);
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
}

static bool refuses_journals(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    return (area == TN_AREA_SELECT || count != 4) && sim_program(user, area, offset, bytes, count);
}

TEST(a_reverted_candidate_does_not_come_back_where_its_journal_could_not_say_so)
{
    start();
    receive();
    CHECK_EQ(TN_OK, device_receive(&dev, &model, 1));
    CHECK_EQ(TN_OK, device_activate(&dev));
    dev.sim.flash.program = refuses_journals;
    CHECK_EQ(TN_OK, tn_update_revert(&dev.update, TN_ERR_HEALTH));
    CHECK(slot_holds(&dev, dev.slots.active, &other));
    CHECK_EQ(0, device_start(&dev));
    CHECK_EQ(TN_UPDATE_CONFIRMED, device_state(&dev));
    CHECK_EQ(TN_ERR_STALE, offer());
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
