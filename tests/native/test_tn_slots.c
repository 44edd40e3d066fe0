// The two slots and their selector: what is refused, and that no power cut at any operation loses the active model.

#include "tn/tn_slots.h"

#include "ram_flash.h"
#include "test_blobs.h"
#include "tn/tn.h"
#include "tn_blob.h"
#include "tn_slot_record.h"
#include "tn_test.h"

static ram_flash_t ram;
static tn_slots_t slots;

static const uint32_t units[] = {1, 2, 4, 8, 16, 32};

// Model version of the blob in the active slot, which must open and prove itself; -1 where none is active.
static int64_t active_version(void)
{
    static uint8_t arena[256] __attribute__((aligned(16)));
    tn_model_t model;
    uint32_t bytes, most;
    if (slots.active < 0) {
        return -1;
    }
    const uint32_t slot = (uint32_t)slots.active;
    if (tn_slots_length(&slots, slot, &bytes) != TN_OK
        || tn_model_open(&model, tn_slots_map(&slots, slot, &most), bytes, arena, sizeof arena) != TN_OK
        || tn_model_prove(&model) != TN_OK) {
        return -2;
    }
    return model.model_version;
}

// Puts a blob into the slot that is not active, in parts of `part` bytes, and confirms it.
static tn_status_t update(const blob_t *blob, uint32_t part)
{
    const uint32_t slot = slots.active == 0 ? 1 : 0;
    tn_status_t status = TN_OK;
    for (uint32_t sector = 0; status == TN_OK && sector < tn_slots_sectors(&slots); sector++) {
        status = tn_slots_erase(&slots, slot, sector);
    }
    for (uint32_t at = 0; status == TN_OK && at < blob->size; at += part) {
        status = tn_slots_write(&slots, slot, at, blob->bytes + at, part < blob->size - at ? part : blob->size - at);
    }
    return status == TN_OK ? tn_slots_confirm(&slots, slot) : status;
}

static void start(uint32_t unit, uint32_t seed)
{
    ram_flash_init(&ram, unit, seed);
    CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
}

static void install(uint32_t version)
{
    const blob_t blob = blob_of_version(version);
    CHECK_EQ(TN_OK, update(&blob, 64));
    CHECK_EQ(version, active_version());
}

TEST(slots_without_flash_are_empty)
{
    uint32_t bytes;
    uint8_t byte = 0;
    CHECK_EQ(TN_OK, tn_slots_init(&slots, NULL));
    CHECK_EQ(-1, slots.active);
    CHECK_EQ(0, tn_slots_bytes(&slots));
    CHECK_EQ(TN_ERR_EMPTY, tn_slots_length(&slots, 0, &bytes));
    CHECK_EQ(TN_ERR_EMPTY, tn_slots_read(&slots, 0, 0, &byte, 1));
    CHECK_EQ(TN_ERR_FLASH, tn_slots_erase(&slots, 0, 0));
    CHECK_EQ(TN_ERR_FLASH, tn_slots_write(&slots, 0, 0, &byte, 1));
    CHECK_EQ(TN_ERR_FLASH, tn_slots_confirm(&slots, 0));
}

TEST(slots_refuse_a_geometry_that_breaks_the_rules)
{
    for (int i = 0; i < 9; i++) {
        ram_flash_init(&ram, 4, 1);
        switch (i) {
        case 0: ram.flash.unit = 0; break;
        case 1: ram.flash.unit = 24; break;
        case 2: ram.flash.unit = 64; break;
        case 3: ram.flash.areas[TN_AREA_SLOT1].sectors = 1; break;
        case 4: ram.flash.areas[TN_AREA_SELECT].sectors = 3; break;
        case 5: ram.flash.areas[TN_AREA_SELECT].sector_bytes = 32; break;
        case 6: ram.flash.areas[TN_AREA_SELECT].sectors = 0; break;
        case 7: ram.flash.areas[TN_AREA_SLOT0] = ram.flash.areas[TN_AREA_SLOT1] = (tn_flash_area_t){0x10000, 0x10000}; break;
        default: ram.flash.areas[TN_AREA_SELECT].sector_bytes = 100; break;
        }
        CHECK_EQ(TN_ERR_FLASH, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(0, tn_slots_bytes(&slots));
    }
}

TEST(slots_take_updates_in_turn)
{
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        start(units[i], 1);
        CHECK_EQ(-1, active_version());
        for (uint32_t version = 1; version <= 5; version++) {
            install(version);
            CHECK_EQ((version + 1) % 2, slots.active);
            CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
            CHECK_EQ(version, active_version());
        }
    }
}

TEST(slots_protect_the_active_one)
{
    const uint8_t bytes[32] = {0};
    start(4, 1);
    install(1);
    CHECK_EQ(0, slots.active);
    CHECK_EQ(TN_ERR_ARG, tn_slots_erase(&slots, 0, 0));
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 0, 512, bytes, 4));
    CHECK_EQ(1, active_version());
}

TEST(slots_refuse_what_lies_outside)
{
    uint8_t bytes[64] = {0};
    uint32_t length;
    start(4, 1);
    CHECK_EQ(TN_ERR_ARG, tn_slots_erase(&slots, 2, 0));
    CHECK_EQ(TN_ERR_ARG, tn_slots_erase(&slots, 0, RAM_SLOT_SECTORS));
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 2, 0, bytes, 4));
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 0, 1024, bytes, 4));
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 0, 1020, bytes, 8));
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 0, 0xFFFFFFFCu, bytes, 8));
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 0, 2, bytes, 4));
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 0, 0, NULL, 4));
    CHECK_EQ(TN_OK, tn_slots_write(&slots, 0, 1024, bytes, 0));
    CHECK_EQ(TN_ERR_ARG, tn_slots_read(&slots, 0, 1023, bytes, 2));
    CHECK_EQ(TN_ERR_ARG, tn_slots_read(&slots, 2, 0, bytes, 2));
    CHECK_EQ(TN_ERR_ARG, tn_slots_read(&slots, 0, 0xFFFFFFFFu, bytes, 2));
    CHECK_EQ(TN_OK, tn_slots_read(&slots, 0, 1022, bytes, 2));
    CHECK_EQ(TN_ERR_ARG, tn_slots_length(&slots, 2, &length));
    CHECK_EQ(TN_ERR_ARG, tn_slots_confirm(&slots, 2));
}

TEST(slots_fill_up_the_last_unit_and_refuse_to_write_it_again)
{
    uint8_t bytes[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    start(8, 1);
    CHECK_EQ(TN_OK, tn_slots_write(&slots, 0, 8, bytes, 9));
    CHECK_BYTES(bytes, ram.slots[0] + 8, 9);
    CHECK_EQ(0xFF, ram.slots[0][17]);
    CHECK_EQ(TN_ERR_ARG, tn_slots_write(&slots, 0, 16, bytes, 8));
    CHECK_EQ(TN_OK, tn_slots_write(&slots, 0, 24, bytes, 8));
}

TEST(slots_notice_what_the_flash_did_not_take)
{
    const uint8_t zeros[32] = {0};
    start(4, 1);
    ram_flash_power(&ram, 1);
    CHECK_EQ(TN_ERR_FLASH, tn_slots_write(&slots, 0, 0, zeros, 32));
    CHECK_EQ(TN_ERR_FLASH, tn_slots_erase(&slots, 0, 0));
}

TEST(confirm_refuses_a_blob_that_is_not_whole)
{
    const blob_t blob = blob_of_version(1);
    start(4, 1);
    CHECK_EQ(TN_ERR_EMPTY, tn_slots_confirm(&slots, 0));
    CHECK_EQ(TN_OK, tn_slots_write(&slots, 0, 0, blob.bytes, 320));
    CHECK_EQ(TN_ERR_CHECKSUM, tn_slots_confirm(&slots, 0));
    CHECK_EQ(TN_OK, tn_slots_write(&slots, 0, 320, blob.bytes + 320, blob.size - 320));
    ram.slots[0][4] = 2;
    CHECK_EQ(TN_ERR_VERSION, tn_slots_confirm(&slots, 0));
    ram.slots[0][4] = 1;
    blob_put_u32(ram.slots[0] + 8, 1025);
    CHECK_EQ(TN_ERR_EMPTY, tn_slots_confirm(&slots, 0));
    CHECK_EQ(-1, slots.active);
    blob_put_u32(ram.slots[0] + 8, blob.size);
    CHECK_EQ(TN_OK, tn_slots_confirm(&slots, 0));
    CHECK_EQ(0, slots.active);
}

TEST(confirm_of_the_active_slot_writes_nothing)
{
    start(4, 1);
    install(1);
    ram_flash_power(&ram, 0);
    CHECK_EQ(TN_OK, tn_slots_confirm(&slots, 0));
    CHECK_EQ(0, ram.operations);
}

TEST(record_goes_there_and_back)
{
    const tn_slot_record_t record = {0x01020304, 1, 2, 481, 0xCAF9E3F0, 0x05060708, 0x090A0B0C, 0x0D0E};
    tn_slot_record_t back;
    uint8_t bytes[TN_SLOT_RECORD_BYTES];
    tn_slot_record_write(&record, bytes);
    CHECK_BYTES("TNSL\x04\x03\x02\x01\x01\x02\x0E\x0D\xE1\x01\x00\x00\xF0\xE3\xF9\xCA\x08\x07\x06\x05\x0C\x0B\x0A\x09", bytes, 28);
    CHECK(tn_slot_record_read(bytes, &back));
    CHECK_BYTES(&record, &back, sizeof record);
    for (uint32_t bit = 0; bit < 8 * TN_SLOT_RECORD_BYTES; bit++) {
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        CHECK(!tn_slot_record_read(bytes, &back));
        bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

// Both copies of a sector's record.
static void put_record(uint32_t sector, uint32_t sequence, uint32_t slot)
{
    tn_slot_record_t record = {.sequence = sequence, .slot = slot, .blob_bytes = tn_read_u32(ram.slots[slot] + 8),
                               .blob_crc = tn_read_u32(ram.slots[slot] + 12)};
    for (uint32_t copy = 0; copy < TN_SLOT_RECORD_COPIES; copy++) {
        tn_slot_record_write(&record, ram.select + sector * RAM_SELECT_SECTOR + copy * TN_SLOT_RECORD_BYTES);
    }
}

TEST(selector_picks_the_newer_record_across_the_wrap)
{
    start(4, 1);
    install(1);
    install(2);
    static const uint32_t pairs[][2] = {{0, 1}, {0xFFFFFFFF, 0}, {0xFFFFFFFE, 2}, {0x7FFFFFFF, 0x80000000}, {5, 0x80000004}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        put_record(0, pairs[i][0], 0);
        put_record(1, pairs[i][1], 1);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(1, slots.active);
        put_record(0, pairs[i][1], 0);
        put_record(1, pairs[i][0], 1);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(0, slots.active);
        // The next confirmation is newer still.
        install(3);
        CHECK_EQ(1, slots.active);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(1, slots.active);
        put_record(0, pairs[i][0], 0);
    }
}

TEST(selector_keeps_the_highest_floors_and_the_newest_session)
{
    start(4, 1);
    install(1);
    install(2);
    for (uint32_t newer = 0; newer < 2; newer++) {
        for (uint32_t sector = 0; sector < 2; sector++) {
            tn_slot_record_t record = {.sequence = sector == newer ? 2 : 1, .slot = 0, .blob_bytes = 64, .counter = 5 + sector,
                                       .issued = 9 - sector, .session = 7 + sector};
            for (uint32_t copy = 0; copy < TN_SLOT_RECORD_COPIES; copy++) {
                tn_slot_record_write(&record, ram.select + sector * RAM_SELECT_SECTOR + copy * TN_SLOT_RECORD_BYTES);
            }
        }
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(-1, slots.active);
        CHECK_EQ(6, slots.counter);
        CHECK_EQ(9, slots.issued);
        CHECK_EQ(7 + newer, slots.session);
        // The next record must not erase the newest one, though that names no blob.
        CHECK_EQ(newer, slots.sector);
    }
}

TEST(trial_counts_only_as_the_newest_record)
{
    start(4, 1);
    install(1);
    install(2);
    for (uint32_t trial = 0; trial <= 2; trial++) {
        put_record(0, 6, 0);
        put_record(1, 7, 1);
        tn_slot_record_t record = {.sequence = 7, .slot = 1, .trial = trial, .blob_bytes = tn_read_u32(ram.slots[1] + 8),
                                   .blob_crc = tn_read_u32(ram.slots[1] + 12)};
        tn_slot_record_write(&record, ram.select + RAM_SELECT_SECTOR);
        tn_slot_record_write(&record, ram.select + RAM_SELECT_SECTOR + TN_SLOT_RECORD_BYTES);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(1, slots.active);
        CHECK_EQ(trial, slots.trial);
        // Neither slot can be changed during a trial.
        CHECK_EQ(TN_ERR_ARG, tn_slots_erase(&slots, 1, 0));
        CHECK_EQ(trial == 0 ? TN_OK : TN_ERR_ARG, tn_slots_erase(&slots, 0, 1));
        // A newer record that names nothing.
        record = (tn_slot_record_t){.sequence = 8};
        tn_slot_record_write(&record, ram.select);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(trial == 0 ? 1 : -1, slots.active);
    }
}

TEST(confirm_ends_a_trial)
{
    start(4, 1);
    install(1);
    install(2);
    tn_slot_record_t record = {.slot = 1, .trial = 1, .blob_bytes = tn_read_u32(ram.slots[1] + 8),
                               .blob_crc = tn_read_u32(ram.slots[1] + 12), .counter = 3, .issued = 4, .session = 5};
    CHECK_EQ(TN_OK, tn_slots_put(&slots, &record));
    CHECK_EQ(1, slots.trial);
    CHECK_EQ(TN_OK, tn_slots_confirm(&slots, 1));
    CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
    CHECK_EQ(1, slots.active);
    CHECK_EQ(0, slots.trial);
    CHECK_EQ(3, slots.counter);
    CHECK_EQ(4, slots.issued);
    CHECK_EQ(TN_SLOT_SESSION_LAST, slots.session);
}

TEST(selector_survives_each_single_bit_flip)
{
    start(4, 1);
    install(1);
    install(2);
    // An update is under way: the old slot holds nothing any more.
    CHECK_EQ(TN_OK, tn_slots_erase(&slots, 0, 0));
    for (uint32_t bit = 0; bit < 8 * sizeof ram.select; bit++) {
        ram.select[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        CHECK_EQ(2, active_version());
        ram.select[bit / 8] ^= (uint8_t)(1u << (bit % 8));
    }
}

TEST(selector_falls_back_to_the_old_slot_only_while_it_holds_the_old_blob)
{
    start(4, 1);
    install(1);
    install(2);
    // Sector 1 holds the newer record.
    memset(ram.select + RAM_SELECT_SECTOR, 0, RAM_SELECT_SECTOR);
    CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
    CHECK_EQ(1, active_version());
    const blob_t other = blob_of_version(3);
    memcpy(ram.slots[0], other.bytes, other.size);
    CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
    CHECK_EQ(-1, slots.active);
    // And a confirmation puts everything right.
    install(4);
}

TEST(selector_leaves_a_slot_whose_header_is_broken)
{
    start(4, 1);
    install(1);
    install(2);
    ram.slots[1][13] ^= 1;
    CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
    CHECK_EQ(1, active_version());
    install(3);
    CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
    CHECK_EQ(3, active_version());
}

// Every operation of an update is cut, in many ways each; afterwards the old or the new model is active, and another update succeeds.
TEST(power_cut_at_any_operation_keeps_a_confirmed_model)
{
    enum { TRIES = 60 };
    static ram_flash_t before;
    const blob_t blob = blob_of_version(3);
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        start(units[i], 0x1234567u + (uint32_t)i);
        install(1);
        install(2);
        before = ram;
        bool finished = false;
        for (uint32_t cut = 1; !finished; cut++) {
            for (uint32_t attempt = 0; attempt < TRIES; attempt++) {
                const uint32_t random = ram.random;
                ram = before;
                ram.random = random;
                CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
                ram_flash_power(&ram, cut);
                const tn_status_t status = update(&blob, 96);
                finished = !ram.dead;
                CHECK_EQ(finished, status == TN_OK);
                ram_flash_power(&ram, 0);
                CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
                const int64_t version = active_version();
                CHECK(version == 3 || (version == 2 && status != TN_OK));
                install(4);
                CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
                CHECK_EQ(4, active_version());
            }
        }
    }
}

TEST(power_cut_of_the_first_update_leaves_nothing_or_the_model)
{
    const blob_t blob = blob_of_version(1);
    bool finished = false;
    for (uint32_t cut = 1; !finished; cut++) {
        for (uint32_t seed = 1; seed <= 40; seed++) {
            start(4, seed * 7919u);
            ram_flash_power(&ram, cut);
            const tn_status_t status = update(&blob, 96);
            finished = !ram.dead;
            ram_flash_power(&ram, 0);
            CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
            const int64_t version = active_version();
            CHECK(version == 1 || (version == -1 && status != TN_OK));
            install(2);
        }
    }
}

// A long life: updates that are cut again and again, each beginning where the last one was torn.
TEST(power_cuts_in_a_row_keep_a_confirmed_model)
{
    const uint32_t seed = 20261122u;
    printf("seed %u\n", (unsigned)seed);
    start(8, seed);
    install(1);
    int64_t known = 1;
    uint32_t updates = 0;
    for (uint32_t version = 2; version < 4000; version++) {
        const blob_t blob = blob_of_version(version);
        ram_flash_power(&ram, 1 + ram_random(&ram) % 20);
        const tn_status_t status = update(&blob, 64);
        ram_flash_power(&ram, 0);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, &ram.flash));
        const int64_t now = active_version();
        CHECK(now == version || (now == known && status != TN_OK));
        updates += now == version;
        known = now;
    }
    CHECK(updates > 400);
}
