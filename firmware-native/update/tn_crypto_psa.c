// The cryptography of updates by the PSA API of mbedTLS: 2.28 at the desk, 3.x in firmware. One built with TN_CRYPTO=psa needs
// psa_crypto_init, SHA-256, ECDSA and the curve secp256r1 in mbedTLS's configuration.

#include "tn/tn_crypto.h"

#include <string.h>

#include <psa/crypto.h>

// Fails to compile where the state is larger than the room for it.
typedef char state_fits[sizeof(psa_hash_operation_t) <= TN_HASH_STATE_BYTES ? 1 : -1];

bool tn_crypto_ready(void)
{
    static bool ready;
    if (!ready) {
        ready = psa_crypto_init() == PSA_SUCCESS;
    }
    return ready;
}

static psa_hash_operation_t *operation(tn_hash_t *hash)
{
    return (psa_hash_operation_t *)(void *)hash->state.bytes;
}

bool tn_hash_begin(tn_hash_t *hash)
{
    const psa_hash_operation_t idle = PSA_HASH_OPERATION_INIT;
    if (hash->active) {
        (void)psa_hash_abort(operation(hash));
    }
    *operation(hash) = idle;
    hash->active = tn_crypto_ready() && psa_hash_setup(operation(hash), PSA_ALG_SHA_256) == PSA_SUCCESS;
    return hash->active;
}

bool tn_hash_add(tn_hash_t *hash, const uint8_t *bytes, uint32_t count)
{
    if (hash->active && psa_hash_update(operation(hash), bytes, count) != PSA_SUCCESS) {
        (void)psa_hash_abort(operation(hash));
        hash->active = false;
    }
    return hash->active;
}

bool tn_hash_end(tn_hash_t *hash, uint8_t digest[TN_SHA256_BYTES])
{
    size_t length = 0;
    const bool ok = hash->active && psa_hash_finish(operation(hash), digest, TN_SHA256_BYTES, &length) == PSA_SUCCESS
        && length == TN_SHA256_BYTES;
    if (hash->active && !ok) {
        (void)psa_hash_abort(operation(hash));
    }
    hash->active = false;
    return ok;
}

bool tn_crypto_verify(const uint8_t point[TN_P256_POINT_BYTES], const uint8_t digest[TN_SHA256_BYTES],
                      const uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    uint8_t uncompressed[1 + TN_P256_POINT_BYTES];
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t key = 0;
    if (!tn_crypto_ready()) {
        return false;
    }
    uncompressed[0] = 4;
    memcpy(uncompressed + 1, point, TN_P256_POINT_BYTES);
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_VERIFY_HASH);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    if (psa_import_key(&attributes, uncompressed, sizeof uncompressed, &key) != PSA_SUCCESS) {
        return false;
    }
    const bool ok = psa_verify_hash(key, PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest, TN_SHA256_BYTES, signature, TN_P256_SIGNATURE_BYTES)
        == PSA_SUCCESS;
    (void)psa_destroy_key(key);
    return ok;
}
