// Models over the air: a signed manifest, the parts of a blob in any order into the slot that is not active, and the way from there to
// the confirmed model. docs/PROTOCOL.md and docs/SPEC.md ("Slots") have the bytes, docs/SECURITY.md the promises.
//
//   offer -> begin -> (missing -> store | copy | patch)... -> finish -> activate -> confirm
//                                                                  \-> refuse     \-> revert
//
// Power may fail at any instant of any call. Afterwards tn_slots_init, tn_update_init and tn_update_boot find out what is there: the
// active slot holds the model that was confirmed, or the one on trial with the confirmed one untouched in the other slot.
//
// No heap: a tn_update_t is all the memory, about 1.5 KB. Every argument beside the pointers to structures is untrusted. Not thread-safe;
// whoever else changes the slots (tn_slots.h) does it between calls, not between the calls of a stepwise function, and calls
// tn_update_init afterwards. Stepwise functions return 1 while work is left, 0 when they have done it, or a status; call them again until
// then. A call of any other function in between begins the work anew.
#ifndef TN_UPDATE_H
#define TN_UPDATE_H

#include "tn/tn_manifest.h"
#include "tn/tn_slots.h"

#ifdef __cplusplus
extern "C" {
#endif

// Most parts of a blob, index included. Costs a bit of RAM each.
#ifndef TN_UPDATE_PARTS
#define TN_UPDATE_PARTS 2048u
#endif

// Starts of the device in one trial. The next one reverts.
#define TN_UPDATE_ATTEMPTS 3u

// States, numbered as in PROTOCOL.md, "Update"; 3, shadow, is the application's.
enum {
    TN_UPDATE_EMPTY = 0,
    TN_UPDATE_RECEIVING = 1,
    TN_UPDATE_STORED = 2,
    TN_UPDATE_SHADOW = 3,
    TN_UPDATE_TRIAL = 4,
    TN_UPDATE_CONFIRMED = 5,
    TN_UPDATE_REVERTED = 6,
    TN_UPDATE_REFUSED = 7
};

// What the firmware is and whom it trusts. `hardware` is a text of at most 24 bytes, NULL or "" for a device that only takes manifests
// for every device; longer ones are cut. The table stays in use.
typedef struct tn_update_config {
    const char *hardware;
    const tn_update_key_t *keys;
    uint32_t key_count;
    uint32_t arena_bytes;  // that a model may ask for
} tn_update_config_t;

// The caller owns the memory; the fields are the functions'.
typedef struct tn_update {
    tn_slots_t *slots;
    tn_update_config_t config;
    tn_manifest_t manifest;       // of `bytes`
    tn_hash_t hash;               // of the stepwise function under way
    uint8_t bytes[TN_MANIFEST_BYTES];  // the manifest that `state` is about; all zero for none
    uint8_t offer[TN_MANIFEST_BYTES];  // accepted by tn_update_offer, all zero for none
    uint8_t stored[TN_UPDATE_PARTS / 8u];
    uint32_t session;
    uint32_t journal;             // entries in use, torn ones included
    uint32_t at;                  // of the stepwise function under way
    uint32_t crc;
    uint16_t parts_stored;
    int16_t status;
    uint8_t state;
    uint8_t work;                 // which stepwise function is under way
    uint8_t attempts;
    uint8_t repairs;              // since the start
    int8_t slot;                  // of the manifest in `bytes`, or -1
    bool index_whole;
    bool reverting;               // the journal says that the trial has failed
    bool blob_there[2];           // of each slot, for kinds 2 and 3
    uint8_t blob_hash[2][TN_SHA256_BYTES];
} tn_update_t;

/// The device ///

// Reads what is there; changes nothing in flash. `slots` (after tn_slots_init) and the config's texts and table stay in use; the device
// may have no flash. Call again after anything else has changed the slots.
// Returns TN_OK, or TN_ERR_FLASH where the selector's sectors are too small for trials (160 bytes): then every offer is refused.
tn_status_t tn_update_init(tn_update_t *update, tn_slots_t *slots, const tn_update_config_t *config);

// Once after the start, after tn_update_init and before a model is opened from a slot: counts a start in a trial, or reverts after
// TN_UPDATE_ATTEMPTS of them or where the flash does not take the count, or completes a revert that a power cut interrupted. Returns 1
// where it has reverted, 0 otherwise, or TN_ERR_FLASH.
int32_t tn_update_boot(tn_update_t *update);

/// From a manifest to a stored candidate ///

// Checks a manifest in the order that PROTOCOL.md says. Returns
//   0   acceptable: it is kept as the offer for tn_update_begin. Flash is untouched, and so is a candidate under way
//   1   this very manifest is the one that the device knows: under way, stored, on trial, confirmed, refused, reverted or carried out.
//       tn_update_status tells which; a RECEIVING one goes on with tn_update_missing, no begin is needed
//   TN_ERR_MANIFEST, TN_ERR_CRYPTO, TN_ERR_KEY, TN_ERR_REVOKED, TN_ERR_SIGNATURE, TN_ERR_STALE, TN_ERR_COUNTER, TN_ERR_HARDWARE,
//   TN_ERR_VERSION, TN_ERR_TARGET, TN_ERR_TYPE, TN_ERR_OP, TN_ERR_SIZE, TN_ERR_LIMIT (more than TN_UPDATE_PARTS), TN_ERR_ARENA;
//   TN_ERR_STATE for kind 1 during a trial; TN_ERR_FLASH without slots
int32_t tn_update_offer(tn_update_t *update, const uint8_t *manifest, uint32_t count);

// Carries out the offer; stepwise (one sector's erasure, or 4 KB of hashing, a call).
//   Kind 1: notes the manifest in the selector, erases the candidate's slot, writes the manifest into it; then RECEIVING. Models opened
//           from tn_update_candidate must be closed before. Nothing is erased where the slot holds this manifest already.
//   Kind 2: makes the other slot's model the confirmed one; then REVERTED. A candidate under way is refused with TN_ERR_WITHDRAWN instead.
//   Kind 3: reverts where the active model is the withdrawn one; refuses the candidate where that is it. TN_ERR_WITHDRAWN either way.
//           Where it concerns neither it is noted, and forgotten where a candidate is under way.
// TN_ERR_STATE without an offer, or during a trial that the manifest does not end; TN_ERR_EMPTY where there is no model to go back to; TN_ERR_HASH where
// it is not the one that the manifest names; TN_ERR_FLASH.
int32_t tn_update_begin(tn_update_t *update);

// The first part from `from` on that is not stored, pages of the index first; TN_ERR_EMPTY where there is none; TN_ERR_STATE unless
// RECEIVING.
int32_t tn_update_missing(tn_update_t *update, uint32_t from);

// Stores a part: `count` must be its size (chunk_bytes, less for the last page and the last chunk). Returns 0; 1 where it was there
// already; TN_ERR_HASH where the bytes are wrong (nothing is written); TN_ERR_ARG for a part or count that is not one; TN_ERR_EMPTY for a
// chunk before the index is whole; TN_ERR_STATE unless RECEIVING; TN_ERR_FLASH.
// Where the index turns out wrong as a whole (TN_ERR_HASH) or the flash fails in the trailer, the candidate is given up: the state is
// EMPTY and the offer stands, so that tn_update_begin starts over. Otherwise the state stays RECEIVING.
// A part that a power cut has torn costs the other parts in its flash sector: they are missing again.
int32_t tn_update_store(tn_update_t *update, uint32_t part, const uint8_t *bytes, uint32_t count);

// The same with the chunk's bytes from the active blob, from `offset` on; TN_ERR_EMPTY also where no slot is active, TN_ERR_ARG also where
// the range lies outside of the active blob.
int32_t tn_update_copy(tn_update_t *update, uint32_t part, uint32_t offset);

// The same by a patch of PROTOCOL.md, "Part"; TN_ERR_FORMAT where its pieces do not fit it, the chunk or the active blob.
int32_t tn_update_patch(tn_update_t *update, uint32_t part, const uint8_t *bytes, uint32_t count);

// Verifies everything over the flash; stepwise (4 KB a call): signature, checks of the manifest, SHA-256 of the blob, its header against
// the manifest, its crc32; then STORED.
// TN_ERR_EMPTY where parts are missing, which can be so anew: chunks that the flash has lost are erased, and missing again. Any other
// status refuses the candidate, TN_ERR_FLASH excepted.
int32_t tn_update_finish(tn_update_t *update);

// Refuses a RECEIVING or STORED candidate for good with a status (-1 .. -255): its manifest is not installed again. Returns 0.
int32_t tn_update_refuse(tn_update_t *update, int32_t status);

/// From a stored candidate to the confirmed model ///

// Verifies a STORED candidate once more as finish does, stepwise, and makes its slot the active one, on trial; then TRIAL. A failed
// verification refuses it. The application closes the confirmed model and opens the candidate's afterwards.
int32_t tn_update_activate(tn_update_t *update);

// Ends the TRIAL well: the slot is confirmed, the counter's floor rises to the manifest's. Returns 0, TN_ERR_STATE or TN_ERR_FLASH.
int32_t tn_update_confirm(tn_update_t *update);

// Ends the TRIAL badly, with a status (-1 .. -255): the slot of before is active again (none where there was none). Returns 0,
// TN_ERR_STATE or TN_ERR_FLASH; in the last case the next start completes it. Models opened from the candidate should be closed before.
int32_t tn_update_revert(tn_update_t *update, int32_t status);

/// What is there ///

// Slot that receives, or holds the candidate, or will: the one that is not active; during a trial the active one. -1 without flash.
int32_t tn_update_candidate(const tn_update_t *update);

// Fields of tn_update_status. Numbers from 2^31 on wrap to negative ones, as these are bits of u32.
enum {
    TN_UPDATE_FIELD_STATE = 0,
    TN_UPDATE_FIELD_STATUS = 1,            // why refused or reverted, 0 for none
    TN_UPDATE_FIELD_SESSION = 2,           // 0 for none
    TN_UPDATE_FIELD_ROLLOUT = 3,
    TN_UPDATE_FIELD_MODEL_VERSION = 4,
    TN_UPDATE_FIELD_PARTS = 5,             // index included
    TN_UPDATE_FIELD_PARTS_STORED = 6,
    TN_UPDATE_FIELD_PAGES = 7,
    TN_UPDATE_FIELD_CHUNK_BYTES = 8,
    TN_UPDATE_FIELD_CANDIDATE = 9,         // slot of the candidate RECEIVING, STORED or in TRIAL; -1 for none
    TN_UPDATE_FIELD_COUNTER = 10,          // floor of the security counter
    TN_UPDATE_FIELD_LATENCY_BUDGET = 11,   // microseconds
    TN_UPDATE_FIELD_HEALTH_SECONDS = 12,
    TN_UPDATE_FIELD_ATTEMPTS = 13,         // starts in this trial
    TN_UPDATE_FIELD_BASE_CRC = 14,         // crc32 of the active blob's header, 0 for none
    TN_UPDATE_FIELD_BASE_BYTES = 15,
    TN_UPDATE_FIELD_SHADOW_EVERY = 16,
    TN_UPDATE_FIELD_SHADOW_SAMPLES = 17,
    TN_UPDATE_FIELD_SHADOW_AGREEMENT = 18, // percent
    TN_UPDATE_FIELD_KIND = 19,             // of the manifest, 0 for none
    TN_UPDATE_FIELD_ISSUED = 20,           // floor
    TN_UPDATE_FIELD_BLOB_BYTES = 21,
    TN_UPDATE_FIELDS = 22
};

// Fills the first `count` fields, at most TN_UPDATE_FIELDS. Returns TN_UPDATE_FIELDS.
int32_t tn_update_status(const tn_update_t *update, int32_t *fields, uint32_t count);

#ifdef __cplusplus
}
#endif

#endif
