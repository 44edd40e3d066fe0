// The selector's records that an update writes, and which manifest they say was accepted last.

#include "tn_update_impl.h"

bool tn_update_is_accepted(const tn_slots_t *slots, const tn_manifest_t *m, uint32_t session)
{
    return slots->issued == m->issued && (slots->session & TN_SLOT_SESSION_BITS) == tn_slot_session_bits(session);
}

tn_slot_record_t tn_update_same_record(const tn_update_t *u)
{
    const tn_slots_t *slots = u->slots;
    tn_slot_record_t record = {.trial = slots->trial, .counter = tn_update_floor(u), .issued = slots->issued, .session = slots->session};
    if (slots->active >= 0) {
        const uint8_t *blob = tn_slot_bytes_at(slots, (uint32_t)slots->active);
        record.slot = (uint32_t)slots->active;
        record.blob_bytes = tn_read_u32(blob + 8);
        record.blob_crc = tn_read_u32(blob + 12);
    }
    return record;
}

static void note(tn_slot_record_t *record, const tn_update_t *u, const tn_manifest_t *m, uint32_t session)
{
    if (m->kind != TN_MANIFEST_INSTALL && m->counter > record->counter) {
        record->counter = m->counter;
    }
    const tn_slots_t *slots = u->slots;
    const bool again = m->issued == slots->issued && (slots->issued != 0 || slots->session != 0);
    record->issued = m->issued > slots->issued ? m->issued : slots->issued;
    record->session = tn_slot_session_bits(session) | (again ? TN_SLOT_SESSION_LAST : 0u);
}

tn_status_t tn_update_accept(tn_update_t *u, const tn_manifest_t *m, uint32_t session)
{
    tn_slot_record_t record = tn_update_same_record(u);
    if (tn_update_is_accepted(u->slots, m, session)) {
        return TN_OK;
    }
    note(&record, u, m, session);
    return tn_slots_put(u->slots, &record);
}

tn_status_t tn_update_go_back(tn_update_t *u, const tn_manifest_t *m, uint32_t session)
{
    tn_slot_record_t record = {.slot = tn_other_slot(u->slots), .counter = tn_update_floor(u), .issued = u->slots->issued,
                               .session = u->slots->session & TN_SLOT_SESSION_LAST};
    const bool any = u->slots->trial != TN_TRIAL_ALONE && tn_slots_length(u->slots, record.slot, &record.blob_bytes) == TN_OK;
    record.blob_bytes = any ? record.blob_bytes : 0;
    record.blob_crc = any ? tn_read_u32(tn_slot_bytes_at(u->slots, record.slot) + 12) : 0;
    if (m != NULL) {
        note(&record, u, m, session);
    }
    return tn_slots_put(u->slots, &record);
}
