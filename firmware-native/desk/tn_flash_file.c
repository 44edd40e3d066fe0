// Flash in a file: the file is mapped, so that reading is memory, and written piece by piece, so that a process killed in the middle of
// an operation leaves what a power cut leaves. What was written is in the system's page cache: it outlives the process at once, and
// the computer after sync.

#include "tn_flash_file.h"

#include <stdlib.h>
#include <string.h>

#include "tn_flash_backing.h"
#include "tn_flash_shape.h"

enum { PIECES = 8 };

typedef struct flash_file {
    tn_flash_t flash;
    tn_backing_t backing;
    uint32_t start[TN_FLASH_AREAS];
    uint32_t erase_us;
    uint32_t program_us;
} flash_file_t;

static const uint8_t *map(void *user, uint32_t area)
{
    const flash_file_t *file = user;
    return file->backing.bytes + file->start[area];
}

static bool read(void *user, uint32_t area, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    const flash_file_t *file = user;
    if (!tn_flash_fits(&file->flash, area, offset, count)) {
        return false;
    }
    memcpy(bytes, map(user, area) + offset, count);
    return true;
}

// Writes in at most PIECES parts of whole units, with the operation's time spread over them.
static bool write_pieces(flash_file_t *file, uint32_t at, const uint8_t *bytes, uint32_t count, uint32_t us)
{
    const uint32_t unit = file->flash.unit;
    const uint32_t piece = (count / PIECES + unit) / unit * unit;
    const uint32_t pieces = (count + piece - 1) / piece;
    for (uint32_t done = 0; done < count; done += piece) {
        const uint32_t size = piece < count - done ? piece : count - done;
        tn_backing_sleep(us / pieces + (us % pieces != 0));
        if (!tn_backing_write(&file->backing, at + done, bytes + done, size)) {
            return false;
        }
    }
    return true;
}

static bool erase(void *user, uint32_t area, uint32_t sector)
{
    flash_file_t *file = user;
    if (area >= TN_FLASH_AREAS || sector >= file->flash.areas[area].sectors) {
        return false;
    }
    const uint32_t count = file->flash.areas[area].sector_bytes;
    uint8_t *erased = malloc(count);
    if (erased == NULL) {
        return false;
    }
    memset(erased, 0xFF, count);
    const bool ok = write_pieces(file, file->start[area] + sector * count, erased, count, file->erase_us);
    free(erased);
    return ok;
}

static bool program(void *user, uint32_t area, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    flash_file_t *file = user;
    if (!tn_flash_fits(&file->flash, area, offset, count) || offset % file->flash.unit != 0 || count % file->flash.unit != 0 || count == 0) {
        return false;
    }
    uint8_t *merged = malloc(count);
    if (merged == NULL) {
        return false;
    }
    // Programming only clears bits.
    const uint8_t *there = map(user, area) + offset;
    for (uint32_t i = 0; i < count; i++) {
        merged[i] = (uint8_t)(there[i] & bytes[i]);
    }
    const bool ok = write_pieces(file, file->start[area] + offset, merged, count, file->program_us);
    free(merged);
    return ok;
}

static bool sync(void *user)
{
    flash_file_t *file = user;
    return tn_backing_sync(&file->backing);
}

tn_flash_t *tn_flash_file_open(const char *path, uint32_t sector_bytes, uint32_t slot_bytes, uint32_t unit, uint32_t erase_us,
                               uint32_t program_us)
{
    if (path == NULL) {
        return NULL;
    }
    flash_file_t *file = calloc(1, sizeof *file);
    if (file == NULL || !tn_flash_shape(&file->flash, file->start, sector_bytes, slot_bytes, unit)) {
        free(file);
        return NULL;
    }
    file->flash.user = file;
    file->flash.map = map;
    file->flash.read = read;
    file->flash.erase = erase;
    file->flash.program = program;
    file->flash.sync = sync;
    file->erase_us = erase_us;
    file->program_us = program_us;
    if (!tn_backing_open(&file->backing, path, 2 * slot_bytes + 2 * sector_bytes)) {
        free(file);
        return NULL;
    }
    return &file->flash;
}

void tn_flash_file_close(tn_flash_t *flash)
{
    if (flash != NULL) {
        flash_file_t *file = flash->user;
        tn_backing_close(&file->backing);
        free(file);
    }
}
