// The selector: two sectors, of which each holds one record, twice. A confirmation goes to the sector that does not hold the record in
// force, so that a power cut spoils only what nobody needs. A record counts only where its slot still begins with the blob that was
// confirmed: an old record never brings back a slot that has been written anew.

#include "tn_slot_record.h"

#include <string.h>

#include "tn/tn.h"
#include "tn_blob.h"
#include "tn_crc32.h"

static void put(uint8_t *at, uint32_t size, uint32_t value)
{
    for (uint32_t i = 0; i < size; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static uint32_t get(const uint8_t *at, uint32_t size)
{
    uint32_t value = 0;
    for (uint32_t i = 0; i < size; i++) {
        value |= (uint32_t)at[i] << (8 * i);
    }
    return value;
}

bool tn_slot_record_read(const uint8_t bytes[TN_SLOT_RECORD_BYTES], tn_slot_record_t *record)
{
    record->sequence = get(bytes + 4, 4);
    record->slot = get(bytes + 8, 1);
    record->trial = get(bytes + 9, 1);
    record->session = get(bytes + 10, 2);
    record->blob_bytes = get(bytes + 12, 4);
    record->blob_crc = get(bytes + 16, 4);
    record->counter = get(bytes + 20, 4);
    record->issued = get(bytes + 24, 4);
    return memcmp(bytes, TN_SLOT_MAGIC, 4) == 0 && record->slot < TN_SLOT_COUNT && record->trial <= TN_TRIAL_ALONE
        && tn_crc32(0, bytes, TN_SLOT_RECORD_BYTES - 4) == get(bytes + TN_SLOT_RECORD_BYTES - 4, 4);
}

void tn_slot_record_write(const tn_slot_record_t *record, uint8_t bytes[TN_SLOT_RECORD_BYTES])
{
    memcpy(bytes, TN_SLOT_MAGIC, 4);
    put(bytes + 4, 4, record->sequence);
    put(bytes + 8, 1, record->slot);
    put(bytes + 9, 1, record->trial);
    put(bytes + 10, 2, record->session);
    put(bytes + 12, 4, record->blob_bytes);
    put(bytes + 16, 4, record->blob_crc);
    put(bytes + 20, 4, record->counter);
    put(bytes + 24, 4, record->issued);
    put(bytes + TN_SLOT_RECORD_BYTES - 4, 4, tn_crc32(0, bytes, TN_SLOT_RECORD_BYTES - 4));
}

static bool geometry_fits(const tn_flash_t *flash)
{
    const tn_flash_area_t *slot0 = &flash->areas[TN_AREA_SLOT0];
    const tn_flash_area_t *slot1 = &flash->areas[TN_AREA_SLOT1];
    const tn_flash_area_t *select = &flash->areas[TN_AREA_SELECT];
    if (flash->unit == 0 || flash->unit > TN_FLASH_UNIT_MOST || (flash->unit & (flash->unit - 1)) != 0) {
        return false;
    }
    for (uint32_t i = 0; i < TN_FLASH_AREAS; i++) {
        const tn_flash_area_t *area = &flash->areas[i];
        if (area->sector_bytes == 0 || area->sector_bytes % TN_FLASH_UNIT_MOST != 0 || area->sectors == 0
            || area->sectors > INT32_MAX / area->sector_bytes) {
            return false;
        }
    }
    return slot0->sector_bytes == slot1->sector_bytes && slot0->sectors == slot1->sectors && select->sectors == 2
        && select->sector_bytes >= TN_SLOT_RECORD_COPIES * TN_SLOT_RECORD_BYTES;
}

static bool maps(const tn_flash_t *flash, uint32_t slot)
{
    const uint8_t *bytes = flash->map(flash->user, slot);
    return bytes != NULL && (uintptr_t)bytes % TN_ARENA_ALIGN == 0;
}

// The slot begins with the header of the blob that the record names.
static bool names_its_blob(const tn_slots_t *slots, const tn_slot_record_t *record)
{
    const uint8_t *blob = slots->flash->map(slots->flash->user, record->slot);
    uint32_t bytes;
    return tn_slots_length(slots, record->slot, &bytes) == TN_OK && bytes == record->blob_bytes
        && tn_read_u32(blob + 12) == record->blob_crc;
}

// The first copy of a sector's record that is whole. What cannot be read is none: after a power cut that is how flash with error
// correction may show a torn unit.
static bool read_sector(const tn_slots_t *slots, uint32_t sector, tn_slot_record_t *record)
{
    const tn_flash_t *flash = slots->flash;
    for (uint32_t copy = 0; copy < TN_SLOT_RECORD_COPIES; copy++) {
        uint8_t bytes[TN_SLOT_RECORD_BYTES];
        const uint32_t offset = sector * flash->areas[TN_AREA_SELECT].sector_bytes + copy * TN_SLOT_RECORD_BYTES;
        if (flash->read(flash->user, TN_AREA_SELECT, offset, bytes, sizeof bytes) && tn_slot_record_read(bytes, record)) {
            return true;
        }
    }
    return false;
}

static void read_selector(tn_slots_t *slots)
{
    tn_slot_record_t records[2];
    bool whole[2];
    int8_t newest = -1;
    slots->active = -1;
    slots->sequence = 0;
    slots->counter = 0;
    slots->issued = 0;
    slots->session = 0;
    slots->trial = TN_TRIAL_NONE;
    for (int8_t sector = 0; sector < 2; sector++) {
        whole[sector] = read_sector(slots, (uint32_t)sector, &records[sector]);
        if (!whole[sector]) {
            continue;
        }
        // Sequence and session go on from the newest record, whether it counts or not. Differences are right across the wrap.
        if (newest < 0 || tn_slot_is_newer(records[sector].sequence, slots->sequence)) {
            newest = sector;
            slots->sequence = records[sector].sequence;
            slots->session = (uint16_t)records[sector].session;
        }
        // The floors never sink.
        slots->counter = records[sector].counter > slots->counter ? records[sector].counter : slots->counter;
        slots->issued = records[sector].issued > slots->issued ? records[sector].issued : slots->issued;
    }
    slots->sector = newest;
    // The newest record that counts is in force. A trial is over as soon as there is a newer record, whatever that says.
    for (int8_t i = 0, sector = newest; newest >= 0 && i < 2 && slots->active < 0; i++, sector = (int8_t)(1 - newest)) {
        if (whole[sector] && names_its_blob(slots, &records[sector]) && (i == 0 || records[sector].trial == TN_TRIAL_NONE)) {
            slots->active = (int8_t)records[sector].slot;
            slots->sector = sector;
            slots->trial = (uint8_t)records[sector].trial;
        }
    }
}

tn_status_t tn_slots_init(tn_slots_t *slots, const tn_flash_t *flash)
{
    memset(slots, 0, sizeof *slots);
    slots->active = -1;
    slots->sector = -1;
    if (flash == NULL) {
        return TN_OK;
    }
    if (!geometry_fits(flash) || !maps(flash, TN_AREA_SLOT0) || !maps(flash, TN_AREA_SLOT1)) {
        return TN_ERR_FLASH;
    }
    slots->flash = flash;
    read_selector(slots);
    return TN_OK;
}

uint32_t tn_slots_bytes(const tn_slots_t *slots)
{
    return slots->flash != NULL ? tn_flash_area_bytes(slots->flash, TN_AREA_SLOT0) : 0;
}

uint32_t tn_slots_sectors(const tn_slots_t *slots)
{
    return slots->flash != NULL ? slots->flash->areas[TN_AREA_SLOT0].sectors : 0;
}

const uint8_t *tn_slots_map(const tn_slots_t *slots, uint32_t slot, uint32_t *bytes)
{
    if (slots->flash == NULL || slot >= TN_SLOT_COUNT) {
        return NULL;
    }
    *bytes = tn_slots_bytes(slots);
    return slots->flash->map(slots->flash->user, slot);
}

tn_status_t tn_slots_length(const tn_slots_t *slots, uint32_t slot, uint32_t *bytes)
{
    uint32_t most;
    if (slot >= TN_SLOT_COUNT || bytes == NULL) {
        return TN_ERR_ARG;
    }
    const uint8_t *blob = tn_slots_map(slots, slot, &most);
    if (blob == NULL || most < TN_HEADER_SIZE || memcmp(blob, "TNNB", 4) != 0) {
        return TN_ERR_EMPTY;
    }
    *bytes = tn_read_u32(blob + 8);
    return *bytes >= TN_HEADER_SIZE && *bytes <= most ? TN_OK : TN_ERR_EMPTY;
}

// Whether a slot can be changed at all, and [offset, offset + count) lies inside.
static tn_status_t check_change(const tn_slots_t *slots, uint32_t slot, uint32_t offset, uint32_t count)
{
    const uint32_t bytes = tn_slots_bytes(slots);
    if (slots->flash == NULL) {
        return TN_ERR_FLASH;
    }
    return slot >= TN_SLOT_COUNT || (int32_t)slot == slots->active || slots->trial != TN_TRIAL_NONE || offset > bytes || count > bytes - offset ? TN_ERR_ARG : TN_OK;
}

tn_status_t tn_slots_erase(tn_slots_t *slots, uint32_t slot, uint32_t sector)
{
    const tn_status_t status = check_change(slots, slot, 0, 0);
    if (status != TN_OK) {
        return status;
    }
    if (sector >= tn_slots_sectors(slots)) {
        return TN_ERR_ARG;
    }
    return slots->flash->erase(slots->flash->user, slot, sector) ? TN_OK : TN_ERR_FLASH;
}

static bool is_erased(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (bytes[i] != 0xFF) {
            return false;
        }
    }
    return true;
}

tn_status_t tn_slots_write(tn_slots_t *slots, uint32_t slot, uint32_t offset, const uint8_t *bytes, uint32_t count)
{
    const tn_status_t status = check_change(slots, slot, offset, count);
    if (status != TN_OK || count == 0) {
        return status;
    }
    const tn_flash_t *flash = slots->flash;
    const uint32_t rest = count % flash->unit;
    const uint32_t whole = count - rest;
    const uint8_t *there = flash->map(flash->user, slot) + offset;
    // The slot is a whole number of units: the last one lies inside as well.
    if (bytes == NULL || offset % flash->unit != 0 || !is_erased(there, rest == 0 ? whole : whole + flash->unit)) {
        return TN_ERR_ARG;
    }
    bool ok = whole == 0 || flash->program(flash->user, slot, offset, bytes, whole);
    if (ok && rest > 0) {
        uint8_t last[TN_FLASH_UNIT_MOST];
        memset(last, 0xFF, sizeof last);
        memcpy(last, bytes + whole, rest);
        ok = flash->program(flash->user, slot, offset + whole, last, flash->unit);
    }
    return ok && memcmp(there, bytes, count) == 0 ? TN_OK : TN_ERR_FLASH;
}

tn_status_t tn_slots_read(const tn_slots_t *slots, uint32_t slot, uint32_t offset, uint8_t *bytes, uint32_t count)
{
    if (slots->flash == NULL) {
        return TN_ERR_EMPTY;
    }
    const uint32_t most = tn_slots_bytes(slots);
    if (slot >= TN_SLOT_COUNT || offset > most || count > most - offset || (bytes == NULL && count > 0)) {
        return TN_ERR_ARG;
    }
    if (count == 0) {
        return TN_OK;
    }
    return slots->flash->read(slots->flash->user, slot, offset, bytes, count) ? TN_OK : TN_ERR_FLASH;
}

static bool write_record(const tn_flash_t *flash, uint32_t sector, const tn_slot_record_t *record)
{
    uint8_t bytes[TN_SLOT_RECORD_BYTES];
    tn_slot_record_write(record, bytes);
    // The blob must be there for good before the record is.
    bool ok = flash->sync(flash->user) && flash->erase(flash->user, TN_AREA_SELECT, sector);
    for (uint32_t copy = 0; ok && copy < TN_SLOT_RECORD_COPIES; copy++) {
        const uint32_t offset = sector * flash->areas[TN_AREA_SELECT].sector_bytes + copy * TN_SLOT_RECORD_BYTES;
        ok = flash->program(flash->user, TN_AREA_SELECT, offset, bytes, sizeof bytes);
    }
    return ok && flash->sync(flash->user);
}

tn_status_t tn_slots_put(tn_slots_t *slots, tn_slot_record_t *record)
{
    record->sequence = slots->sequence + 1u;
    const bool written = write_record(slots->flash, slots->sector == 0 ? 1u : 0u, record);
    // What is stored decides, whatever the functions have said.
    read_selector(slots);
    return written && slots->sequence == record->sequence ? TN_OK : TN_ERR_FLASH;
}

tn_status_t tn_slots_confirm(tn_slots_t *slots, uint32_t slot)
{
    tn_slot_record_t record = {.slot = slot, .counter = slots->counter, .issued = slots->issued,
                               .session = tn_slot_session_ended(slots)};
    uint32_t most;
    if (slots->flash == NULL) {
        return TN_ERR_FLASH;
    }
    tn_status_t status = tn_slots_length(slots, slot, &record.blob_bytes);
    if (status != TN_OK) {
        return status;
    }
    const uint8_t *blob = tn_slots_map(slots, slot, &most);
    status = tn_blob_verify(blob, record.blob_bytes);
    if (status != TN_OK) {
        return status;
    }
    record.blob_crc = tn_read_u32(blob + 12);
    if ((int32_t)slot == slots->active && slots->trial == TN_TRIAL_NONE) {
        return TN_OK;
    }
    status = tn_slots_put(slots, &record);
    return status == TN_OK && slots->active == (int8_t)slot ? TN_OK : TN_ERR_FLASH;
}
