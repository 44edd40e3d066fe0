// A publisher and a device for tests of updates: blobs of any size, manifests that fit them, and a device that drives one to its end from
// whatever it finds after a start. The includer brings a back end of tn_crypto.h and `sign_digest`.
#ifndef UPDATE_TEST_H
#define UPDATE_TEST_H

#include "sim_flash.h"
#include "test_blobs.h"
#include "tn/tn.h"
#include "tn/tn_update.h"
#include "tn_blob.h"

enum { MODEL_MOST = 48 * 1024, MODEL_CHUNKS = 128 };

static void sign_digest(uint32_t key, const uint8_t digest[TN_SHA256_BYTES], uint8_t signature[TN_P256_SIGNATURE_BYTES]);

// A model with what its publisher sends.
typedef struct model {
    uint8_t bytes[MODEL_MOST] __attribute__((aligned(16)));
    uint32_t size;
    uint8_t index[MODEL_CHUNKS * TN_INDEX_ENTRY_BYTES];
    uint8_t manifest[TN_MANIFEST_BYTES];
    uint32_t chunk_bytes;
    uint32_t chunks;
    uint32_t pages;
} model_t;

static tn_update_key_t test_keys[3];

static inline void put_u16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void hash_of(const uint8_t *bytes, uint32_t count, uint8_t digest[TN_SHA256_BYTES])
{
    tn_hash_t hash = {{{0}}, false};
    (void)tn_hash_begin(&hash);
    (void)tn_hash_add(&hash, bytes, count);
    (void)tn_hash_end(&hash, digest);
}

// Signs anew after a change.
static inline void manifest_sign(uint8_t *manifest, uint32_t key)
{
    uint8_t digest[TN_SHA256_BYTES];
    memcpy(manifest + 184, test_keys[key].id, TN_KEY_ID_BYTES);
    hash_of(manifest, TN_MANIFEST_SIGNED_BYTES, digest);
    sign_digest(key, digest, manifest + TN_MANIFEST_SIGNED_BYTES);
}

// The manifest of the model's bytes, unsigned.
static inline void manifest_fill(model_t *m, uint32_t issued, uint32_t counter)
{
    uint8_t *at = m->manifest;
    uint8_t digest[TN_SHA256_BYTES];
    m->chunks = (m->size + m->chunk_bytes - 1) / m->chunk_bytes;
    m->pages = (m->chunks * TN_INDEX_ENTRY_BYTES + m->chunk_bytes - 1) / m->chunk_bytes;
    for (uint32_t i = 0; i < m->chunks; i++) {
        const uint32_t rest = m->size - i * m->chunk_bytes;
        hash_of(m->bytes + i * m->chunk_bytes, rest < m->chunk_bytes ? rest : m->chunk_bytes, digest);
        memcpy(m->index + i * TN_INDEX_ENTRY_BYTES, digest, TN_INDEX_ENTRY_BYTES);
    }
    memset(at, 0, TN_MANIFEST_BYTES);
    memcpy(at, "TNUM\x01\x01\x00\x01", 8);
    blob_put_u32(at + 8, 77);
    blob_put_u32(at + 12, issued);
    blob_put_u32(at + 16, counter);
    memcpy(at + 20, m->bytes + 24, 4);
    blob_put_u32(at + 24, m->size);
    memcpy(at + 28, m->bytes + 12, 4);
    memcpy(at + 32, m->bytes + 16, 4);
    put_u16(at + 36, m->chunk_bytes);
    put_u16(at + 38, m->chunks);
    put_u16(at + 44, 60);
    at[51] = m->bytes[52];
    memcpy(at + 52, m->bytes + 28, 4);
    memcpy(at + 56, m->bytes + 32, 16);
    hash_of(m->bytes, m->size, at + 72);
    hash_of(m->index, m->chunks * TN_INDEX_ENTRY_BYTES, at + 104);
    memcpy(at + 136, "board", 5);
    memcpy(at + 160, "test", 4);
}

// A model of `size` bytes (at least 512), signed with key 0: the smallest blob and noise behind it.
static inline void model_make(model_t *m, uint32_t version, uint32_t size, uint32_t chunk_bytes, uint32_t issued, uint32_t counter)
{
    const blob_t blob = blob_of_version(version);
    uint32_t noise = version * 2654435761u | 1u;
    memcpy(m->bytes, blob.bytes, blob.size);
    for (uint32_t i = blob.size; i < size; i++) {
        noise = noise * 1664525u + 1013904223u;
        m->bytes[i] = (uint8_t)(noise >> 24);
    }
    m->size = size;
    m->chunk_bytes = chunk_bytes;
    blob_put_u32(m->bytes + 8, size);
    blob_put_u32(m->bytes + 12, tn_crc32(0, m->bytes + 16, size - 16));
    manifest_fill(m, issued, counter);
    manifest_sign(m->manifest, 0);
}

// A manifest of kind 2 or 3; `hash` NULL for the other slot's model.
static inline void command_make(uint8_t *manifest, uint8_t kind, const uint8_t *hash, uint32_t issued, uint32_t counter)
{
    memset(manifest, 0, TN_MANIFEST_BYTES);
    memcpy(manifest, "TNUM\x01\x01\x00\x01", 8);
    manifest[5] = kind;
    blob_put_u32(manifest + 12, issued);
    blob_put_u32(manifest + 16, counter);
    if (hash != NULL) {
        memcpy(manifest + 72, hash, TN_SHA256_BYTES);
    }
    manifest_sign(manifest, 0);
}

static inline const uint8_t *part_of(const model_t *m, uint32_t part, uint32_t *count)
{
    const bool page = part < m->pages;
    const uint32_t at = (page ? part : part - m->pages) * m->chunk_bytes;
    const uint32_t rest = (page ? m->chunks * TN_INDEX_ENTRY_BYTES : m->size) - at;
    *count = rest < m->chunk_bytes ? rest : m->chunk_bytes;
    return (page ? m->index : m->bytes) + at;
}

/// The device ///

typedef struct device {
    sim_flash_t sim;
    tn_slots_t slots;
    tn_update_t update;
} device_t;

static inline int32_t device_field(const device_t *d, int32_t field)
{
    int32_t fields[TN_UPDATE_FIELDS];
    (void)tn_update_status(&d->update, fields, TN_UPDATE_FIELDS);
    return fields[field];
}

static inline int32_t device_state(const device_t *d)
{
    return device_field(d, TN_UPDATE_FIELD_STATE);
}

// As after a reset: RAM holds anything.
static inline int32_t device_start(device_t *d)
{
    const tn_update_config_t config = {"board", test_keys, 3, 4096};
    memset(&d->slots, 0xA5, sizeof d->slots);
    memset(&d->update, 0xA5, sizeof d->update);
    sim_require(tn_slots_init(&d->slots, &d->sim.flash) == TN_OK, "the slots do not start");
    sim_require(tn_update_init(&d->update, &d->slots, &config) == TN_OK, "the update does not start");
    return tn_update_boot(&d->update);
}

static inline int32_t device_begin(device_t *d)
{
    int32_t status;
    while ((status = tn_update_begin(&d->update)) == 1) {
    }
    return status;
}

static inline int32_t device_finish(device_t *d)
{
    int32_t status;
    while ((status = tn_update_finish(&d->update)) == 1) {
    }
    return status;
}

static inline int32_t device_activate(device_t *d)
{
    int32_t status;
    while ((status = tn_update_activate(&d->update)) == 1) {
    }
    return status;
}

// Stores what is missing, in any order (by `order`), then finishes. TN_ERR_STATE where the candidate was given up.
static inline int32_t device_receive(device_t *d, const model_t *m, uint32_t order)
{
    for (;;) {
        const int32_t parts = device_field(d, TN_UPDATE_FIELD_PARTS);
        int32_t part = tn_update_missing(&d->update, parts > 0 ? (uint32_t)(order % (uint32_t)parts) : 0);
        part = part == TN_ERR_EMPTY ? tn_update_missing(&d->update, 0) : part;
        if (part >= (int32_t)m->pages && tn_update_missing(&d->update, 0) < (int32_t)m->pages) {
            part = tn_update_missing(&d->update, 0);
        }
        if (part == TN_ERR_EMPTY) {
            const int32_t status = device_finish(d);
            if (status != TN_ERR_EMPTY) {
                return status;
            }
            continue;
        }
        if (part < 0) {
            return part;
        }
        uint32_t count;
        const uint8_t *bytes = part_of(m, (uint32_t)part, &count);
        const int32_t status = tn_update_store(&d->update, (uint32_t)part, bytes, count);
        if (status < 0 || d->sim.dead) {
            return status < 0 ? status : TN_ERR_FLASH;
        }
        order = order * 1664525u + 1013904223u;
    }
}

// What is to become of a stored candidate.
typedef enum goal {
    GOAL_CONFIRM,
    GOAL_CONFIRM_AFTER_START,
    GOAL_RESTARTS,
    GOAL_REVERT,
    GOAL_REFUSE
} goal_t;

// Drives a model's update from whatever is there until its end or the next power cut. Returns the last status.
static inline int32_t device_update(device_t *d, const model_t *m, goal_t goal, uint32_t order)
{
    for (int round = 0; round < 60; round++) {
        int32_t status = tn_update_offer(&d->update, m->manifest, TN_MANIFEST_BYTES);
        if (status < 0 || d->sim.dead) {
            return status;
        }
        if (status == 0) {
            status = device_begin(d);
        } else if (device_state(d) == TN_UPDATE_RECEIVING) {
            status = device_receive(d, m, order);
        } else if (device_state(d) == TN_UPDATE_STORED) {
            status = goal == GOAL_REFUSE ? tn_update_refuse(&d->update, TN_ERR_PROOF) : device_activate(d);
        } else if (device_state(d) == TN_UPDATE_TRIAL && goal == GOAL_REVERT) {
            status = tn_update_revert(&d->update, TN_ERR_HEALTH);
        } else if (device_state(d) == TN_UPDATE_TRIAL
                   && (goal == GOAL_RESTARTS || (goal == GOAL_CONFIRM_AFTER_START && d->update.attempts == 0))) {
            status = device_start(d);
        } else if (device_state(d) == TN_UPDATE_TRIAL) {
            status = tn_update_confirm(&d->update);
        } else {
            return TN_OK;
        }
        if (d->sim.dead) {
            return TN_ERR_FLASH;
        }
        if (status < 0 && device_state(d) != TN_UPDATE_EMPTY && device_state(d) != TN_UPDATE_REFUSED) {
            return status;
        }
    }
    return TN_ERR_TIMEOUT;
}

// Carries out a command (kind 2 or 3), from whatever is there.
static inline int32_t device_command(device_t *d, const uint8_t *manifest)
{
    const int32_t status = tn_update_offer(&d->update, manifest, TN_MANIFEST_BYTES);
    return status == 1 ? TN_OK : status < 0 ? status : device_begin(d);
}

// Whether a slot begins with a model's bytes.
static inline bool slot_holds(const device_t *d, int32_t slot, const model_t *m)
{
    return slot >= 0 && memcmp(d->sim.now.slots[slot], m->bytes, m->size) == 0;
}

#endif
