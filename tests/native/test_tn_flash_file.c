// Flash in a file: what a device stored is there for the next process, also for one that follows a killed one.

#define _POSIX_C_SOURCE 200809L

#include "tn_flash_file.h"

#include <signal.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "test_blobs.h"
#include "tn/tn.h"
#include "tn/tn_slots.h"
#include "tn_test.h"

enum { SECTOR = 1024, SLOT = 2048, FILE_BYTES = 2 * SLOT + 2 * SECTOR };

static char path[64];

static void fresh_path(void)
{
    (void)snprintf(path, sizeof path, "/tmp/tn_flash_%ld.bin", (long)getpid());
    (void)unlink(path);
}

static long file_bytes(void)
{
    FILE *file = fopen(path, "rb");
    long size = -1;
    if (file != NULL) {
        (void)fseek(file, 0, SEEK_END);
        size = ftell(file);
        fclose(file);
    }
    return size;
}

static tn_flash_t *open_flash(uint32_t delay_us)
{
    return tn_flash_file_open(path, SECTOR, SLOT, 8, delay_us, delay_us);
}

static int64_t active_version(const tn_slots_t *slots)
{
    static uint8_t arena[256] __attribute__((aligned(16)));
    tn_model_t model;
    uint32_t bytes, most;
    if (slots->active < 0) {
        return -1;
    }
    const uint32_t slot = (uint32_t)slots->active;
    if (tn_slots_length(slots, slot, &bytes) != TN_OK
        || tn_model_open(&model, tn_slots_map(slots, slot, &most), bytes, arena, sizeof arena) != TN_OK
        || tn_model_prove(&model) != TN_OK) {
        return -2;
    }
    return model.model_version;
}

static tn_status_t update(tn_slots_t *slots, uint32_t version)
{
    const uint32_t slot = slots->active == 0 ? 1 : 0;
    const blob_t blob = blob_of_version(version);
    tn_status_t status = TN_OK;
    for (uint32_t sector = 0; status == TN_OK && sector < tn_slots_sectors(slots); sector++) {
        status = tn_slots_erase(slots, slot, sector);
    }
    for (uint32_t at = 0; status == TN_OK && at < blob.size; at += 128) {
        status = tn_slots_write(slots, slot, at, blob.bytes + at, blob.size - at < 128 ? blob.size - at : 128);
    }
    return status == TN_OK ? tn_slots_confirm(slots, slot) : status;
}

TEST(file_is_made_erased_and_found_again)
{
    uint8_t bytes[16];
    tn_slots_t slots;
    fresh_path();
    tn_flash_t *flash = open_flash(0);
    REQUIRE(flash != NULL);
    CHECK_EQ(FILE_BYTES, file_bytes());
    CHECK(flash->read(flash->user, TN_AREA_SLOT1, SLOT - 16, bytes, 16));
    CHECK_EQ(0xFF, bytes[0] & bytes[15]);
    CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
    CHECK_EQ(TN_OK, update(&slots, 7));
    CHECK_EQ(7, active_version(&slots));
    tn_flash_file_close(flash);
    flash = open_flash(0);
    REQUIRE(flash != NULL);
    CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
    CHECK_EQ(7, active_version(&slots));
    CHECK_EQ(TN_OK, update(&slots, 8));
    CHECK_EQ(8, active_version(&slots));
    tn_flash_file_close(flash);
    (void)unlink(path);
}

TEST(file_behaves_as_flash)
{
    const uint8_t first[8] = {0xF0, 0xFF, 0x0F, 0xFF, 0xFF, 0xFF, 0xFF, 0xAA};
    const uint8_t second[8] = {0x3C, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0x55};
    static const uint8_t both[8] = {0x30, 0xFF, 0x0F, 0, 0xFF, 0xFF, 0xFF, 0x00};
    fresh_path();
    tn_flash_t *flash = open_flash(0);
    REQUIRE(flash != NULL);
    const uint8_t *slot = flash->map(flash->user, TN_AREA_SLOT1);
    CHECK(flash->program(flash->user, TN_AREA_SLOT1, 1032, first, 8));
    CHECK_BYTES(first, slot + 1032, 8);
    CHECK(flash->program(flash->user, TN_AREA_SLOT1, 1032, second, 8));
    CHECK_BYTES(both, slot + 1032, 8);
    CHECK(flash->program(flash->user, TN_AREA_SLOT1, 0, first, 8));
    CHECK(flash->erase(flash->user, TN_AREA_SLOT1, 1));
    CHECK_EQ(0xFF, slot[1032]);
    CHECK_EQ(0xF0, slot[0]);
    CHECK(flash->sync(flash->user));
    CHECK(!flash->program(flash->user, TN_AREA_SLOT1, 4, first, 8));
    CHECK(!flash->program(flash->user, TN_AREA_SLOT1, 8, first, 4));
    CHECK(!flash->program(flash->user, TN_AREA_SLOT1, SLOT, first, 8));
    CHECK(!flash->program(flash->user, TN_FLASH_AREAS, 0, first, 8));
    CHECK(!flash->erase(flash->user, TN_AREA_SELECT, 2));
    CHECK(!flash->read(flash->user, TN_AREA_SELECT, 2 * SECTOR - 4, (uint8_t[8]){0}, 8));
    tn_flash_file_close(flash);
    (void)unlink(path);
}

TEST(file_of_another_kind_is_refused)
{
    fresh_path();
    CHECK(tn_flash_file_open(NULL, SECTOR, SLOT, 8, 0, 0) == NULL);
    CHECK(tn_flash_file_open(path, 0, SLOT, 8, 0, 0) == NULL);
    CHECK(tn_flash_file_open(path, 96, 960, 8, 0, 0) == NULL);
    CHECK(tn_flash_file_open(path, SECTOR, SLOT + 64, 8, 0, 0) == NULL);
    CHECK(tn_flash_file_open(path, SECTOR, 0, 8, 0, 0) == NULL);
    CHECK(tn_flash_file_open(path, SECTOR, SLOT, 3, 0, 0) == NULL);
    CHECK(tn_flash_file_open(path, SECTOR, 0x20000000u, 8, 0, 0) == NULL);
    CHECK(tn_flash_file_open("/nowhere/at/all", SECTOR, SLOT, 8, 0, 0) == NULL);
    CHECK_EQ(-1, file_bytes());
    tn_flash_file_close(open_flash(0));
    CHECK(tn_flash_file_open(path, SECTOR, 2 * SLOT, 8, 0, 0) == NULL);
    CHECK_EQ(FILE_BYTES, file_bytes());
    (void)unlink(path);
}

TEST(file_operations_take_their_time)
{
    fresh_path();
    tn_flash_t *flash = tn_flash_file_open(path, SECTOR, SLOT, 8, 3000, 1000);
    REQUIRE(flash != NULL);
    uint32_t begin = tn_clock_monotonic(NULL);
    CHECK(flash->erase(flash->user, TN_AREA_SLOT0, 0));
    CHECK(tn_clock_monotonic(NULL) - begin >= 3000);
    begin = tn_clock_monotonic(NULL);
    CHECK(flash->program(flash->user, TN_AREA_SLOT0, 0, (const uint8_t[8]){0}, 8));
    CHECK(tn_clock_monotonic(NULL) - begin >= 1000);
    tn_flash_file_close(flash);
    (void)unlink(path);
}

// Updates without end, until the process is killed. Writes each version to `progress` once it is confirmed.
static void update_for_ever(int progress, uint32_t version)
{
    tn_slots_t slots;
    tn_flash_t *flash = open_flash(400);
    if (flash == NULL || tn_slots_init(&slots, flash) != TN_OK) {
        _exit(2);
    }
    while (update(&slots, version) == TN_OK) {
        if (write(progress, &version, sizeof version) != (ssize_t)sizeof version) {
            _exit(3);
        }
        version++;
    }
    _exit(4);
}

TEST(file_survives_kills_in_the_middle_of_updates)
{
    enum { KILLS = 40 };
    uint32_t random = 424242u, known = 0, confirmed = 0;
    printf("seed %u\n", (unsigned)random);
    fresh_path();
    for (int i = 0; i < KILLS; i++) {
        int pipes[2];
        REQUIRE(pipe(pipes) == 0);
        fflush(stdout);
        const pid_t child = fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            (void)close(pipes[0]);
            update_for_ever(pipes[1], known + 1);
        }
        (void)close(pipes[1]);
        uint32_t told = known, version;
        // Now and then a confirmation is waited for, however slow the computer is.
        if (i % 4 == 0 && read(pipes[0], &version, sizeof version) == (ssize_t)sizeof version) {
            told = version;
            confirmed++;
        }
        // An update takes about ten milliseconds: the kill hits anywhere in the first few of them.
        random = random * 1664525u + 1013904223u;
        const struct timespec pause = {0, (long)(random >> 8) % 30000 * 1000};
        (void)nanosleep(&pause, NULL);
        (void)kill(child, SIGKILL);
        int status = 0;
        CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
        while (read(pipes[0], &version, sizeof version) == (ssize_t)sizeof version) {
            told = version;
            confirmed++;
        }
        (void)close(pipes[0]);
        tn_slots_t slots;
        tn_flash_t *flash = open_flash(0);
        REQUIRE(flash != NULL);
        CHECK_EQ(TN_OK, tn_slots_init(&slots, flash));
        const int64_t active = active_version(&slots);
        // What was told to be confirmed is active, or the next one, whose process died before it could tell.
        CHECK(active == (int64_t)told + 1 || active == (int64_t)told || (told == 0 && active == -1));
        known = active > 0 ? (uint32_t)active : 0;
        tn_flash_file_close(flash);
    }
    CHECK(known > 0 && confirmed > 0);
    (void)unlink(path);
}
