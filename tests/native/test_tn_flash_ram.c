// Flash in memory: the rules of tn_flash.h, and power that fails.

#include "tn_flash_ram.h"

#include "test_blobs.h"
#include "tn/tn_slots.h"
#include "tn_test.h"

enum { SECTOR = 512, SLOT = 1024, UNIT = 8 };

TEST(ram_flash_is_erased_and_only_clears_bits)
{
    tn_flash_t *flash = tn_flash_ram_open(SECTOR, SLOT, UNIT);
    static const uint8_t first[UNIT] = {0xF0, 1, 2, 3, 4, 5, 6, 7};
    static const uint8_t second[UNIT] = {0x3C, 1, 2, 3, 4, 5, 6, 0};
    uint8_t bytes[UNIT];
    REQUIRE(flash != NULL);
    CHECK_EQ(0, (uintptr_t)flash->map(flash->user, TN_AREA_SLOT1) % TN_ARENA_ALIGN);
    for (uint32_t area = 0; area < TN_FLASH_AREAS; area++) {
        for (uint32_t i = 0; i < tn_flash_area_bytes(flash, area); i++) {
            CHECK_EQ(0xFF, flash->map(flash->user, area)[i]);
        }
    }
    CHECK(flash->program(flash->user, TN_AREA_SLOT1, SLOT - UNIT, first, UNIT));
    CHECK(flash->program(flash->user, TN_AREA_SLOT1, SLOT - UNIT, second, UNIT));
    CHECK(flash->read(flash->user, TN_AREA_SLOT1, SLOT - UNIT, bytes, UNIT));
    CHECK_BYTES("\x30\1\2\3\4\5\6\0", bytes, UNIT);
    CHECK_EQ(0xFF, flash->map(flash->user, TN_AREA_SELECT)[0]);
    CHECK(flash->erase(flash->user, TN_AREA_SLOT1, 1));
    CHECK_EQ(0xFF, flash->map(flash->user, TN_AREA_SLOT1)[SLOT - UNIT]);
    CHECK(!flash->erase(flash->user, TN_AREA_SLOT1, 2));
    CHECK(!flash->program(flash->user, TN_AREA_SLOT1, SLOT - UNIT + 1, first, UNIT));
    CHECK(!flash->program(flash->user, TN_AREA_SLOT1, SLOT, first, UNIT));
    CHECK(!flash->program(flash->user, TN_AREA_SLOT1, 0, first, UNIT - 1));
    CHECK(!flash->program(flash->user, TN_AREA_SLOT1, 0, first, 0));
    CHECK(!flash->read(flash->user, TN_FLASH_AREAS, 0, bytes, 1));
    CHECK(!flash->read(flash->user, TN_AREA_SLOT0, SLOT, bytes, 1));
    tn_flash_ram_counts_t counts;
    tn_flash_ram_counts(flash, &counts);
    CHECK_EQ(1, counts.erases);
    CHECK_EQ(2 * UNIT, counts.programmed);
    tn_flash_ram_close(flash);
    tn_flash_ram_close(NULL);
}

TEST(ram_flash_of_another_shape_is_refused)
{
    CHECK(tn_flash_ram_open(100, 1000, 4) == NULL);
    CHECK(tn_flash_ram_open(SECTOR, SLOT + 1, 4) == NULL);
    CHECK(tn_flash_ram_open(SECTOR, 0, 4) == NULL);
    CHECK(tn_flash_ram_open(0, SLOT, 4) == NULL);
    CHECK(tn_flash_ram_open(SECTOR, SLOT, 3) == NULL);
    CHECK(tn_flash_ram_open(SECTOR, SLOT, 64) == NULL);
}

// Whenever the power fails while a second model is confirmed, one of the two is active.
TEST(ram_flash_without_power_keeps_a_model)
{
    const blob_t blob = blob_of_version(1);
    bool done = false;
    uint32_t cut = 0;
    for (cut = 1; !done && cut < 100; cut++) {
        tn_flash_t *flash = tn_flash_ram_open(SECTOR, SLOT, UNIT);
        tn_slots_t slots;
        REQUIRE(flash != NULL);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
        for (uint32_t slot = 0; slot < 2; slot++) {
            CHECK_EQ(TN_OK, tn_slots_write(&slots, slot, 0, blob.bytes, blob.size));
        }
        CHECK_EQ(TN_OK, tn_slots_confirm(&slots, 0));
        tn_flash_ram_power(flash, cut);
        done = tn_slots_confirm(&slots, 1) == TN_OK;
        tn_flash_ram_power(flash, 0);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
        CHECK(slots.active == 0 || slots.active == 1);
        CHECK(!done || slots.active == 1);
        tn_flash_ram_close(flash);
    }
    CHECK(done && cut > 3);
}
