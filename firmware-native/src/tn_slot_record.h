// The selector's record, as docs/SPEC.md describes it.
#ifndef TN_SLOT_RECORD_H
#define TN_SLOT_RECORD_H

#include "tn/tn_slots.h"

#define TN_SLOT_MAGIC "TNSL"
#define TN_SLOT_RECORD_BYTES 32u  // a multiple of every unit of programming
#define TN_SLOT_RECORD_COPIES 2u  // one after the other: a single broken bit spoils one of them

// Starts of the device in a trial are counted behind the copies, one unit each.
#define TN_SLOT_ATTEMPTS_AT (TN_SLOT_RECORD_COPIES * TN_SLOT_RECORD_BYTES)
#define TN_SLOT_ATTEMPT_BYTES 32u

// A session in a record: its low bits, all zero where the manifest accepted last is at its end and not gone on with; and whether no other
// manifest of the same second is taken any more.
#define TN_SLOT_SESSION_BITS 0x7FFFu
#define TN_SLOT_SESSION_LAST 0x8000u

typedef struct tn_slot_record {
    uint32_t sequence;
    uint32_t slot;
    uint32_t trial;       // TN_TRIAL_*
    uint32_t blob_bytes;  // total_size of the blob's header
    uint32_t blob_crc;    // crc32 of the blob's header
    uint32_t counter;     // floor of the security counter
    uint32_t issued;      // of the manifest accepted last
    uint32_t session;     // of that manifest: TN_SLOT_SESSION_*
} tn_slot_record_t;

// False where the bytes are no whole record.
bool tn_slot_record_read(const uint8_t bytes[TN_SLOT_RECORD_BYTES], tn_slot_record_t *record);

// Writes the next record: everything but its sequence is the caller's. What has been programmed before is stored for good
// first. TN_ERR_FLASH as for tn_slots_confirm.
tn_status_t tn_slots_put(tn_slots_t *slots, tn_slot_record_t *record);

void tn_slot_record_write(const tn_slot_record_t *record, uint8_t bytes[TN_SLOT_RECORD_BYTES]);

// The low bits of a session as records have them, never all zero.
static inline uint32_t tn_slot_session_bits(uint32_t session)
{
    const uint32_t bits = session & TN_SLOT_SESSION_BITS;
    return bits != 0 ? bits : 1u;
}

// The session for a record that ends the manifest accepted last for good, whatever becomes of its trailer.
static inline uint32_t tn_slot_session_ended(const tn_slots_t *slots)
{
    return slots->session != 0 || slots->issued != 0 ? TN_SLOT_SESSION_LAST : 0u;
}

// Whether sequence a comes after b; right for differences below 2^31, across the wrap too.
static inline bool tn_slot_is_newer(uint32_t a, uint32_t b)
{
    return a != b && a - b < 0x80000000u;
}

#endif
