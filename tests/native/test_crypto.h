// A back end of tn_crypto.h for tests that make thousands of manifests, and for builds without mbedTLS: a real SHA-256, and a signature that is
// a hash of the key and the digest. Include it in exactly one source file of a program; it takes the place of the library's back end.
// test_tn_manifest.c tests the real one.
#ifndef TEST_CRYPTO_H
#define TEST_CRYPTO_H

#include <string.h>

#include "tn/tn_crypto.h"

typedef struct test_sha {
    uint32_t h[8];
    uint32_t total;
    uint8_t block[64];
} test_sha_t;

// Fuzzers need its speed, not its coverage.
#if defined(__clang__)
#define TEST_PLAIN __attribute__((no_sanitize("address", "undefined", "coverage")))
#else
#define TEST_PLAIN
#endif

TEST_PLAIN static inline uint32_t test_rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

TEST_PLAIN static inline void test_sha_block(uint32_t h[8], const uint8_t *block)
{
    static const uint32_t k[64] = {
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be,
        0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa,
        0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967, 0x27b70a85,
        0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3,
        0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070, 0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f,
        0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
    uint32_t w[64], v[8];
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (int i = 16; i < 64; i++) {
        const uint32_t a = w[i - 15], b = w[i - 2];
        w[i] = w[i - 16] + (test_rotate(a, 7) ^ test_rotate(a, 18) ^ a >> 3) + w[i - 7] + (test_rotate(b, 17) ^ test_rotate(b, 19) ^ b >> 10);
    }
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 64; i++) {
        const uint32_t e = v[4], a = v[0];
        const uint32_t t1 = v[7] + (test_rotate(e, 6) ^ test_rotate(e, 11) ^ test_rotate(e, 25)) + ((e & v[5]) ^ (~e & v[6])) + k[i] + w[i];
        const uint32_t t2 = (test_rotate(a, 2) ^ test_rotate(a, 13) ^ test_rotate(a, 22)) + ((a & v[1]) ^ (a & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[4] += t1;
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) {
        h[i] += v[i];
    }
}

bool tn_crypto_ready(void)
{
    return true;
}

bool tn_hash_begin(tn_hash_t *hash)
{
    static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    test_sha_t *sha = (test_sha_t *)(void *)hash->state.bytes;
    memcpy(sha->h, start, sizeof start);
    sha->total = 0;
    hash->active = true;
    return true;
}

bool tn_hash_add(tn_hash_t *hash, const uint8_t *bytes, uint32_t count)
{
    test_sha_t *sha = (test_sha_t *)(void *)hash->state.bytes;
    for (uint32_t i = 0; hash->active && i < count;) {
        const uint32_t used = sha->total % 64;
        const uint32_t taken = count - i < 64 - used ? count - i : 64 - used;
        memcpy(sha->block + used, bytes + i, taken);
        sha->total += taken;
        i += taken;
        if (used + taken == 64) {
            test_sha_block(sha->h, sha->block);
        }
    }
    return hash->active;
}

bool tn_hash_end(tn_hash_t *hash, uint8_t digest[TN_SHA256_BYTES])
{
    static const uint8_t pad[64] = {0x80};
    test_sha_t *sha = (test_sha_t *)(void *)hash->state.bytes;
    const uint32_t total = sha->total;
    uint8_t length[8] = {0};
    for (int i = 0; i < 4; i++) {
        length[4 + i] = (uint8_t)(total << 3 >> (24 - 8 * i));
    }
    length[3] = (uint8_t)(total >> 29);
    const bool ok = tn_hash_add(hash, pad, 1 + (119 - total % 64) % 64) && tn_hash_add(hash, length, 8);
    for (int i = 0; ok && i < 32; i++) {
        digest[i] = (uint8_t)(sha->h[i / 4] >> (24 - 8 * (i % 4)));
    }
    hash->active = false;
    return ok;
}

// The signature of a test: the hash of the point, the digest and a number, twice.
static inline void test_sign(const uint8_t point[TN_P256_POINT_BYTES], const uint8_t digest[TN_SHA256_BYTES],
                             uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    for (uint8_t half = 0; half < 2; half++) {
        tn_hash_t hash = {{{0}}, false};
        (void)tn_hash_begin(&hash);
        (void)tn_hash_add(&hash, point, TN_P256_POINT_BYTES);
        (void)tn_hash_add(&hash, digest, TN_SHA256_BYTES);
        (void)tn_hash_add(&hash, &half, 1);
        (void)tn_hash_end(&hash, signature + 32 * half);
    }
}

bool tn_crypto_verify(const uint8_t point[TN_P256_POINT_BYTES], const uint8_t digest[TN_SHA256_BYTES],
                      const uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    uint8_t right[TN_P256_SIGNATURE_BYTES];
    test_sign(point, digest, right);
    return memcmp(right, signature, sizeof right) == 0;
}

#endif
