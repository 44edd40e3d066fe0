// Two slots for blobs and a selector that names the active one. Whenever power is lost, the slot that was active or the one that was
// just being confirmed is active, never none. docs/SPEC.md, "Slots", describes the selector byte by byte.
#ifndef TN_SLOTS_H
#define TN_SLOTS_H

#include <stdbool.h>
#include <stdint.h>

#include "tn/tn_flash.h"
#include "tn/tn_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_SLOT_COUNT 2u

// What the record in force says of its slot.
enum {
    TN_TRIAL_NONE = 0,      // confirmed
    TN_TRIAL_FALLBACK = 1,  // on trial; the other slot holds the confirmed model
    TN_TRIAL_ALONE = 2      // on trial; there was no confirmed model
};

// The caller owns the memory; the fields are the functions'. One user at a time.
typedef struct tn_slots {
    const tn_flash_t *flash;  // NULL: no slots
    uint32_t sequence;        // of the newest record
    uint32_t counter;         // floor of the security counter (tn_update.h)
    uint32_t issued;          // of the manifest accepted last, 0 for none
    uint16_t session;         // of that manifest: low 15 bits, and a flag (tn_slot_record.h)
    int8_t active;            // slot, or -1
    int8_t sector;            // of the record in force, or else of the newest, or -1
    uint8_t trial;            // TN_TRIAL_* of the record in force
} tn_slots_t;

// Reads the selector. `flash` stays in use; NULL gives slots that are empty for good.
// Returns TN_OK, also where nothing is active; TN_ERR_FLASH for a geometry that breaks the rules of tn_flash.h, and then goes on as for
// NULL. A sector of the selector that cannot be read counts as empty.
tn_status_t tn_slots_init(tn_slots_t *slots, const tn_flash_t *flash);

// Bytes that a slot can hold; 0 without flash.
uint32_t tn_slots_bytes(const tn_slots_t *slots);

// Sectors of a slot; 0 without flash.
uint32_t tn_slots_sectors(const tn_slots_t *slots);

// Bytes of the blob in a slot. Looks at magic and size in the blob's header only: the blob may still be broken or half written.
// TN_ERR_EMPTY where there is none, TN_ERR_ARG for a slot outside.
tn_status_t tn_slots_length(const tn_slots_t *slots, uint32_t slot, uint32_t *bytes);

// The slot's bytes in the address space, `bytes` of them; NULL without flash.
const uint8_t *tn_slots_map(const tn_slots_t *slots, uint32_t slot, uint32_t *bytes);

// Erases one sector (0 .. tn_slots_sectors - 1). TN_ERR_ARG for the active slot, for both during a trial, or outside; TN_ERR_FLASH.
tn_status_t tn_slots_erase(tn_slots_t *slots, uint32_t slot, uint32_t sector);

// Programs erased bytes and reads them back. `offset` is a multiple of the flash's unit; where `count` is none, the last unit is
// filled up with 0xFF and can take nothing more. TN_ERR_ARG for the active slot, for both during a trial, outside, or where a byte is not erased; TN_ERR_FLASH.
tn_status_t tn_slots_write(tn_slots_t *slots, uint32_t slot, uint32_t offset, const uint8_t *bytes, uint32_t count);

tn_status_t tn_slots_read(const tn_slots_t *slots, uint32_t slot, uint32_t offset, uint8_t *bytes, uint32_t count);

// Makes a slot the active one, for good. Verifies its blob first (TN_ERR_EMPTY, or as tn_blob_verify), not whether it can be opened. Erases one sector of the selector. Nothing is written where the slot is active and confirmed
// already.
// After TN_ERR_FLASH the slot that was active still is, or the new one is, as after a power cut; the structure says which.
tn_status_t tn_slots_confirm(tn_slots_t *slots, uint32_t slot);

#ifdef __cplusplus
}
#endif

#endif
