// What the files of an update share.
#ifndef TN_UPDATE_IMPL_H
#define TN_UPDATE_IMPL_H

#include <string.h>

#include "tn/tn_update.h"
#include "tn_blob.h"
#include "tn_slot_record.h"

// Bytes that a stepwise function hashes a call.
#define TN_HASH_STEP 4096u

// Entries of the journal that must fit beside one per part, and those of them that only an end of the candidate may use.
#define TN_JOURNAL_SPARE 32u
#define TN_JOURNAL_RESERVE 8u

// Erased entries in a row that end the journal. At most two entries are ever written between two syncs.
#define TN_JOURNAL_END 4u

// Values of journal entries; docs/SPEC.md, "Trailer".
#define TN_ENTRY_SECTOR 0x8000u
#define TN_ENTRY_SECTORS_MOST 0x7C00u
#define TN_ENTRY_REVERTED 0xFD00u
#define TN_ENTRY_REFUSED 0xFE00u
#define TN_ENTRY_VERIFIED 0xFF00u

// The stepwise functions.
enum {
    TN_WORK_NONE = 0,
    TN_WORK_ERASE,
    TN_WORK_COMPARE,
    TN_WORK_FINISH,
    TN_WORK_ACTIVATE
};

// Where things lie in a slot, by its manifest.
typedef struct tn_layout {
    uint32_t manifest_at;
    uint32_t index_at;      // the journal ends here
    uint32_t index_bytes;
    uint32_t stride;        // of journal entries
    uint32_t room;          // entries
} tn_layout_t;

// What a slot's trailer says.
typedef struct tn_trailer {
    tn_manifest_t manifest;
    const uint8_t *bytes;   // of the manifest, in flash
    tn_layout_t place;
    uint32_t entries;       // in use, torn ones included
    int16_t status;         // where closed
    uint8_t closed;         // 0, TN_UPDATE_REFUSED or TN_UPDATE_REVERTED
    bool verified;
} tn_trailer_t;

/// tn_update_trailer.c ///

// False where blob, journal, index and manifest do not fit the slots.
bool tn_layout_fits(const tn_slots_t *slots, const tn_manifest_t *manifest, tn_layout_t *place);

// Reads a slot's trailer. False where there is none. `stored`, where not NULL, gets a bit per part.
bool tn_trailer_read(const tn_slots_t *slots, uint32_t slot, tn_trailer_t *trailer, uint8_t *stored);

// Appends an entry to the journal of the manifest in `update`, which lies in update->slot. False where it is full or the flash refuses;
// `end` allows the reserve.
bool tn_journal_add(tn_update_t *update, uint32_t value, bool end);

// Programs bytes of a slot and reads them back, whatever the slot's state. `count` is a multiple of the unit.
bool tn_program(const tn_slots_t *slots, uint32_t slot, uint32_t offset, const uint8_t *bytes, uint32_t count);

// Whether [offset, offset + count) of a slot is erased.
bool tn_is_erased(const tn_slots_t *slots, uint32_t slot, uint32_t offset, uint32_t count);

/// tn_update_check.c ///

// PROTOCOL.md's checks from the issued date on.
tn_status_t tn_update_check(const tn_update_t *update, const tn_manifest_t *manifest);

uint32_t tn_update_floor(const tn_update_t *update);

// One step of verifying update->slot against the manifest: 1 while work is left, TN_OK, or a status. TN_ERR_HASH: the blob's bytes.
int32_t tn_update_verify_step(tn_update_t *update, uint8_t work);

/// tn_update_parts.c ///

// Where a part lies in its slot, and its size.
void tn_part_range(const tn_manifest_t *manifest, const tn_layout_t *place, uint32_t part, uint32_t *at, uint32_t *bytes);

// Whether the bytes of chunk `chunk` are those of the index in flash.
bool tn_chunk_is_right(tn_update_t *update, uint32_t chunk, const uint8_t *bytes, uint32_t count);

// Whether the index in flash is the manifest's; `last` of it, from `last_at` on, may still be outside.
bool tn_index_is_right(tn_update_t *update, const uint8_t *last, uint32_t last_at, uint32_t last_bytes);

// Whether a candidate found at the start can be gone on with: nothing in the trailer's sectors is torn.
bool tn_parts_usable(tn_update_t *update);

// Erases the chunks that are not those of the index. Returns how many; or TN_ERR_STATE where the candidate had to be given up.
int32_t tn_parts_repair(tn_update_t *update);

// Whether a part may come now: TN_OK, 1 where it is there, or a status. Gives its place.
int32_t tn_part_enter(tn_update_t *update, uint32_t part, uint32_t *at, uint32_t *bytes);

// Makes the place of a part ready to be programmed; 1 where the part is there already, written just before a power cut.
int32_t tn_part_clear(tn_update_t *update, uint32_t part, uint32_t at, uint32_t bytes);

// The part is on the flash: for good, and then known.
int32_t tn_part_leave(tn_update_t *update, uint32_t part);

// Whether a SHA-256 is that of a chunk in the index.
bool tn_is_index_entry(const tn_update_t *update, uint32_t chunk, const uint8_t digest[TN_SHA256_BYTES]);

// The active blob; NULL where there is none.
const uint8_t *tn_base_blob(const tn_update_t *update, uint32_t *bytes);

/// tn_update.c ///

// Nothing is known of any candidate; the offer stays.
void tn_update_forget(tn_update_t *update);

// The offer becomes what tn_update_status tells about.
void tn_update_take_offer(tn_update_t *update);

// The manifest of the confirmed model becomes what tn_update_status tells about.
void tn_update_load_confirmed(tn_update_t *update);

// Whether a manifest is the one accepted last.
bool tn_update_is_accepted(const tn_slots_t *slots, const tn_manifest_t *manifest, uint32_t session);

// Forgets the candidate; its manifest is the offer.
void tn_update_give_up(tn_update_t *update);

// Refuses the candidate and returns the status.
int32_t tn_update_close(tn_update_t *update, int32_t status);

// Says in the trailer of a slot that its model has been taken back, where it has one.
void tn_update_close_slot(tn_update_t *update, uint32_t slot, int32_t status);

// Finds out anew what is there.
void tn_update_load(tn_update_t *update);

// A record that leaves everything as it is but notes a manifest as the one accepted last.
tn_status_t tn_update_accept(tn_update_t *update, const tn_manifest_t *manifest, uint32_t session);

// The record for going back to the other slot, `manifest` NULL or the one that asked for it.
tn_status_t tn_update_go_back(tn_update_t *update, const tn_manifest_t *manifest, uint32_t session);

// Starts that the trial has had, as the selector says.
uint32_t tn_update_attempts(const tn_slots_t *slots);

/// tn_update_trial.c ///

// Takes the model on trial back; `manifest` as above.
int32_t tn_update_end_trial(tn_update_t *update, int32_t status, const tn_manifest_t *manifest, uint32_t session);

static inline bool tn_bit(const uint8_t *bits, uint32_t index)
{
    return ((uint32_t)bits[index / 8] >> index % 8 & 1u) != 0;
}

// The slot that is not active.
static inline uint32_t tn_other_slot(const tn_slots_t *slots)
{
    return slots->active == 0 ? 1u : 0u;
}

static inline const uint8_t *tn_slot_bytes_at(const tn_slots_t *slots, uint32_t slot)
{
    return slots->flash->map(slots->flash->user, slot);
}

static inline bool tn_is_zero(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (bytes[i] != 0) {
            return false;
        }
    }
    return true;
}

// During a trial, or where there is a candidate: whether parts or a verdict may still come.
static inline bool tn_under_way(const tn_update_t *update)
{
    return update->state == TN_UPDATE_RECEIVING || update->state == TN_UPDATE_STORED;
}

#endif
