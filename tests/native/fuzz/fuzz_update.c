// A flash whose selector, trailers and headers hold whatever bytes come, and then any calls with any parts, copies, patches, starts and
// power cuts. Nothing leaves its bounds; the active blob never changes; what is activated is what was signed; floors never sink.

#define SIM_SLOT_MOST 4096

#include "../test_crypto.h"
#include "../update_test.h"
#include "tn_slot_record.h"

enum { SECTORS = 8, SELECT = 256, TRAILER = 512, HEADER = 64 };

static device_t d;
static model_t base, model;

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

typedef struct input {
    const uint8_t *at;
    size_t left;
} input_t;

static uint8_t next(input_t *in)
{
    if (in->left == 0) {
        return 0;
    }
    in->left--;
    return *in->at++;
}

static uint32_t next_u16(input_t *in)
{
    const uint32_t low = next(in);
    return low | (uint32_t)next(in) << 8;
}

// Bytes of the input over what is there: 0 leaves a byte as it is.
static void disturb(input_t *in, uint8_t *at, uint32_t count)
{
    uint32_t from = next_u16(in) % count;
    for (uint32_t n = next(in); n > 0; n--, from++) {
        at[from % count] ^= next(in);
    }
}

static void put_record(uint32_t sector, uint32_t sequence, uint32_t slot, uint32_t trial, const uint8_t *manifest)
{
    uint8_t *at = d.sim.now.select + sector * SELECT;
    const tn_slot_record_t record = {
        .sequence = sequence, .slot = slot, .trial = trial, .blob_bytes = tn_read_u32(d.sim.now.slots[slot] + 8),
        .blob_crc = tn_read_u32(d.sim.now.slots[slot] + 12), .counter = 3, .issued = tn_read_u32(manifest + 12),
        .session = tn_manifest_session(manifest)};
    tn_slot_record_write(&record, at);
    tn_slot_record_write(&record, at + TN_SLOT_RECORD_BYTES);
}

// A slot with a model, its index and its manifest; `parts` of its parts are in the journal, and more by `ends`.
static void put_model(uint32_t slot, const model_t *m, uint32_t parts, uint32_t ends)
{
    static const uint16_t values[] = {0xFF00, 0xFE09, 0xFD18, 0x8001};
    uint8_t *at = d.sim.now.slots[slot];
    const uint32_t end = SIM_SLOT_MOST - TN_MANIFEST_BYTES;
    const uint32_t index = end - (m->chunks * TN_INDEX_ENTRY_BYTES + 31u) / 32u * 32u;
    memcpy(at, m->bytes, m->size);
    memcpy(at + end, m->manifest, TN_MANIFEST_BYTES);
    memcpy(at + index, m->index, m->chunks * TN_INDEX_ENTRY_BYTES);
    uint32_t entry = index;
    for (uint32_t i = 0; i < parts + 4; i++) {
        const uint32_t value = i < parts ? i : values[i - parts];
        if (i >= parts && (ends >> (i - parts) & 1u) == 0) {
            continue;
        }
        entry -= 4;
        put_u16(at + entry, value);
        put_u16(at + entry + 2, ~value);
    }
}

// Beginnings that most of the inputs share, disturbed afterwards.
static void put_flash(input_t *in)
{
    const uint8_t how = next(in);
    sim_flash_init(&d.sim, 1u << how % 6 % 3, 512, SECTORS, SELECT, (uint32_t)how + 1);
    d.sim.tolerant = true;
    const uint8_t what = next(in);
    if ((how & 0x40u) != 0) {
        put_model(0, &base, base.chunks + base.pages, 1);
    }
    if ((how & 0x80u) != 0) {
        put_model(1, &model, what % 8, what >> 4);
    }
    put_record(0, 1, 0, 0, base.manifest);
    if ((what & 0x08u) != 0) {
        put_record(1, 2, what >> 7, what >> 5 & 3, (what & 0x10u) != 0 ? model.manifest : base.manifest);
    }
    for (uint32_t n = next(in) % 8; n > 0; n--) {
        const uint8_t area = next(in);
        switch (area % 4) {
        case 0: disturb(in, d.sim.now.select, 2 * SELECT); break;
        case 1: disturb(in, d.sim.now.slots[area >> 7], HEADER); break;
        case 2: disturb(in, d.sim.now.slots[area >> 7], SIM_SLOT_MOST); break;
        default: disturb(in, d.sim.now.slots[area >> 7] + SIM_SLOT_MOST - TRAILER, TRAILER); break;
        }
    }
    d.sim.synced = d.sim.now;
}

static void offer(input_t *in)
{
    uint8_t manifest[TN_MANIFEST_BYTES];
    const uint8_t how = next(in);
    memcpy(manifest, (how & 1u) != 0 ? model.manifest : base.manifest, sizeof manifest);
    if ((how & 2u) != 0) {
        command_make(manifest, (how & 4u) != 0 ? TN_MANIFEST_REVERT : TN_MANIFEST_REVOKE, (how & 8u) != 0 ? model.manifest + 72 : NULL,
                     190u + (how >> 4), 3);
    }
    if ((how & 16u) != 0) {
        disturb(in, manifest, TN_MANIFEST_BYTES);
        manifest_sign(manifest, 0);
    }
    (void)tn_update_offer(&d.update, manifest, TN_MANIFEST_BYTES);
}

static void part(input_t *in, uint8_t how)
{
    uint8_t bytes[600];
    uint32_t count;
    const uint32_t number = next(in);
    switch (how) {
    case 0:
        if (number < model.pages + model.chunks) {
            const uint8_t *right = part_of(&model, number, &count);
            (void)tn_update_store(&d.update, number, right, count);
        }
        break;
    case 1:
        count = next_u16(in) % sizeof bytes;
        memset(bytes, (int)number, sizeof bytes);
        disturb(in, bytes, sizeof bytes);
        (void)tn_update_store(&d.update, number % 8, bytes, count);
        break;
    case 2:
        (void)tn_update_copy(&d.update, number % 8, next_u16(in));
        break;
    default:
        // A patch of the input's own bytes; the array is as long as they are.
        count = next_u16(in);
        count = count > in->left ? (uint32_t)in->left : count;
        (void)tn_update_patch(&d.update, number % 8, in->at, count);
        in->at += count;
        in->left -= count;
        break;
    }
}

static void call(input_t *in)
{
    const uint8_t what = next(in);
    switch (what % 16) {
    case 0: offer(in); break;
    case 1: (void)device_begin(&d); break;
    case 2: case 3: case 4: case 5: part(in, what % 16 - 2); break;
    case 6: (void)device_finish(&d); break;
    case 7: (void)device_activate(&d); break;
    case 8: (void)tn_update_confirm(&d.update); break;
    case 9: (void)tn_update_refuse(&d.update, -(int32_t)next(in)); break;
    case 10: (void)tn_update_revert(&d.update, -(int32_t)next(in)); break;
    case 11: sim_flash_power(&d.sim, 0); (void)device_start(&d); break;
    case 12: sim_flash_power(&d.sim, 1u + next(in)); break;
    case 13: (void)tn_update_missing(&d.update, next(in)); break;
    case 14: (void)device_update(&d, &model, (goal_t)(next(in) % 5), what); break;
    default: (void)tn_update_begin(&d.update); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t active_bytes[SIM_SLOT_MOST];
    input_t in = {data, size};
    if (base.size == 0) {
        for (uint32_t i = 0; i < 3; i++) {
            memset(test_keys[i].id, (int)(i + 1), sizeof test_keys[i].id);
            memset(test_keys[i].point, (int)(i + 11), sizeof test_keys[i].point);
        }
        model_make(&base, 1, 1100, 512, 100, 3);
        model_make(&model, 2, 1500, 512, 200, 4);
    }
    put_flash(&in);
    (void)device_start(&d);
    for (uint32_t calls = 0; in.left > 0 && calls < 64; calls++) {
        const int8_t active = d.slots.active;
        const uint8_t trial = d.slots.trial;
        const uint32_t floor = (uint32_t)device_field(&d, TN_UPDATE_FIELD_COUNTER);
        const uint32_t issued = d.slots.issued;
        uint32_t bytes = 0;
        if (active >= 0) {
            require(tn_slots_length(&d.slots, (uint32_t)active, &bytes) == TN_OK);
            memcpy(active_bytes, d.sim.now.slots[active], bytes);
        }
        call(&in);
        // Two records in force each lost to a cut in a row cannot happen: a cut spoils at most the one that is not.
        require(d.slots.issued >= issued);
        require((uint32_t)device_field(&d, TN_UPDATE_FIELD_COUNTER) >= floor || d.slots.trial != trial || d.slots.active != active);
        if (active >= 0) {
            // Whatever came, the blob that was active is still whole. Its journal may have grown behind it.
            require(memcmp(active_bytes, d.sim.now.slots[active], bytes) == 0 || d.slots.active == 1 - active || d.slots.active < 0);
        }
        if (d.slots.active >= 0 && d.slots.active != active && d.slots.trial != TN_TRIAL_NONE && trial == TN_TRIAL_NONE) {
            // Activated just now.
            uint8_t digest[TN_SHA256_BYTES];
            hash_of(d.sim.now.slots[d.slots.active], d.update.manifest.blob_bytes, digest);
            require(memcmp(digest, d.update.bytes + 72, sizeof digest) == 0);
            require(tn_manifest_verify(d.update.bytes, test_keys, 3) == TN_OK);
        }
    }
    return 0;
}
