// What a manifest must be for this device, and whether what is stored is what was signed.

#include "tn_update_impl.h"

#include "tn_backend.h"
#include "tn_crc32.h"
#include "tn_load.h"

// Whether this image has the operator for blobs of the target: the general kernel, or for the back end's own target any of its variants.
static bool has_operator(uint8_t code, uint8_t target)
{
    uint32_t param_bytes;
    const uint32_t kernels = target == TN_TARGET_PORTABLE ? 1 : 256;
    for (uint32_t kernel = 0; kernel < kernels; kernel++) {
        if (tn_op_find(code, (uint8_t)kernel, &param_bytes) != NULL) {
            return true;
        }
    }
    return false;
}

static bool has_operators(const tn_manifest_t *m)
{
    for (uint32_t code = 0; code < 128; code++) {
        if (tn_bit(m->operators, code) && !has_operator((uint8_t)code, m->target)) {
            return false;
        }
    }
    return true;
}

static bool is_hardware(const tn_update_t *u, const tn_manifest_t *m)
{
    uint8_t own[TN_HARDWARE_BYTES] = {0};
    for (uint32_t i = 0; u->config.hardware != NULL && i < TN_HARDWARE_BYTES && u->config.hardware[i] != 0; i++) {
        own[i] = (uint8_t)u->config.hardware[i];
    }
    return tn_is_zero(m->hardware, TN_HARDWARE_BYTES) || memcmp(m->hardware, own, TN_HARDWARE_BYTES) == 0;
}

uint32_t tn_update_floor(const tn_update_t *u)
{
    tn_trailer_t t;
    const tn_slots_t *slots = u->slots;
    uint32_t floor = slots->counter;
    if (slots->active >= 0 && slots->trial == TN_TRIAL_NONE && tn_trailer_read(slots, (uint32_t)slots->active, &t, NULL)) {
        const uint8_t *blob = tn_slot_bytes_at(slots, (uint32_t)slots->active);
        const bool own = tn_read_u32(blob + 8) == t.manifest.blob_bytes && tn_read_u32(blob + 12) == t.manifest.blob_crc;
        floor = own && t.manifest.counter > floor ? t.manifest.counter : floor;
    }
    return floor;
}

tn_status_t tn_update_check(const tn_update_t *u, const tn_manifest_t *m)
{
    const uint32_t types = TN_TYPE_INT8 | (TN_INT16 ? TN_TYPE_INT16 : 0u) | (TN_FLOAT ? TN_TYPE_FLOAT : 0u);
    tn_layout_t place;
    if (m->issued < u->slots->issued) {
        return TN_ERR_STALE;
    }
    if (m->counter < tn_update_floor(u)) {
        return TN_ERR_COUNTER;
    }
    if (!is_hardware(u, m)) {
        return TN_ERR_HARDWARE;
    }
    if (m->kind != TN_MANIFEST_INSTALL) {
        return TN_OK;
    }
    if (m->kernel_abi != TN_KERNEL_ABI) {
        return TN_ERR_VERSION;
    }
    if (m->target != TN_TARGET_PORTABLE && m->target != tn_backend_target) {
        return TN_ERR_TARGET;
    }
    if ((m->types & ~types) != 0) {
        return TN_ERR_TYPE;
    }
    if (!has_operators(m)) {
        return TN_ERR_OP;
    }
    if (!tn_layout_fits(u->slots, m, &place)) {
        return TN_ERR_SIZE;
    }
    if (tn_manifest_parts(m) > TN_UPDATE_PARTS || tn_slots_sectors(u->slots) > TN_ENTRY_SECTORS_MOST) {
        return TN_ERR_LIMIT;
    }
    return m->arena_bytes > u->config.arena_bytes ? TN_ERR_ARENA : TN_OK;
}

// Everything that the manifest repeats of the blob's header.
static bool header_matches(const tn_manifest_t *m, const uint8_t *blob)
{
    return tn_read_u32(blob + 8) == m->blob_bytes && tn_read_u32(blob + 12) == m->blob_crc && tn_read_u32(blob + 16) == m->arena_bytes
        && tn_read_u32(blob + 24) == m->model_version && tn_read_u16(blob + 28) == m->kernel_abi && tn_read_u16(blob + 30) == m->types
        && memcmp(blob + 32, m->operators, 16) == 0 && blob[52] == m->target;
}

// The manifest that lies in flash, not the copy in RAM alone.
static int32_t begin(tn_update_t *u, uint8_t work)
{
    tn_status_t status = tn_manifest_verify(u->bytes, u->config.keys, u->config.key_count);
    u->work = TN_WORK_NONE;
    if (status == TN_OK) {
        status = tn_update_check(u, &u->manifest);
    }
    if (status != TN_OK) {
        return status;
    }
    if (!tn_hash_begin(&u->hash)) {
        return TN_ERR_CRYPTO;
    }
    u->work = work;
    u->at = 0;
    u->crc = 0;
    return 1;
}

int32_t tn_update_verify_step(tn_update_t *u, uint8_t work)
{
    uint8_t digest[TN_SHA256_BYTES];
    uint32_t arena_bytes;
    if (u->work != work) {
        return begin(u, work);
    }
    const tn_manifest_t *m = &u->manifest;
    const uint8_t *blob = tn_slot_bytes_at(u->slots, (uint32_t)u->slot);
    const uint32_t rest = m->blob_bytes - u->at;
    const uint32_t count = rest < TN_HASH_STEP ? rest : TN_HASH_STEP;
    // The header's checksum begins behind itself.
    const uint32_t skipped = u->at == 0 ? 16 : 0;
    (void)tn_hash_add(&u->hash, blob + u->at, count);
    u->crc = tn_crc32(u->crc, blob + u->at + skipped, count - skipped);
    u->at += count;
    if (u->at < m->blob_bytes) {
        return 1;
    }
    u->work = TN_WORK_NONE;
    if (!tn_hash_end(&u->hash, digest)) {
        return TN_ERR_CRYPTO;
    }
    if (memcmp(digest, m->blob_hash, sizeof digest) != 0) {
        return TN_ERR_HASH;
    }
    if (!header_matches(m, blob)) {
        return TN_ERR_MISMATCH;
    }
    const tn_status_t status = tn_blob_arena_size(blob, m->blob_bytes, &arena_bytes);
    if (status != TN_OK) {
        return status;
    }
    return u->crc == m->blob_crc ? TN_OK : TN_ERR_CHECKSUM;
}
