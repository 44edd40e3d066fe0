// Manifests that come: whether they are acceptable, and carrying them out.

#include "tn_update_impl.h"

/// The offer ///

static bool is_same(const uint8_t a[TN_MANIFEST_BYTES], const uint8_t b[TN_MANIFEST_BYTES])
{
    return memcmp(a, b, TN_MANIFEST_BYTES) == 0;
}

// Whether the device knows the manifest already: 1, 0, or a status. What is known becomes what tn_update_status tells about, unless
// another candidate is under way.
static int32_t find_known(tn_update_t *u, const tn_manifest_t *m, const uint8_t *bytes)
{
    tn_slots_t *slots = u->slots;
    tn_trailer_t t;
    if (is_same(u->bytes, bytes)) {
        return 1;
    }
    for (uint32_t slot = 0; slot < TN_SLOT_COUNT; slot++) {
        if (!tn_trailer_read(slots, slot, &t, NULL) || !is_same(t.bytes, bytes)) {
            continue;
        }
        if ((int32_t)slot == slots->active && slots->trial == TN_TRIAL_NONE && !tn_under_way(u)) {
            tn_update_load_confirmed(u);
            return is_same(u->bytes, bytes) ? 1 : 0;
        }
        if (t.closed != 0 && (int32_t)slot != slots->active) {
            tn_update_load(u);
            return is_same(u->bytes, bytes) ? 1 : 0;
        }
        // The model of before, or of behind: it gave way to one that was accepted later, maybe in the same second.
        return m->issued <= slots->issued && !tn_update_is_accepted(slots, m, tn_manifest_session(bytes)) ? TN_ERR_STALE : 0;
    }
    return 0;
}

int32_t tn_update_offer(tn_update_t *u, const uint8_t *bytes, uint32_t count)
{
    tn_manifest_t m;
    u->work = TN_WORK_NONE;
    tn_status_t status = tn_manifest_read(&m, bytes, count);
    if (status != TN_OK) {
        return status;
    }
    if (!tn_crypto_ready()) {
        return TN_ERR_CRYPTO;
    }
    const bool any_flash = u->slots->flash != NULL;
    const int32_t known = any_flash ? find_known(u, &m, bytes) : 0;
    if (known > 0) {
        return known;
    }
    status = tn_manifest_verify(bytes, u->config.keys, u->config.key_count);
    if (status != TN_OK) {
        return status;
    }
    if (!any_flash) {
        return TN_ERR_FLASH;
    }
    if (known < 0) {
        return known;
    }
    const bool accepted = tn_update_is_accepted(u->slots, &m, tn_manifest_session(bytes));
    if (m.kind != TN_MANIFEST_INSTALL && accepted) {
        return 1;
    }
    // Of one second two are taken: a third may be the first one again, which gave way to the second.
    if (!accepted && m.issued == u->slots->issued && (u->slots->session & TN_SLOT_SESSION_LAST) != 0) {
        return TN_ERR_STALE;
    }
    status = tn_update_check(u, &m);
    if (status != TN_OK) {
        return status;
    }
    if (m.kind == TN_MANIFEST_INSTALL && u->slots->trial != TN_TRIAL_NONE) {
        return TN_ERR_STATE;
    }
    memcpy(u->offer, bytes, TN_MANIFEST_BYTES);
    return TN_OK;
}

/// Install ///

static int32_t begin_install(tn_update_t *u, const tn_manifest_t *m)
{
    const tn_flash_t *flash = u->slots->flash;
    const uint32_t slot = tn_other_slot(u->slots);
    tn_layout_t place;
    if (u->slots->trial != TN_TRIAL_NONE) {
        return TN_ERR_STATE;
    }
    if (u->work != TN_WORK_ERASE) {
        if (tn_under_way(u) && is_same(u->bytes, u->offer)) {
            memset(u->offer, 0, sizeof u->offer);
            return TN_OK;
        }
        const tn_status_t status = tn_update_accept(u, m, tn_manifest_session(u->offer));
        if (status != TN_OK) {
            return status;
        }
        tn_update_forget(u);
        u->work = TN_WORK_ERASE;
        u->at = tn_slots_sectors(u->slots);
        return 1;
    }
    // From the last sector down: the old manifest goes first, what it speaks of later.
    if (u->at > 0) {
        u->at--;
        if (tn_slots_erase(u->slots, slot, u->at) != TN_OK) {
            u->work = TN_WORK_NONE;
            return TN_ERR_FLASH;
        }
        return 1;
    }
    u->work = TN_WORK_NONE;
    // A manifest on the flash means that every sector of its slot has been erased.
    if (!tn_layout_fits(u->slots, m, &place) || !flash->sync(flash->user)
        || tn_slots_write(u->slots, slot, place.manifest_at, u->offer, TN_MANIFEST_BYTES) != TN_OK || !flash->sync(flash->user)) {
        return TN_ERR_FLASH;
    }
    tn_update_load(u);
    if (u->state != TN_UPDATE_RECEIVING || !is_same(u->bytes, u->offer)) {
        return TN_ERR_FLASH;
    }
    memset(u->offer, 0, sizeof u->offer);
    return TN_OK;
}

/// Revert and revoke ///

// Hashes the blobs of both slots, a bit a call: 1 while work is left.
static int32_t compare_step(tn_update_t *u)
{
    if (u->work != TN_WORK_COMPARE) {
        u->work = TN_WORK_COMPARE;
        u->at = 0;
        u->crc = 0;
        memset(u->blob_there, 0, sizeof u->blob_there);
        return 1;
    }
    // `crc` counts the slots, `at` the bytes.
    uint32_t bytes;
    const uint32_t slot = u->crc;
    if (slot >= TN_SLOT_COUNT) {
        u->work = TN_WORK_NONE;
        return TN_OK;
    }
    const bool whole = tn_slots_length(u->slots, slot, &bytes) == TN_OK;
    if (!whole || (u->at == 0 && !tn_hash_begin(&u->hash))) {
        u->crc++;
        u->at = 0;
        return 1;
    }
    const uint32_t count = bytes - u->at < TN_HASH_STEP ? bytes - u->at : TN_HASH_STEP;
    (void)tn_hash_add(&u->hash, tn_slot_bytes_at(u->slots, slot) + u->at, count);
    u->at += count;
    if (u->at == bytes) {
        u->blob_there[slot] = tn_hash_end(&u->hash, u->blob_hash[slot])
            && tn_blob_verify(tn_slot_bytes_at(u->slots, slot), bytes) == TN_OK;
        u->crc++;
        u->at = 0;
    }
    return 1;
}

// Whether the model of a slot was taken back once, or refused.
static bool is_closed(const tn_update_t *u, uint32_t slot)
{
    tn_trailer_t t;
    return tn_trailer_read(u->slots, slot, &t, NULL) && t.closed != 0;
}

static bool is_hash(const tn_update_t *u, int32_t slot, const uint8_t *hash)
{
    return slot >= 0 && u->blob_there[slot] && memcmp(u->blob_hash[slot], hash, TN_SHA256_BYTES) == 0;
}

// The manifest has been carried out; it is what tn_update_status tells about.
static int32_t done(tn_update_t *u, uint8_t state, int32_t status)
{
    tn_update_forget(u);
    tn_update_take_offer(u);
    u->state = state;
    u->status = (int16_t)status;
    return TN_OK;
}

static int32_t go_back(tn_update_t *u, const tn_manifest_t *m, int32_t status)
{
    const uint32_t session = tn_manifest_session(u->offer);
    if (u->slots->trial != TN_TRIAL_NONE) {
        const int32_t ended = tn_update_end_trial(u, status, m, session);
        return ended == TN_OK ? done(u, TN_UPDATE_REVERTED, status) : ended;
    }
    const int32_t before = u->slots->active;
    const tn_status_t written = tn_update_go_back(u, m, session);
    if (u->slots->active == before) {
        return written == TN_OK ? TN_ERR_FLASH : written;
    }
    // For the start after this one to tell; the selector holds all that matters.
    tn_update_close_slot(u, (uint32_t)before, status);
    return done(u, TN_UPDATE_REVERTED, status);
}

// Ends the candidate under way, then notes the manifest.
static int32_t cancel(tn_update_t *u, const tn_manifest_t *m)
{
    (void)tn_update_close(u, TN_ERR_WITHDRAWN);
    const tn_status_t status = tn_update_accept(u, m, tn_manifest_session(u->offer));
    return status == TN_OK ? done(u, TN_UPDATE_REFUSED, TN_ERR_WITHDRAWN) : status;
}

static int32_t accept_only(tn_update_t *u, const tn_manifest_t *m)
{
    if (u->slots->trial != TN_TRIAL_NONE) {
        return TN_ERR_STATE;
    }
    if (tn_under_way(u)) {
        // It would make the candidate one that gave way. It comes again, and the candidate will then be at its end.
        memset(u->offer, 0, sizeof u->offer);
        return TN_OK;
    }
    const tn_status_t status = tn_update_accept(u, m, tn_manifest_session(u->offer));
    if (status == TN_OK) {
        memset(u->offer, 0, sizeof u->offer);
        tn_update_load(u);
    }
    return status;
}

static int32_t revert(tn_update_t *u, const tn_manifest_t *m)
{
    const tn_slots_t *slots = u->slots;
    const uint32_t other = tn_other_slot(slots);
    const bool any = tn_is_zero(m->blob_hash, TN_SHA256_BYTES);
    const bool is_active = is_hash(u, slots->active, m->blob_hash);
    if (tn_under_way(u)) {
        return any || is_active ? cancel(u, m) : TN_ERR_EMPTY;
    }
    if (is_active && !any) {
        return accept_only(u, m);
    }
    if (slots->active < 0 || !u->blob_there[other] || slots->trial == TN_TRIAL_ALONE
        || (any && slots->trial == TN_TRIAL_NONE && is_closed(u, other))) {
        return TN_ERR_EMPTY;
    }
    return any || is_hash(u, (int32_t)other, m->blob_hash) ? go_back(u, m, TN_OK) : TN_ERR_HASH;
}

static int32_t revoke(tn_update_t *u, const tn_manifest_t *m)
{
    const tn_slots_t *slots = u->slots;
    const uint32_t other = tn_other_slot(slots);
    if (tn_under_way(u) && memcmp(u->manifest.blob_hash, m->blob_hash, TN_SHA256_BYTES) == 0) {
        return cancel(u, m);
    }
    if (!is_hash(u, slots->active, m->blob_hash)) {
        return accept_only(u, m);
    }
    if (slots->trial != TN_TRIAL_ALONE
        && (tn_under_way(u) || !u->blob_there[other] || is_hash(u, (int32_t)other, m->blob_hash)
            || (slots->trial == TN_TRIAL_NONE && is_closed(u, other)))) {
        return TN_ERR_EMPTY;
    }
    return go_back(u, m, TN_ERR_WITHDRAWN);
}

int32_t tn_update_begin(tn_update_t *u)
{
    tn_manifest_t m;
    if (u->slots->flash == NULL) {
        return TN_ERR_FLASH;
    }
    if (tn_manifest_read(&m, u->offer, TN_MANIFEST_BYTES) != TN_OK) {
        u->work = TN_WORK_NONE;
        return TN_ERR_STATE;
    }
    if (m.kind == TN_MANIFEST_INSTALL) {
        return begin_install(u, &m);
    }
    const int32_t compared = compare_step(u);
    if (compared != TN_OK) {
        return compared;
    }
    return m.kind == TN_MANIFEST_REVERT ? revert(u, &m) : revoke(u, &m);
}
