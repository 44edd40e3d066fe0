// Manifests with the real cryptography: keys and signatures made here by the PSA API, and a signature from elsewhere.

#include "tn/tn_manifest.h"

#include "tn_test.h"

#ifdef TEST_PSA

#include <psa/crypto.h>

#include "update_test.h"

static device_t dev;
static model_t model;
static psa_key_id_t private_keys[2];

static void sign_digest(uint32_t key, const uint8_t digest[TN_SHA256_BYTES], uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    size_t length = 0;
    CHECK_EQ(PSA_SUCCESS, psa_sign_hash(private_keys[key], PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest, TN_SHA256_BYTES, signature,
                                        TN_P256_SIGNATURE_BYTES, &length));
    CHECK_EQ(TN_P256_SIGNATURE_BYTES, length);
}

static void make_key(uint32_t i)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    uint8_t exported[1 + TN_P256_POINT_BYTES];
    uint8_t digest[TN_SHA256_BYTES];
    size_t length;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    CHECK_EQ(PSA_SUCCESS, psa_generate_key(&attributes, &private_keys[i]));
    CHECK_EQ(PSA_SUCCESS, psa_export_public_key(private_keys[i], exported, sizeof exported, &length));
    memcpy(test_keys[i].point, exported + 1, TN_P256_POINT_BYTES);
    hash_of(test_keys[i].point, TN_P256_POINT_BYTES, digest);
    memcpy(test_keys[i].id, digest, TN_KEY_ID_BYTES);
}

static void start(void)
{
    CHECK(tn_crypto_ready());
    for (uint32_t i = 0; i < 2; i++) {
        if (private_keys[i] == 0) {
            make_key(i);
        }
    }
    sim_flash_init(&dev.sim, 4, 512, 8, 256, 1);
    (void)device_start(&dev);
    model_make(&model, 1, 1500, 512, 100, 1);
}

TEST(hashes_are_those_of_the_standard)
{
    // FIPS 180-2, appendix B.
    static const uint8_t abc[] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
                                  0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    uint8_t digest[TN_SHA256_BYTES];
    tn_hash_t hash = {{{0}}, false};
    CHECK(!tn_hash_end(&hash, digest));
    CHECK(tn_hash_begin(&hash));
    CHECK(tn_hash_add(&hash, (const uint8_t *)"to be given up", 14));
    CHECK(tn_hash_begin(&hash));
    CHECK(tn_hash_add(&hash, (const uint8_t *)"a", 1));
    CHECK(tn_hash_add(&hash, (const uint8_t *)"bc", 2));
    CHECK(tn_hash_end(&hash, digest));
    CHECK_BYTES(abc, digest, sizeof abc);
}

TEST(signatures_are_those_of_the_standard)
{
    // RFC 6979, A.2.5: P-256, SHA-256, message "sample".
    static const uint8_t point[] = {
        0x60, 0xFE, 0xD4, 0xBA, 0x25, 0x5A, 0x9D, 0x31, 0xC9, 0x61, 0xEB, 0x74, 0xC6, 0x35, 0x6D, 0x68, 0xC0, 0x49, 0xB8, 0x92, 0x3B, 0x61,
        0xFA, 0x6C, 0xE6, 0x69, 0x62, 0x2E, 0x60, 0xF2, 0x9F, 0xB6, 0x79, 0x03, 0xFE, 0x10, 0x08, 0xB8, 0xBC, 0x99, 0xA4, 0x1A, 0xE9, 0xE9,
        0x56, 0x28, 0xBC, 0x64, 0xF2, 0xF1, 0xB2, 0x0C, 0x2D, 0x7E, 0x9F, 0x51, 0x77, 0xA3, 0xC2, 0x94, 0xD4, 0x46, 0x22, 0x99};
    uint8_t signature[] = {
        0xEF, 0xD4, 0x8B, 0x2A, 0xAC, 0xB6, 0xA8, 0xFD, 0x11, 0x40, 0xDD, 0x9C, 0xD4, 0x5E, 0x81, 0xD6, 0x9D, 0x2C, 0x87, 0x7B, 0x56, 0xAA,
        0xF9, 0x91, 0xC3, 0x4D, 0x0E, 0xA8, 0x4E, 0xAF, 0x37, 0x16, 0xF7, 0xCB, 0x1C, 0x94, 0x2D, 0x65, 0x7C, 0x41, 0xD4, 0x36, 0xC7, 0xA1,
        0xB6, 0xE2, 0x9F, 0x65, 0xF3, 0xE9, 0x00, 0xDB, 0xB9, 0xAF, 0xF4, 0x06, 0x4D, 0xC4, 0xAB, 0x2F, 0x84, 0x3A, 0xCD, 0xA8};
    uint8_t digest[TN_SHA256_BYTES];
    uint8_t off_curve[sizeof point];
    hash_of((const uint8_t *)"sample", 6, digest);
    CHECK(tn_crypto_verify(point, digest, signature));
    for (uint32_t i = 0; i < sizeof signature; i++) {
        signature[i] ^= 1;
        CHECK(!tn_crypto_verify(point, digest, signature));
        signature[i] ^= 1;
    }
    digest[0] ^= 1;
    CHECK(!tn_crypto_verify(point, digest, signature));
    digest[0] ^= 1;
    memcpy(off_curve, point, sizeof point);
    off_curve[63] ^= 1;
    CHECK(!tn_crypto_verify(off_curve, digest, signature));
    memset(signature, 0, sizeof signature);
    CHECK(!tn_crypto_verify(point, digest, signature));
}

TEST(every_bit_of_a_manifest_is_signed)
{
    start();
    CHECK_EQ(TN_OK, tn_manifest_verify(model.manifest, test_keys, 2));
    for (uint32_t bit = 0; bit < 8 * TN_MANIFEST_BYTES; bit += bit % 8 == 0 ? 3 : 5) {
        model.manifest[bit / 8] ^= (uint8_t)(1u << bit % 8);
        const bool in_key = bit / 8 >= 184 && bit / 8 < 192;
        CHECK_EQ(in_key ? TN_ERR_KEY : TN_ERR_SIGNATURE, tn_manifest_verify(model.manifest, test_keys, 2));
        model.manifest[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    manifest_sign(model.manifest, 1);
    CHECK_EQ(TN_OK, tn_manifest_verify(model.manifest, test_keys, 2));
    CHECK_EQ(TN_ERR_KEY, tn_manifest_verify(model.manifest, test_keys, 1));
    test_keys[1].revoked = true;
    CHECK_EQ(TN_ERR_REVOKED, tn_manifest_verify(model.manifest, test_keys, 2));
    test_keys[1].revoked = false;
    // Another key's number on it.
    memcpy(model.manifest + 184, test_keys[0].id, TN_KEY_ID_BYTES);
    CHECK_EQ(TN_ERR_SIGNATURE, tn_manifest_verify(model.manifest, test_keys, 2));
}

TEST(an_update_with_real_signatures_from_offer_to_confirmed)
{
    start();
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM_AFTER_START, 1));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
    CHECK_EQ(TN_UPDATE_CONFIRMED, device_state(&dev));
    model_make(&model, 2, 1700, 512, 101, 1);
    model.manifest[200] ^= 1;
    CHECK_EQ(TN_ERR_SIGNATURE, device_update(&dev, &model, GOAL_CONFIRM, 1));
    model.manifest[200] ^= 1;
    CHECK_EQ(TN_OK, device_update(&dev, &model, GOAL_CONFIRM, 1));
    CHECK(slot_holds(&dev, dev.slots.active, &model));
}

#else

TEST(manifests_are_refused_without_cryptography)
{
    uint8_t manifest[TN_MANIFEST_BYTES] = {0};
    CHECK_EQ(TN_ERR_CRYPTO, tn_manifest_verify(manifest, NULL, 0));
    CHECK_EQ(0, tn_manifest_session(manifest));
}

TEST(signatures_of_manifests)
{
    SKIP("this build has no mbedTLS (Debian: libmbedtls-dev)");
}

#endif
