// An update from its manifest to its end. What is stored decides: after every start all of this is found out from the selector and the
// trailers anew (tn_update_load).

#include "tn_update_impl.h"

static void forget(tn_update_t *u, uint8_t state)
{
    memset(&u->manifest, 0, sizeof u->manifest);
    memset(u->bytes, 0, sizeof u->bytes);
    memset(u->stored, 0, sizeof u->stored);
    u->session = 0;
    u->journal = 0;
    u->parts_stored = 0;
    u->status = 0;
    u->state = state;
    u->work = TN_WORK_NONE;
    u->attempts = 0;
    u->slot = -1;
    u->index_whole = false;
    u->reverting = false;
}

// Takes a manifest over, from a trailer or from the offer; the bytes are known to decode.
static void take(tn_update_t *u, const uint8_t *bytes, uint32_t session)
{
    memmove(u->bytes, bytes, TN_MANIFEST_BYTES);
    (void)tn_manifest_read(&u->manifest, u->bytes, TN_MANIFEST_BYTES);
    u->session = session;
}

static void take_trailer(tn_update_t *u, const tn_trailer_t *t, uint32_t slot, uint8_t state)
{
    take(u, t->bytes, tn_manifest_session(t->bytes));
    u->slot = (int8_t)slot;
    u->state = state;
    u->journal = t->entries;
    u->status = t->status;
    u->parts_stored = (uint16_t)tn_manifest_parts(&u->manifest);
}

static bool is_blob_of(const tn_slots_t *slots, uint32_t slot, const tn_manifest_t *m)
{
    uint32_t bytes;
    return tn_slots_length(slots, slot, &bytes) == TN_OK && bytes == m->blob_bytes
        && tn_read_u32(tn_slot_bytes_at(slots, slot) + 12) == m->blob_crc;
}

bool tn_update_is_accepted(const tn_slots_t *slots, const tn_manifest_t *m, uint32_t session)
{
    return slots->issued == m->issued && (slots->session & TN_SLOT_SESSION_BITS) == tn_slot_session_bits(session);
}

void tn_update_forget(tn_update_t *u)
{
    forget(u, TN_UPDATE_EMPTY);
}

void tn_update_take_offer(tn_update_t *u)
{
    take(u, u->offer, tn_manifest_session(u->offer));
    memset(u->offer, 0, sizeof u->offer);
}

/// What is there ///

// One more than the last unit that is not erased. A unit that cannot be read is not erased.
uint32_t tn_update_attempts(const tn_slots_t *slots)
{
    const tn_flash_t *flash = slots->flash;
    const uint32_t sector = (uint32_t)slots->sector * flash->areas[TN_AREA_SELECT].sector_bytes;
    uint32_t attempts = 0;
    for (uint32_t i = 0; i < TN_UPDATE_ATTEMPTS; i++) {
        uint8_t bytes[TN_SLOT_ATTEMPT_BYTES];
        bool used = !flash->read(flash->user, TN_AREA_SELECT, sector + TN_SLOT_ATTEMPTS_AT + i * TN_SLOT_ATTEMPT_BYTES, bytes, sizeof bytes);
        for (uint32_t j = 0; j < sizeof bytes && !used; j++) {
            used = bytes[j] != 0xFF;
        }
        attempts = used ? i + 1 : attempts;
    }
    return attempts;
}

static void load_trial(tn_update_t *u)
{
    tn_trailer_t t;
    const uint32_t slot = (uint32_t)u->slots->active;
    if (tn_trailer_read(u->slots, slot, &t, NULL) && is_blob_of(u->slots, slot, &t.manifest)) {
        take_trailer(u, &t, slot, TN_UPDATE_TRIAL);
        u->status = t.closed == TN_UPDATE_REVERTED ? t.status : 0;
        u->reverting = t.closed == TN_UPDATE_REVERTED;
    }
    u->state = TN_UPDATE_TRIAL;
    u->attempts = (uint8_t)tn_update_attempts(u->slots);
}

// The slot that is not active. Returns whether it has something to say.
static bool load_candidate(tn_update_t *u)
{
    tn_trailer_t t;
    const uint32_t slot = tn_other_slot(u->slots);
    memset(u->stored, 0, sizeof u->stored);
    if (!tn_trailer_read(u->slots, slot, &t, u->stored)) {
        return false;
    }
    if (t.closed != 0) {
        take_trailer(u, &t, slot, t.closed);
        return true;
    }
    if (!tn_update_is_accepted(u->slots, &t.manifest, tn_manifest_session(t.bytes))) {
        return false;
    }
    take_trailer(u, &t, slot, TN_UPDATE_RECEIVING);
    u->parts_stored = 0;
    for (uint32_t part = 0; part < tn_manifest_parts(&u->manifest); part++) {
        u->parts_stored = (uint16_t)(u->parts_stored + tn_bit(u->stored, part));
    }
    if (!tn_parts_usable(u)) {
        return false;
    }
    if (t.verified && u->parts_stored == tn_manifest_parts(&u->manifest)) {
        u->state = TN_UPDATE_STORED;
    }
    return true;
}

static bool load_confirmed(tn_update_t *u)
{
    tn_trailer_t t;
    if (u->slots->active < 0 || u->slots->trial != TN_TRIAL_NONE || !tn_trailer_read(u->slots, (uint32_t)u->slots->active, &t, NULL)
        || !is_blob_of(u->slots, (uint32_t)u->slots->active, &t.manifest)) {
        return false;
    }
    take_trailer(u, &t, (uint32_t)u->slots->active, TN_UPDATE_CONFIRMED);
    u->status = 0;
    return true;
}

void tn_update_load_confirmed(tn_update_t *u)
{
    forget(u, TN_UPDATE_EMPTY);
    if (!load_confirmed(u)) {
        forget(u, TN_UPDATE_EMPTY);
    }
}

void tn_update_load(tn_update_t *u)
{
    forget(u, TN_UPDATE_EMPTY);
    if (u->slots->flash == NULL) {
        return;
    }
    if (u->slots->trial != TN_TRIAL_NONE) {
        load_trial(u);
        return;
    }
    if (load_candidate(u)) {
        return;
    }
    tn_update_load_confirmed(u);
}

// Without flash, for selectors that cannot hold trials.
static tn_slots_t no_slots = {.active = -1, .sector = -1};

tn_status_t tn_update_init(tn_update_t *u, tn_slots_t *slots, const tn_update_config_t *config)
{
    const uint32_t needed = TN_SLOT_ATTEMPTS_AT + TN_UPDATE_ATTEMPTS * TN_SLOT_ATTEMPT_BYTES;
    const bool too_small = slots->flash != NULL && slots->flash->areas[TN_AREA_SELECT].sector_bytes < needed;
    memset(u, 0, sizeof *u);
    u->slots = too_small ? &no_slots : slots;
    u->config = *config;
    tn_update_load(u);
    return too_small ? TN_ERR_FLASH : TN_OK;
}

/// Records ///

// The record in force once more, or one that activates nothing.
static tn_slot_record_t same_record(const tn_update_t *u)
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
    tn_slot_record_t record = same_record(u);
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

/// Ends of a candidate ///

void tn_update_give_up(tn_update_t *u)
{
    memcpy(u->offer, u->bytes, sizeof u->offer);
    forget(u, TN_UPDATE_EMPTY);
}

int32_t tn_update_close(tn_update_t *u, int32_t status)
{
    const tn_flash_t *flash = u->slots->flash;
    (void)tn_journal_add(u, TN_ENTRY_REFUSED + ((uint32_t)-status & 0xFFu), true);
    (void)flash->sync(flash->user);
    u->state = TN_UPDATE_REFUSED;
    u->status = (int16_t)status;
    u->work = TN_WORK_NONE;
    return status;
}

void tn_update_close_slot(tn_update_t *u, uint32_t slot, int32_t status)
{
    tn_trailer_t t;
    const tn_flash_t *flash = u->slots->flash;
    if (tn_trailer_read(u->slots, slot, &t, NULL) && is_blob_of(u->slots, slot, &t.manifest)) {
        take_trailer(u, &t, slot, TN_UPDATE_REVERTED);
        (void)tn_journal_add(u, TN_ENTRY_REVERTED + ((uint32_t)-status & 0xFFu), true);
        (void)flash->sync(flash->user);
    }
}

int32_t tn_update_refuse(tn_update_t *u, int32_t status)
{
    u->work = TN_WORK_NONE;
    if (status >= 0 || status < -255) {
        return TN_ERR_ARG;
    }
    if (!tn_under_way(u)) {
        return TN_ERR_STATE;
    }
    (void)tn_update_close(u, status);
    return TN_OK;
}

/// From a stored candidate to the confirmed model ///

int32_t tn_update_finish(tn_update_t *u)
{
    const tn_flash_t *flash = u->slots->flash;
    if (u->state == TN_UPDATE_STORED) {
        u->work = TN_WORK_NONE;
        return TN_OK;
    }
    if (u->state != TN_UPDATE_RECEIVING) {
        return TN_ERR_STATE;
    }
    if (u->parts_stored != tn_manifest_parts(&u->manifest)) {
        return TN_ERR_EMPTY;
    }
    int32_t status = tn_update_verify_step(u, TN_WORK_FINISH);
    if (status == 1 || status == TN_ERR_CRYPTO) {
        return status;
    }
    if (status == TN_ERR_HASH && u->repairs < 3) {
        u->repairs++;
        if (tn_parts_repair(u) != 0) {
            return TN_ERR_EMPTY;
        }
    }
    if (status != TN_OK) {
        return tn_update_close(u, status);
    }
    if (!tn_journal_add(u, TN_ENTRY_VERIFIED, true) || !flash->sync(flash->user)) {
        return TN_ERR_FLASH;
    }
    u->state = TN_UPDATE_STORED;
    return TN_OK;
}

int32_t tn_update_activate(tn_update_t *u)
{
    if (u->state != TN_UPDATE_STORED) {
        return TN_ERR_STATE;
    }
    const int32_t status = tn_update_verify_step(u, TN_WORK_ACTIVATE);
    if (status == 1 || status == TN_ERR_CRYPTO) {
        return status;
    }
    tn_layout_t place;
    const uint8_t *slot = tn_slot_bytes_at(u->slots, (uint32_t)u->slot);
    if (status == TN_OK
        && (!tn_layout_fits(u->slots, &u->manifest, &place) || memcmp(slot + place.manifest_at, u->bytes, TN_MANIFEST_BYTES) != 0)) {
        tn_update_load(u);
        return TN_ERR_STATE;
    }
    if (status != TN_OK) {
        return tn_update_close(u, status);
    }
    tn_slot_record_t record = same_record(u);
    record.slot = (uint32_t)u->slot;
    record.trial = u->slots->active >= 0 ? TN_TRIAL_FALLBACK : TN_TRIAL_ALONE;
    record.blob_bytes = u->manifest.blob_bytes;
    record.blob_crc = u->manifest.blob_crc;
    const tn_status_t written = tn_slots_put(u->slots, &record);
    if (u->slots->active == u->slot && u->slots->trial != TN_TRIAL_NONE) {
        u->state = TN_UPDATE_TRIAL;
        u->attempts = 0;
        return TN_OK;
    }
    return written == TN_OK ? TN_ERR_FLASH : written;
}

int32_t tn_update_confirm(tn_update_t *u)
{
    u->work = TN_WORK_NONE;
    if (u->state != TN_UPDATE_TRIAL || u->reverting) {
        return TN_ERR_STATE;
    }
    tn_slot_record_t record = same_record(u);
    record.trial = TN_TRIAL_NONE;
    if (u->slot >= 0 && u->manifest.counter > record.counter) {
        record.counter = u->manifest.counter;
    }
    const tn_status_t status = tn_slots_put(u->slots, &record);
    if (u->slots->active == (int8_t)record.slot && u->slots->trial == TN_TRIAL_NONE) {
        u->state = TN_UPDATE_CONFIRMED;
        return TN_OK;
    }
    return status == TN_OK ? TN_ERR_FLASH : status;
}

int32_t tn_update_candidate(const tn_update_t *u)
{
    const tn_slots_t *slots = u->slots;
    return slots->flash == NULL ? -1 : slots->trial != TN_TRIAL_NONE ? slots->active : (int32_t)tn_other_slot(slots);
}
