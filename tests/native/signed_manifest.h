// A signer for tests, and manifests for the blobs of test_blobs.h. The key is another one in every process.
#ifndef SIGNED_MANIFEST_H
#define SIGNED_MANIFEST_H

#include <psa/crypto.h>
#include <string.h>

#include "test_blobs.h"
#include "tn/tn_manifest.h"

typedef struct signer {
    psa_key_id_t key;
    tn_update_key_t trusted;
} signer_t;

static inline void signer_require(psa_status_t status, const char *what)
{
    if (status != PSA_SUCCESS) {
        printf("%s: PSA says %d\n", what, (int)status);
        exit(1);
    }
}

static inline void signer_hash(const uint8_t *bytes, size_t count, uint8_t digest[32])
{
    size_t length;
    signer_require(psa_hash_compute(PSA_ALG_SHA_256, bytes, count, digest, 32, &length), "hash");
}

static inline void signer_make(signer_t *signer)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    uint8_t exported[65];
    uint8_t digest[32];
    size_t length;
    signer_require(psa_crypto_init(), "init");
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    signer_require(psa_generate_key(&attributes, &signer->key), "key");
    signer_require(psa_export_public_key(signer->key, exported, sizeof exported, &length), "public key");
    memcpy(signer->trusted.point, exported + 1, sizeof signer->trusted.point);
    signer_hash(signer->trusted.point, sizeof signer->trusted.point, digest);
    memcpy(signer->trusted.id, digest, sizeof signer->trusted.id);
    signer->trusted.revoked = false;
}

static inline void manifest_u16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void manifest_sign(uint8_t manifest[TN_MANIFEST_BYTES], const signer_t *signer)
{
    uint8_t digest[32];
    size_t length;
    memcpy(manifest + 184, signer->trusted.id, 8);
    signer_hash(manifest, TN_MANIFEST_SIGNED_BYTES, digest);
    signer_require(psa_sign_hash(signer->key, PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest, 32, manifest + 192, 64, &length), "sign");
}

// A manifest that installs a blob of at most 512 bytes: part 0 is `index`, part 1 the blob. Bytes of the index: 16.
static inline void manifest_of(uint8_t manifest[TN_MANIFEST_BYTES], uint8_t index[16], const blob_t *blob, uint32_t issued,
                               const signer_t *signer)
{
    uint8_t digest[32];
    signer_hash(blob->bytes, blob->size, digest);
    memset(manifest, 0, TN_MANIFEST_BYTES);
    memcpy(manifest, "TNUM\1\1", 6);
    manifest_u16(manifest + 6, TN_MANIFEST_BYTES);
    blob_put_u32(manifest + 8, 77);
    blob_put_u32(manifest + 12, issued);
    memcpy(manifest + 20, blob->bytes + 24, 4);
    blob_put_u32(manifest + 24, blob->size);
    memcpy(manifest + 28, blob->bytes + 12, 4);
    memcpy(manifest + 32, blob->bytes + 16, 4);
    manifest_u16(manifest + 36, 512);
    manifest_u16(manifest + 38, 1);
    manifest_u16(manifest + 44, 60);
    manifest[51] = blob->bytes[52];
    memcpy(manifest + 52, blob->bytes + 28, 2);
    memcpy(manifest + 54, blob->bytes + 30, 2);
    memcpy(manifest + 56, blob->bytes + 32, 16);
    memcpy(manifest + 72, digest, 32);
    memcpy(index, digest, 16);
    signer_hash(index, 16, manifest + 104);
    memcpy(manifest + 136, "bench", 5);
    manifest_sign(manifest, signer);
}

#endif
