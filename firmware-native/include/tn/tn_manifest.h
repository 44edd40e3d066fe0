// The manifest of an update: 256 signed bytes that say everything about a blob. docs/PROTOCOL.md, "Manifest", describes it byte by byte.
#ifndef TN_MANIFEST_H
#define TN_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "tn/tn_crypto.h"
#include "tn/tn_status.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_MANIFEST_BYTES 256u
#define TN_MANIFEST_SIGNED_BYTES 192u  // what the signature covers
#define TN_HARDWARE_BYTES 24u
#define TN_KEY_ID_BYTES 8u
#define TN_INDEX_ENTRY_BYTES 16u       // of each chunk's SHA-256

// Kinds of manifests.
enum {
    TN_MANIFEST_INSTALL = 1,
    TN_MANIFEST_REVERT = 2,
    TN_MANIFEST_REVOKE = 3
};

// A public key that the firmware trusts, or no longer trusts. `tinynano keys show` prints the lines of a table.
typedef struct tn_update_key {
    uint8_t id[TN_KEY_ID_BYTES];         // first eight bytes of the SHA-256 of `point`
    uint8_t point[TN_P256_POINT_BYTES];
    bool revoked;
} tn_update_key_t;

// A manifest decoded. The pointers lead into the bytes it was read from.
typedef struct tn_manifest {
    const uint8_t *blob_hash;
    const uint8_t *index_root;
    const uint8_t *operators;
    const uint8_t *hardware;
    const uint8_t *key;
    const uint8_t *signature;
    uint32_t rollout;
    uint32_t issued;
    uint32_t counter;
    uint32_t model_version;
    uint32_t blob_bytes;
    uint32_t blob_crc;
    uint32_t arena_bytes;
    uint32_t latency_budget;
    uint16_t chunk_bytes;
    uint16_t chunks;
    uint16_t pages;          // of the index
    uint16_t health_seconds;
    uint16_t shadow_every;
    uint16_t shadow_samples;
    uint16_t kernel_abi;
    uint16_t types;
    uint8_t shadow_agreement;
    uint8_t target;
    uint8_t kind;
} tn_manifest_t;

// Parts of a manifest's blob: the index in pages, then the chunks.
static inline uint32_t tn_manifest_parts(const tn_manifest_t *manifest)
{
    return (uint32_t)manifest->pages + manifest->chunks;
}

// Decodes and checks magic, version, kind and lengths. Returns TN_OK or TN_ERR_MANIFEST. `manifest` keeps pointers into `bytes`.
tn_status_t tn_manifest_read(tn_manifest_t *manifest, const uint8_t *bytes, uint32_t count);

// Finds the manifest's key in the table and checks the signature: TN_OK, TN_ERR_CRYPTO where this image cannot verify signatures,
// TN_ERR_KEY, TN_ERR_REVOKED or TN_ERR_SIGNATURE.
tn_status_t tn_manifest_verify(const uint8_t bytes[TN_MANIFEST_BYTES], const tn_update_key_t *keys, uint32_t key_count);

// The first four bytes of the SHA-256 of the manifest, as u32; 0 where this image cannot hash.
uint32_t tn_manifest_session(const uint8_t bytes[TN_MANIFEST_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
