// What neither comes back nor goes on for ever: former models, models of manifests that are at their end, trials that nobody counts.

#include "candidate_test.h"
#include "tn_slot_record.h"

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
