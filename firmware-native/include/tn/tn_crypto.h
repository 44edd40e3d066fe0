// The cryptography that updates need: SHA-256 over a stream, and verification of ECDSA signatures on P-256. A build links one back end:
//   update/tn_crypto_psa.c    mbedTLS by its PSA API (2.28 at the desk, 3.x in firmware)
//   update/tn_crypto_none.c   every function fails: no manifest is ever accepted
// Nothing here signs, and nothing here holds a secret.
#ifndef TN_CRYPTO_H
#define TN_CRYPTO_H

#include <stdbool.h>
#include <stdint.h>

#include "tn/tn_config.h"

#ifdef __cplusplus
extern "C" {
#endif

#define TN_SHA256_BYTES 32u
#define TN_P256_POINT_BYTES 64u      // X, then Y, big-endian
#define TN_P256_SIGNATURE_BYTES 64u  // r, then s, big-endian

// Room for the back end's hash state. The PSA back end does not compile where its own is larger.
#ifndef TN_HASH_STATE_BYTES
#define TN_HASH_STATE_BYTES 384
#endif

// A hash under way. All zero before the first use; the fields are the back end's.
typedef struct tn_hash {
    union {
        uint8_t bytes[TN_HASH_STATE_BYTES];
        uint64_t for_alignment;
    } state;
    bool active;
} tn_hash_t;

// Whether this image can verify signatures. Sets the back end up at the first call.
bool tn_crypto_ready(void);

// Begins a SHA-256; a hash under way is given up. False where the back end refuses; then tn_hash_end fails too.
bool tn_hash_begin(tn_hash_t *hash);

// Adds bytes, which may lie in mapped flash.
bool tn_hash_add(tn_hash_t *hash, const uint8_t *bytes, uint32_t count);

// False where any step since tn_hash_begin failed; `digest` is then undefined.
bool tn_hash_end(tn_hash_t *hash, uint8_t digest[TN_SHA256_BYTES]);

// Whether `signature` over the hash `digest` was made with the private key that belongs to `point`. False also for a point that is not
// on the curve.
bool tn_crypto_verify(const uint8_t point[TN_P256_POINT_BYTES], const uint8_t digest[TN_SHA256_BYTES],
                      const uint8_t signature[TN_P256_SIGNATURE_BYTES]);

#ifdef __cplusplus
}
#endif

#endif
