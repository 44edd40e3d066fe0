// Updates of a device: the whole way through the doors, and what the doors keep out. tn_update.c has tests of its own.

#if defined(TEST_PSA)

#include "signed_manifest.h"
#include "tn/tn_device.h"
#include "tn_flash_ram.h"
#include "tn_test.h"

enum { ARENA = 2048, SECTOR = 512, SLOT = 2048 };

static uint8_t arena[ARENA] __attribute__((aligned(16)));
static uint8_t manifest[TN_MANIFEST_BYTES];
static uint8_t part_index[16];
static tn_device_t device;
static tn_flash_t *flash;
static signer_t signer;
static blob_t blob;

static uint32_t no_time(void *user)
{
    (void)user;
    return 0;
}

static void restart(void)
{
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, ARENA, flash, no_time, NULL));
    CHECK_EQ(TN_OK, tn_device_set_trust(&device, "bench", &signer.trusted, 1));
}

static int32_t field(int32_t index)
{
    int32_t fields[TN_UPDATE_FIELDS];
    CHECK_EQ(TN_UPDATE_FIELDS, tn_device_update_status(&device, fields, TN_UPDATE_FIELDS));
    return fields[index];
}

// A device whose slot 0 has version 1, and a manifest for version 2.
static void start(void)
{
    if (signer.key == 0) {
        signer_make(&signer);
    }
    tn_flash_ram_close(flash);
    flash = tn_flash_ram_open(SECTOR, SLOT, 4);
    REQUIRE(flash != NULL);
    restart();
    blob = blob_of_version(1);
    const int32_t size = (int32_t)blob.size;
    CHECK_EQ(TN_OK, tn_device_slot_erase(&device, 0));
    CHECK_EQ(TN_OK, tn_device_slot_write(&device, 0, 0, blob.bytes, size, 0, size));
    CHECK_EQ(TN_OK, tn_device_slot_confirm(&device, 0));
    blob = blob_of_version(2);
    manifest_of(manifest, part_index, &blob, 1000, &signer);
    CHECK_EQ(0, tn_device_update_boot(&device));
}

static int32_t offer(void)
{
    return tn_device_update_offer(&device, manifest, TN_MANIFEST_BYTES, 0, TN_MANIFEST_BYTES);
}

static void receive(void)
{
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_OK, tn_device_update_begin(&device));
    CHECK_EQ(TN_UPDATE_RECEIVING, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(0, tn_device_update_missing(&device, 0));
    CHECK_EQ(0, tn_device_update_store(&device, 0, part_index, 16, 0, 16));
    CHECK_EQ(1, tn_device_update_missing(&device, 0));
}

static void store(void)
{
    receive();
    CHECK_EQ(0, tn_device_update_store(&device, 1, blob.bytes, BLOB_MOST, 0, (int32_t)blob.size));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_update_missing(&device, 0));
    CHECK_EQ(TN_OK, tn_device_update_finish(&device));
    CHECK_EQ(TN_UPDATE_STORED, field(TN_UPDATE_FIELD_STATE));
}

static void check_version(int32_t slot, int32_t version)
{
    const int32_t model = tn_device_open_slot(&device, slot);
    CHECK(model >= 0);
    CHECK_EQ(version, tn_device_count(&device, model, TN_COUNT_VERSION));
    CHECK_EQ(TN_OK, tn_device_close(&device, model));
}

TEST(update_goes_all_the_way)
{
    start();
    CHECK_EQ(0, field(TN_UPDATE_FIELD_STATE));
    receive();
    CHECK_EQ(TN_ERR_ARG, tn_device_update_store(&device, 1, blob.bytes, BLOB_MOST, 0, (int32_t)blob.size - 1));
    CHECK_EQ(TN_ERR_HASH, tn_device_update_store(&device, 1, blob.bytes, BLOB_MOST, 1, (int32_t)blob.size));
    CHECK_EQ(0, tn_device_update_store(&device, 1, blob.bytes, BLOB_MOST, 0, (int32_t)blob.size));
    CHECK_EQ(1, tn_device_update_store(&device, 1, blob.bytes, BLOB_MOST, 0, (int32_t)blob.size));
    CHECK_EQ(1, offer());
    CHECK_EQ(TN_OK, tn_device_update_finish(&device));
    check_version(1, 2);
    CHECK_EQ(0, tn_device_slot_active(&device));
    CHECK_EQ(TN_OK, tn_device_update_activate(&device));
    CHECK_EQ(TN_UPDATE_TRIAL, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(1, tn_device_slot_active(&device));
    restart();
    CHECK_EQ(0, tn_device_update_boot(&device));
    CHECK_EQ(1, field(TN_UPDATE_FIELD_ATTEMPTS));
    CHECK_EQ(TN_OK, tn_device_update_confirm(&device));
    restart();
    CHECK_EQ(TN_UPDATE_CONFIRMED, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(77, field(TN_UPDATE_FIELD_ROLLOUT));
    CHECK_EQ(1, tn_device_slot_active(&device));
    check_version(1, 2);
}

TEST(update_reverts_when_told_and_after_too_many_starts)
{
    start();
    store();
    CHECK_EQ(TN_OK, tn_device_update_activate(&device));
    CHECK_EQ(TN_OK, tn_device_update_revert(&device, TN_ERR_HEALTH));
    CHECK_EQ(0, tn_device_slot_active(&device));
    CHECK_EQ(TN_ERR_HEALTH, field(TN_UPDATE_FIELD_STATUS));
    CHECK_EQ(1, offer());
    start();
    store();
    CHECK_EQ(TN_OK, tn_device_update_activate(&device));
    int32_t reverted = 0;
    uint32_t starts = 0;
    for (; reverted == 0 && starts < 10; starts++) {
        restart();
        reverted = tn_device_update_boot(&device);
    }
    CHECK_EQ(1, reverted);
    CHECK_EQ(TN_UPDATE_ATTEMPTS + 1, starts);
    CHECK_EQ(0, tn_device_slot_active(&device));
    CHECK_EQ(TN_ERR_RESTARTS, field(TN_UPDATE_FIELD_STATUS));
    check_version(0, 1);
}

TEST(update_has_the_slots_to_itself)
{
    uint8_t byte = 0;
    start();
    receive();
    CHECK_EQ(TN_ERR_STATE, tn_device_slot_erase(&device, 1));
    CHECK_EQ(TN_ERR_STATE, tn_device_slot_erase_step(&device, 1, 0));
    CHECK_EQ(TN_ERR_STATE, tn_device_slot_write(&device, 1, 0, &byte, 1, 0, 1));
    CHECK_EQ(TN_ERR_STATE, tn_device_slot_confirm(&device, 1));
    CHECK_EQ(0, tn_device_update_store(&device, 1, blob.bytes, BLOB_MOST, 0, (int32_t)blob.size));
    // Whole, but a chunk that is found torn would change under the model.
    CHECK_EQ(TN_ERR_STATE, tn_device_open_slot(&device, 1));
    CHECK_EQ(TN_OK, tn_device_update_finish(&device));
    CHECK_EQ(TN_ERR_STATE, tn_device_slot_confirm(&device, 1));
    CHECK_EQ(TN_OK, tn_device_update_activate(&device));
    // The slot to go back to.
    CHECK_EQ(TN_ERR_STATE, tn_device_slot_erase(&device, 0));
    CHECK_EQ(TN_ERR_STATE, tn_device_slot_confirm(&device, 0));
    CHECK_EQ(TN_OK, tn_device_update_confirm(&device));
    CHECK_EQ(TN_OK, tn_device_slot_erase(&device, 0));
    CHECK_EQ(TN_UPDATE_CONFIRMED, field(TN_UPDATE_FIELD_STATE));
}

TEST(update_does_not_erase_under_a_model)
{
    start();
    store();
    CHECK_EQ(0, tn_device_open_slot(&device, 1));
    const blob_t next = blob_of_version(3);
    manifest_of(manifest, part_index, &next, 1001, &signer);
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_ERR_ARG, tn_device_update_begin(&device));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_begin_step(&device));
    CHECK_EQ(TN_UPDATE_STORED, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(TN_OK, tn_device_close(&device, 0));
    CHECK_EQ(0, tn_device_update_begin_step(&device));
    // Opened between two steps.
    if (tn_device_open_slot(&device, 1) >= 0) {
        CHECK_EQ(TN_ERR_ARG, tn_device_update_begin_step(&device));
        CHECK_EQ(TN_OK, tn_device_close(&device, 0));
    }
    CHECK_EQ(TN_OK, tn_device_update_begin(&device));
    CHECK_EQ(TN_UPDATE_RECEIVING, field(TN_UPDATE_FIELD_STATE));
}

TEST(update_forgets_its_offer_when_slots_change)
{
    start();
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_OK, tn_device_slot_erase(&device, 1));
    CHECK_EQ(TN_ERR_STATE, tn_device_update_begin(&device));
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_OK, tn_device_update_begin(&device));
}

TEST(update_by_copies_and_patches_of_the_active_slot)
{
    uint8_t patch[64];
    start();
    receive();
    // Versions differ in the header alone, bytes 12 to 27.
    CHECK_EQ(TN_ERR_HASH, tn_device_update_copy(&device, 1, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_copy(&device, 1, SLOT));
    manifest_u16(patch, 0x8000u | 12u);
    blob_put_u32(patch + 2, 0);
    manifest_u16(patch + 6, 16);
    memcpy(patch + 8, blob.bytes + 12, 16);
    manifest_u16(patch + 24, 0x8000u | (blob.size - 28u));
    blob_put_u32(patch + 26, 28);
    CHECK_EQ(TN_ERR_FORMAT, tn_device_update_patch(&device, 1, patch, 64, 0, 29));
    CHECK_EQ(0, tn_device_update_patch(&device, 1, patch, 64, 0, 30));
    CHECK_EQ(TN_OK, tn_device_update_finish(&device));
}

TEST(update_refuses_arguments)
{
    uint8_t bytes[4] = {0};
    int32_t fields[TN_UPDATE_FIELDS];
    start();
    receive();
    CHECK_EQ(TN_ERR_ARG, tn_device_update_offer(&device, manifest, TN_MANIFEST_BYTES, 1, TN_MANIFEST_BYTES));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_offer(&device, NULL, TN_MANIFEST_BYTES, 0, TN_MANIFEST_BYTES));
    CHECK_EQ(TN_ERR_MANIFEST, tn_device_update_offer(&device, manifest, TN_MANIFEST_BYTES, 0, 255));
    CHECK_EQ(TN_ERR_MANIFEST, tn_device_update_offer(&device, NULL, 0, 0, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_missing(&device, -1));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_update_missing(&device, INT32_MAX));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_store(&device, -1, bytes, 4, 0, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_store(&device, 2, bytes, 4, 0, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_store(&device, 1, bytes, 4, 1, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_store(&device, 1, bytes, 4, 0, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_store(&device, 1, NULL, 4, 0, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_copy(&device, -1, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_copy(&device, 1, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_copy(&device, 1, INT32_MAX));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_patch(&device, 1, bytes, 4, -1, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_patch(&device, -1, bytes, 4, 0, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_status(&device, fields, TN_UPDATE_FIELDS - 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_status(&device, NULL, TN_UPDATE_FIELDS));
    CHECK(tn_device_update_refuse(&device, 0) < 0);
    CHECK(tn_device_update_refuse(&device, INT32_MIN) < 0);
    CHECK_EQ(TN_ERR_STATE, tn_device_update_revert(&device, TN_ERR_HEALTH));
    CHECK_EQ(TN_ERR_STATE, tn_device_update_confirm(&device));
    CHECK_EQ(TN_UPDATE_RECEIVING, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(TN_OK, tn_device_update_refuse(&device, TN_ERR_PROOF));
    CHECK_EQ(TN_UPDATE_REFUSED, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(1, offer());
    CHECK_EQ(TN_ERR_ARG, tn_device_set_trust(&device, "a name that is too long for it", &signer.trusted, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_set_trust(&device, "bench", NULL, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_set_trust(NULL, "bench", NULL, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_boot(NULL));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_begin(NULL));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_finish(NULL));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_activate(NULL));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_confirm(NULL));
    CHECK_EQ(TN_ERR_ARG, tn_device_update_missing(NULL, 0));
}

TEST(update_trusts_nobody_and_needs_flash)
{
    start();
    CHECK_EQ(TN_OK, tn_device_set_trust(&device, "bench", NULL, 0));
    CHECK_EQ(TN_ERR_KEY, offer());
    CHECK_EQ(TN_OK, tn_device_set_trust(&device, "other", &signer.trusted, 1));
    CHECK_EQ(TN_ERR_HARDWARE, offer());
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, ARENA, NULL, no_time, NULL));
    CHECK_EQ(0, tn_device_update_boot(&device));
    CHECK_EQ(0, field(TN_UPDATE_FIELD_STATE));
    CHECK_EQ(-1, field(TN_UPDATE_FIELD_CANDIDATE));
    CHECK(offer() < 0);
}

#else

#include "tn_test.h"

TEST(update_without_cryptography)
{
    SKIP("this build has no mbedTLS to sign and verify with");
}

#endif
