// A device with a confirmed model, and the next one with its manifest, for tests of candidates.
#ifndef CANDIDATE_TEST_H
#define CANDIDATE_TEST_H

#include "test_crypto.h"
#include "tn_test.h"
#include "update_test.h"

static device_t dev;
static model_t model, other;

static void sign_digest(uint32_t key, const uint8_t digest[TN_SHA256_BYTES], uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    test_sign(test_keys[key].point, digest, signature);
}

// A device with model version 1 confirmed by `other`, and `model` to come. Key 2 is revoked.
static inline void start(void)
{
    for (uint32_t i = 0; i < 3; i++) {
        memset(test_keys[i].id, (int)(i + 1), sizeof test_keys[i].id);
        memset(test_keys[i].point, (int)(i + 11), sizeof test_keys[i].point);
        test_keys[i].revoked = i == 2;
    }
    sim_flash_init(&dev.sim, 4, 512, 8, 256, 1);
    (void)device_start(&dev);
    model_make(&other, 1, 1500, 512, 100, 5);
    CHECK_EQ(TN_OK, device_update(&dev, &other, GOAL_CONFIRM, 1));
    model_make(&model, 2, 1500, 512, 200, 5);
}

static inline int32_t offer(void)
{
    return tn_update_offer(&dev.update, model.manifest, TN_MANIFEST_BYTES);
}

static inline void receive(void)
{
    CHECK_EQ(0, offer());
    CHECK_EQ(TN_OK, device_begin(&dev));
    CHECK_EQ(TN_UPDATE_RECEIVING, device_state(&dev));
}

static inline int32_t store_part(uint32_t part)
{
    uint32_t count;
    const uint8_t *bytes = part_of(&model, part, &count);
    return tn_update_store(&dev.update, part, bytes, count);
}

#endif
