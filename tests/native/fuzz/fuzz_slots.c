// Two slots and a selector of whatever bytes come: reading them, opening the active slot and confirming the other one stay in bounds, and
// no slot is active but one whose header a whole record names. A trial is the newest record's, and no floor is below a record's.

#include <stdlib.h>
#include <string.h>

#include "../ram_flash.h"
#include "tn/tn_device.h"
#include "tn_blob.h"
#include "tn_crc32.h"
#include "tn_slot_record.h"

static uint8_t arena[4096] __attribute__((aligned(16)));

static uint32_t clock_at_rest(void *user)
{
    (void)user;
    return 0;
}

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

// Puts a checksum right, so that mutations reach what lies behind it.
static void seal(uint8_t *bytes, uint32_t at, uint32_t from, uint32_t end)
{
    put_u32(bytes + at, tn_crc32(0, bytes + from, end - from));
}

static void require_named(const ram_flash_t *ram, const tn_slots_t *slots)
{
    const int32_t active = slots->active;
    bool named = false;
    for (uint32_t at = 0; at < sizeof ram->select; at += TN_SLOT_RECORD_BYTES) {
        tn_slot_record_t record;
        named |= at % RAM_SELECT_SECTOR < TN_SLOT_RECORD_COPIES * TN_SLOT_RECORD_BYTES && tn_slot_record_read(ram->select + at, &record)
            && (int32_t)record.slot == active && tn_read_u32(ram->slots[active] + 8) == record.blob_bytes
            && tn_read_u32(ram->slots[active] + 12) == record.blob_crc && memcmp(ram->slots[active], "TNNB", 4) == 0
            && record.trial == slots->trial && record.counter <= slots->counter && record.issued <= slots->issued
            && (record.trial == TN_TRIAL_NONE || (record.sequence == slots->sequence && record.session == slots->session));
    }
    if (!named) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// One byte that says which checksums are put right, the selector's sectors, then slot 0 and slot 1.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static ram_flash_t ram;
    static tn_device_t device;
    const uint8_t sealed = size > 0 ? data[0] : 0;
    ram_flash_init(&ram, 4, 1);
    ram.tolerant = true;
    for (size_t i = 1; i < size; i++) {
        const size_t at = i - 1;
        if (at < sizeof ram.select) {
            ram.select[at] = data[i];
        } else if (at - sizeof ram.select < sizeof ram.slots) {
            const size_t in = at - sizeof ram.select;
            ram.slots[in / sizeof ram.slots[0]][in % sizeof ram.slots[0]] = data[i];
        }
    }
    for (uint32_t slot = 0; slot < 2; slot++) {
        const uint32_t length = tn_read_u32(ram.slots[slot] + 8);
        if ((sealed & (1u << slot)) != 0 && length >= TN_HEADER_SIZE && length <= sizeof ram.slots[slot]) {
            seal(ram.slots[slot], 12, 16, length);
        }
        if ((sealed & (4u << slot)) != 0) {
            uint8_t *record = ram.select + slot * RAM_SELECT_SECTOR;
            if ((sealed & 16u) != 0 && record[8] < 2) {
                memcpy(record + 12, ram.slots[record[8]] + 8, 8);
            }
            seal(record, TN_SLOT_RECORD_BYTES - 4, 0, TN_SLOT_RECORD_BYTES - 4);
        }
    }
    if (tn_device_init(&device, arena, sizeof arena, &ram.flash, clock_at_rest, NULL) != TN_OK) {
        abort();
    }
    const int32_t active = tn_device_slot_active(&device);
    if (active >= 0) {
        require_named(&ram, &device.slots);
        const int32_t model = tn_device_open_slot(&device, active);
        if (model >= 0) {
            (void)tn_device_fill_golden(&device, model, 0);
            (void)tn_device_run(&device, model, 0);
        }
    }
    const int32_t other = active == 0 ? 1 : 0;
    const uint32_t counter = device.slots.counter;
    const uint32_t issued = device.slots.issued;
    if (tn_device_slot_confirm(&device, other) == TN_OK) {
        if (tn_device_slot_active(&device) != other) {
            abort();
        }
        require_named(&ram, &device.slots);
        if (device.slots.trial != TN_TRIAL_NONE || device.slots.counter < counter || device.slots.issued < issued) {
            abort();
        }
    } else if (tn_device_slot_active(&device) != active) {
        abort();
    }
    return 0;
}
