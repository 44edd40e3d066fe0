// Manifests: from 256 hostile bytes to fields, and the signature. Everything lies at a fixed place, so that nothing can point outside.

#include "tn/tn_manifest.h"

#include <string.h>

#include "tn_blob.h"

static bool is_zero(const uint8_t *bytes, uint32_t from, uint32_t end)
{
    uint8_t any = 0;
    for (uint32_t i = from; i < end; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

static bool lengths_fit(const tn_manifest_t *m)
{
    const bool chunk_fits = m->chunk_bytes == 512 || m->chunk_bytes == 1024 || m->chunk_bytes == 2048;
    // The chunks are at most 65535: neither the product nor the sum overflows.
    return chunk_fits && m->blob_bytes >= TN_HEADER_SIZE && m->chunks > 0 && m->blob_bytes <= (uint32_t)m->chunks * m->chunk_bytes
        && m->blob_bytes > (m->chunks - 1u) * m->chunk_bytes && m->shadow_agreement <= 100;
}

tn_status_t tn_manifest_read(tn_manifest_t *m, const uint8_t *bytes, uint32_t count)
{
    memset(m, 0, sizeof *m);
    if (bytes == NULL || count != TN_MANIFEST_BYTES || memcmp(bytes, "TNUM", 4) != 0 || bytes[4] != 1
        || tn_read_u16(bytes + 6) != TN_MANIFEST_BYTES) {
        return TN_ERR_MANIFEST;
    }
    m->kind = bytes[5];
    m->rollout = tn_read_u32(bytes + 8);
    m->issued = tn_read_u32(bytes + 12);
    m->counter = tn_read_u32(bytes + 16);
    m->model_version = tn_read_u32(bytes + 20);
    m->blob_bytes = tn_read_u32(bytes + 24);
    m->blob_crc = tn_read_u32(bytes + 28);
    m->arena_bytes = tn_read_u32(bytes + 32);
    m->chunk_bytes = tn_read_u16(bytes + 36);
    m->chunks = tn_read_u16(bytes + 38);
    m->latency_budget = tn_read_u32(bytes + 40);
    m->health_seconds = tn_read_u16(bytes + 44);
    m->shadow_every = tn_read_u16(bytes + 46);
    m->shadow_samples = tn_read_u16(bytes + 48);
    m->shadow_agreement = bytes[50];
    m->target = bytes[51];
    m->kernel_abi = tn_read_u16(bytes + 52);
    m->types = tn_read_u16(bytes + 54);
    m->operators = bytes + 56;
    m->blob_hash = bytes + 72;
    m->index_root = bytes + 104;
    m->hardware = bytes + 136;
    m->key = bytes + 184;
    m->signature = bytes + 192;
    switch (m->kind) {
    case TN_MANIFEST_INSTALL:
        if (!lengths_fit(m)) {
            return TN_ERR_MANIFEST;
        }
        m->pages = (uint16_t)((m->chunks * TN_INDEX_ENTRY_BYTES + m->chunk_bytes - 1u) / m->chunk_bytes);
        return TN_OK;
    case TN_MANIFEST_REVERT:
        return is_zero(bytes, 20, 72) && is_zero(bytes, 104, 136) ? TN_OK : TN_ERR_MANIFEST;
    case TN_MANIFEST_REVOKE:
        return is_zero(bytes, 20, 72) && is_zero(bytes, 104, 136) && !is_zero(bytes, 72, 104) ? TN_OK : TN_ERR_MANIFEST;
    default:
        return TN_ERR_MANIFEST;
    }
}

static bool hash(const uint8_t *bytes, uint32_t count, uint8_t digest[TN_SHA256_BYTES])
{
    tn_hash_t state;
    memset(&state, 0, sizeof state);
    return tn_hash_begin(&state) && tn_hash_add(&state, bytes, count) && tn_hash_end(&state, digest);
}

tn_status_t tn_manifest_verify(const uint8_t bytes[TN_MANIFEST_BYTES], const tn_update_key_t *keys, uint32_t key_count)
{
    uint8_t digest[TN_SHA256_BYTES];
    if (!tn_crypto_ready()) {
        return TN_ERR_CRYPTO;
    }
    for (uint32_t i = 0; i < key_count; i++) {
        if (memcmp(keys[i].id, bytes + 184, TN_KEY_ID_BYTES) != 0) {
            continue;
        }
        if (keys[i].revoked) {
            return TN_ERR_REVOKED;
        }
        if (!hash(bytes, TN_MANIFEST_SIGNED_BYTES, digest)) {
            return TN_ERR_CRYPTO;
        }
        return tn_crypto_verify(keys[i].point, digest, bytes + TN_MANIFEST_SIGNED_BYTES) ? TN_OK : TN_ERR_SIGNATURE;
    }
    return TN_ERR_KEY;
}

uint32_t tn_manifest_session(const uint8_t bytes[TN_MANIFEST_BYTES])
{
    uint8_t digest[TN_SHA256_BYTES];
    return tn_crypto_ready() && hash(bytes, TN_MANIFEST_BYTES, digest) ? tn_read_u32(digest) : 0;
}
