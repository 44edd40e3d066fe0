// Manifests of whatever bytes come, also with a right signature: parsing stays in bounds, an offer changes nothing in flash, and what is
// accepted fits the device.

#define SIM_SLOT_MOST 4096

#include "../test_crypto.h"
#include "../update_test.h"

static void sign_digest(uint32_t key, const uint8_t digest[TN_SHA256_BYTES], uint8_t signature[TN_P256_SIGNATURE_BYTES])
{
    test_sign(test_keys[key].point, digest, signature);
}

static void require(bool holds)
{
    if (!holds) {
        abort();
    }
}

// A device with a confirmed model, made once.
static device_t ready;
static model_t model;

static void prepare(void)
{
    for (uint32_t i = 0; i < 3; i++) {
        memset(test_keys[i].id, (int)(i + 1), sizeof test_keys[i].id);
        memset(test_keys[i].point, (int)(i + 11), sizeof test_keys[i].point);
        test_keys[i].revoked = i == 2;
    }
    sim_flash_init(&ready.sim, 4, 512, 8, 256, 1);
    (void)device_start(&ready);
    model_make(&model, 1, 1500, 512, 100, 5);
    require(device_update(&ready, &model, GOAL_CONFIRM, 1) == TN_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// A byte that says which fields are put right, then the manifest: the model's own, xored with the input.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static device_t d;
    uint8_t bytes[TN_MANIFEST_BYTES];
    tn_manifest_t m;
    int32_t fields[TN_UPDATE_FIELDS];
    if (ready.sim.random == 0) {
        prepare();
    }
    d = ready;
    d.sim.flash.user = &d.sim;
    d.sim.tolerant = true;
    (void)device_start(&d);
    const uint8_t how = size > 0 ? data[0] : 0;
    memset(bytes, 0, sizeof bytes);
    if ((how & 1u) != 0) {
        memcpy(bytes, model.manifest, sizeof bytes);
    }
    const size_t count = size > sizeof bytes ? sizeof bytes : size > 0 ? size - 1 : 0;
    for (size_t i = 0; i < count; i++) {
        bytes[i] ^= data[1 + i];
    }
    if ((how & 2u) != 0) {
        manifest_sign(bytes, how >> 6 & 1u);
    }
    sim_flash_power(&d.sim, 0);
    const int32_t status = tn_update_offer(&d.update, bytes, (how & 4u) != 0 ? (uint32_t)count : TN_MANIFEST_BYTES);
    require(d.sim.operations == 0);
    (void)tn_update_status(&d.update, fields, TN_UPDATE_FIELDS);
    if (status != 0) {
        return 0;
    }
    require(tn_manifest_read(&m, bytes, sizeof bytes) == TN_OK && tn_manifest_verify(bytes, test_keys, 3) == TN_OK);
    require(m.issued >= 100 && m.counter >= 5);
    const int32_t begun = device_begin(&d);
    if (m.kind == TN_MANIFEST_INSTALL) {
        require(begun == TN_OK && device_state(&d) == TN_UPDATE_RECEIVING && slot_holds(&d, d.slots.active, &model));
        require(m.blob_bytes < 4096 && m.arena_bytes <= 4096);
        for (int32_t part = 0; part >= 0;) {
            part = tn_update_missing(&d.update, (uint32_t)part);
            uint8_t zeros[2048] = {0};
            if (part >= 0) {
                (void)tn_update_store(&d.update, (uint32_t)part, zeros, how);
                (void)tn_update_copy(&d.update, (uint32_t)part, how);
                part++;
            }
        }
        (void)device_start(&d);
        require(device_state(&d) == TN_UPDATE_RECEIVING);
    }
    require(slot_holds(&d, d.slots.active, &model));
    return 0;
}
