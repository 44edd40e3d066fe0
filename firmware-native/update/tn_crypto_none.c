// No cryptography in this image: every manifest is refused with TN_ERR_CRYPTO.

#include "tn/tn_crypto.h"

bool tn_crypto_ready(void)
{
    return false;
}

bool tn_hash_begin(tn_hash_t *hash)
{
    hash->active = false;
    return false;
}

bool tn_hash_add(tn_hash_t *hash, const uint8_t *bytes, uint32_t count)
{
    (void)hash;
    (void)bytes;
    (void)count;
    return false;
}

bool tn_hash_end(tn_hash_t *hash, uint8_t digest[TN_SHA256_BYTES])
{
    (void)hash;
    (void)digest;
    return false;
}

bool tn_crypto_verify(const uint8_t point[TN_P256_POINT_BYTES], const uint8_t digest[TN_SHA256_BYTES],
                      const uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    (void)point;
    (void)digest;
    (void)signature;
    return false;
}
