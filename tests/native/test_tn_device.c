// The device: several models on one arena, staged and in slots, run by the clock, behind a door for untrusted arguments.

#include "tn/tn_device.h"

#include "ram_flash.h"
#include "test_blobs.h"
#include "tn_mathf.h"
#include "tn_test.h"

enum { ARENA = 2048 };

static uint8_t arena[ARENA] __attribute__((aligned(16)));
static tn_device_t device;
static ram_flash_t ram;
static uint32_t now;
static uint32_t tick;

// Each look at the clock takes `tick` microseconds.
static uint32_t look(void *user)
{
    CHECK(user == &now);
    now += tick;
    return now;
}

static void start(uint32_t arena_bytes)
{
    now = 0xFFFFFF00u;
    tick = 0;
    ram_flash_init(&ram, 4, 1);
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, arena_bytes, &ram.flash, look, &now));
}

static int32_t stage(const blob_t *blob, int32_t part)
{
    const int32_t size = (int32_t)blob->size;
    int32_t status = TN_OK;
    for (int32_t at = 0; status == TN_OK && at < size; at += part) {
        status = tn_device_stage(&device, size, at, blob->bytes, size, at, part < size - at ? part : size - at);
    }
    return status;
}

static int32_t open_version(uint32_t version)
{
    const blob_t blob = blob_of_version(version);
    const int32_t status = stage(&blob, 100);
    return status == TN_OK ? tn_device_open_staged(&device) : status;
}

// The documented numbers of the smallest model: 5, -1 in, 3, -9 out.
static void check_runs(int32_t model)
{
    const int8_t in[4] = {99, 5, -1, 99};
    int8_t out[3] = {0, 0, 0};
    CHECK_EQ(TN_OK, tn_device_write_input(&device, model, 0, in, 4, 1, 2));
    CHECK_EQ(TN_OK, tn_device_run(&device, model, 1000));
    CHECK_EQ(TN_OK, tn_device_read_output(&device, model, 0, out, 3, 1, 2));
    CHECK_EQ(0, out[0]);
    CHECK_EQ(3, out[1]);
    CHECK_EQ(-9, out[2]);
}

TEST(device_checks_what_it_is_given)
{
    CHECK_EQ(sizeof device, tn_device_size());
    CHECK_EQ(0x544E0001, tn_device_abi(NULL));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(NULL, arena, ARENA, NULL, look, &now));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(&device, NULL, ARENA, NULL, look, &now));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(&device, arena, ARENA, NULL, NULL, &now));
    CHECK_EQ(TN_ERR_ARG, tn_device_init(&device, arena, 0x80000000u, NULL, look, &now));
    CHECK_EQ(TN_ERR_ARENA, tn_device_init(&device, arena + 8, ARENA - 16, NULL, look, &now));
    ram_flash_init(&ram, 4, 1);
    ram.flash.unit = 3;
    CHECK_EQ(TN_ERR_FLASH, tn_device_init(&device, arena, ARENA - 1, &ram.flash, look, &now));
    CHECK_EQ(ARENA - 16, tn_device_arena_bytes(&device));
    CHECK_EQ(0, tn_device_slot_bytes(&device));
    CHECK(open_version(1) == 0);
    check_runs(0);
}

TEST(device_describes_a_model)
{
    int32_t fields[13];
    fields[12] = 77;
    start(ARENA);
    CHECK_EQ(0, open_version(9));
    static const int32_t counts[] = {1, 1, 2, 1, 32, 9, 2};
    for (int32_t kind = 0; kind < 7; kind++) {
        CHECK_EQ(counts[kind], tn_device_count(&device, 0, kind));
    }
    CHECK_EQ(TN_ERR_ARG, tn_device_count(&device, 0, 7));
    CHECK_EQ(TN_ERR_ARG, tn_device_count(&device, 0, -1));
    CHECK_EQ(TN_OK, tn_device_describe(&device, 0, TN_KIND_INPUT, 0, fields, 12));
    static const int32_t input[] = {TN_S8, 2, 2, 1, 0x3F000000, 3, 1, 2, 1, 1, 1, 1, 77};
    CHECK_BYTES(input, fields, sizeof input);
    CHECK_EQ(TN_OK, tn_device_describe(&device, 0, TN_KIND_OUTPUT, 0, fields, 13));
    CHECK_EQ(-1, fields[5]);
    CHECK_EQ(77, fields[12]);
    CHECK_EQ(TN_ERR_ARG, tn_device_describe(&device, 0, TN_KIND_INPUT, 0, fields, 11));
    CHECK_EQ(TN_ERR_ARG, tn_device_describe(&device, 0, TN_KIND_INPUT, 0, NULL, 12));
    CHECK_EQ(TN_ERR_ARG, tn_device_describe(&device, 0, TN_KIND_INPUT, 1, fields, 12));
    CHECK_EQ(TN_ERR_ARG, tn_device_describe(&device, 0, TN_KIND_INPUT, -1, fields, 12));
    CHECK_EQ(TN_ERR_ARG, tn_device_describe(&device, 0, TN_KIND_INPUT, 65536, fields, 12));
    CHECK_EQ(TN_ERR_ARG, tn_device_describe(&device, 0, TN_KIND_LABEL, 0, fields, 12));
    CHECK_EQ(0, strcmp("x", tn_device_text(&device, 0, TN_KIND_INPUT, 0)));
    CHECK_EQ(0, strcmp("y", tn_device_text(&device, 0, TN_KIND_OUTPUT, 0)));
    CHECK_EQ(0, strcmp("down", tn_device_text(&device, 0, TN_KIND_LABEL, 1)));
    CHECK_EQ(0, strcmp("smallest", tn_device_text(&device, 0, TN_KIND_MODEL, 0)));
    CHECK(tn_device_text(&device, 0, TN_KIND_LABEL, 2) == NULL);
    CHECK(tn_device_text(&device, 0, TN_KIND_LABEL, 65536) == NULL);
    CHECK(tn_device_text(&device, 0, TN_KIND_LABEL, -1) == NULL);
    CHECK(tn_device_text(&device, 0, 4, 0) == NULL);
    CHECK(tn_device_text(&device, 1, TN_KIND_MODEL, 0) == NULL);
}

TEST(device_reports_a_version_that_looks_like_a_status)
{
    start(ARENA);
    CHECK_EQ(0, open_version(0xFFFFFFF6u));
    CHECK_EQ(INT32_MAX, tn_device_count(&device, 0, TN_COUNT_VERSION));
}

TEST(device_takes_a_staged_blob_in_order_only)
{
    const blob_t blob = blob_of_version(1);
    const int32_t size = (int32_t)blob.size;
    start(ARENA);
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size, 100, blob.bytes, size, 100, 100));
    CHECK_EQ(TN_OK, tn_device_stage(&device, size, 0, blob.bytes, size, 0, 100));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size, 99, blob.bytes, size, 99, 100));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size + 1, 100, blob.bytes, size, 100, 100));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, size, 100, blob.bytes, size, 100, size));
    CHECK_EQ(TN_ERR_ARG, tn_device_stage(&device, 500, 100, blob.bytes, 500, 100, 401));
    CHECK_EQ(TN_OK, tn_device_stage(&device, size, 100, blob.bytes, size, 100, size - 100));
    CHECK_EQ(0, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    check_runs(0);
}

TEST(device_gives_up_what_was_staged)
{
    const blob_t blob = blob_of_version(1);
    start(512);
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_ARENA, tn_device_open_staged(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_staged(&device));
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_OK, stage(&blob, 481));
    CHECK_EQ(TN_ERR_ARENA, tn_device_stage(&device, 513, 0, blob.bytes, 481, 0, 481));
    CHECK_EQ(TN_ERR_ARENA, tn_device_stage(&device, INT32_MAX, 0, blob.bytes, 481, 0, 481));
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_OK, tn_device_stage(&device, 0, 0, NULL, 0, 0, 0));
    CHECK_EQ(TN_OK, tn_device_stage(&device, 512, 0, NULL, 0, 0, 0));
}

TEST(device_keeps_two_models_and_what_they_run_from_apart)
{
    start(ARENA);
    CHECK_EQ(0, open_version(1));
    CHECK_EQ(1, open_version(2));
    CHECK_EQ(TN_ERR_LIMIT, open_version(3));
    CHECK_EQ(1, tn_device_count(&device, 0, TN_COUNT_VERSION));
    CHECK_EQ(2, tn_device_count(&device, 1, TN_COUNT_VERSION));
    check_runs(0);
    check_runs(1);
    CHECK_EQ(TN_OK, tn_device_close(&device, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_close(&device, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_count(&device, 0, 0));
    CHECK_EQ(0, open_version(3));
    check_runs(1);
    check_runs(0);
}

// Opens, closes and stages at random. Whatever is open keeps its own bytes: regions never overlap and lie inside.
TEST(device_shares_its_arena_without_overlaps)
{
    const uint32_t seed = 77u;
    bool open[2] = {false, false};
    int opened = 0;
    printf("seed %u\n", (unsigned)seed);
    start(1200);
    ram.random = seed;
    for (uint32_t i = 0; i < 5000; i++) {
        const int32_t model = (int32_t)(ram_random(&ram) % 2);
        switch (ram_random(&ram) % 3) {
        case 0: CHECK_EQ(open[model] ? TN_OK : TN_ERR_ARG, tn_device_close(&device, model)); open[model] = false; break;
        case 1: (void)tn_device_stage(&device, (int32_t)(ram_random(&ram) % 600), 0, NULL, 0, 0, 0); break;
        default: {
            const int32_t number = open_version(i);
            if (number >= 0) {
                CHECK(!open[number]);
                open[number] = true;
                opened++;
            }
            break;
        }
        }
        const tn_region_t all[] = {device.staged, device.models[0].work, device.models[0].blob, device.models[1].work, device.models[1].blob};
        for (size_t a = 0; a < 5; a++) {
            CHECK(all[a].offset % 16 == 0 && all[a].offset + all[a].bytes <= device.arena_bytes);
            for (size_t b = 0; b < a; b++) {
                CHECK(all[a].offset + all[a].bytes <= all[b].offset || all[b].offset + all[b].bytes <= all[a].offset);
            }
        }
        for (int32_t k = 0; k < 2; k++) {
            if (open[k]) {
                check_runs(k);
            }
        }
    }
    CHECK(opened > 500);
}

TEST(device_tells_what_a_failed_opening_blames)
{
    blob_t blob = blob_of_version(1);
    start(ARENA);
    CHECK_EQ(TN_NONE, tn_device_fault_step(&device));
    blob.bytes[0x130] = 99;
    blob_seal(&blob);
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_OP, tn_device_open_staged(&device));
    CHECK_EQ(0, tn_device_fault_step(&device));
    CHECK_EQ(TN_NONE, tn_device_fault_tensor(&device));
    blob = blob_of_version(1);
    blob.bytes[0xD8] = 9;
    blob_seal(&blob);
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_FORMAT, tn_device_open_staged(&device));
    CHECK_EQ(TN_NONE, tn_device_fault_step(&device));
    CHECK_EQ(1, tn_device_fault_tensor(&device));
    blob.bytes[100] ^= 1;
    CHECK_EQ(TN_OK, stage(&blob, 64));
    CHECK_EQ(TN_ERR_CHECKSUM, tn_device_open_staged(&device));
    CHECK_EQ(TN_NONE, tn_device_fault_tensor(&device));
    CHECK_EQ(0, open_version(1));
}

TEST(device_refuses_arrays_and_indices_outside)
{
    int8_t data[4] = {0};
    uint8_t bytes[4] = {0};
    float reals[4] = {0};
    // length, start, count; all but the last of them wrong.
    static const int32_t ranges[][3] = {
        {4, 3, 2}, {4, -1, 2}, {4, 0, -2}, {-1, 0, 2}, {1, 0, 2}, {4, 5, 2}, {4, INT32_MAX, 2}, {4, 2, INT32_MAX},
        {INT32_MIN, 0, 2}, {4, 0, 1}, {4, 0, 3}, {4, 0, 0}, {4, 2, 2},
    };
    start(ARENA);
    CHECK_EQ(0, open_version(1));
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        const int32_t *r = ranges[i];
        const int32_t status = i + 1 < sizeof ranges / sizeof ranges[0] ? TN_ERR_ARG : TN_OK;
        CHECK_EQ(status, tn_device_write_input(&device, 0, 0, data, r[0], r[1], r[2]));
        CHECK_EQ(status, tn_device_write_input_bytes(&device, 0, 0, bytes, r[0], r[1], r[2]));
        CHECK_EQ(status, tn_device_quantize_input(&device, 0, 0, reals, r[0], r[1], r[2]));
        CHECK_EQ(status, tn_device_read_output(&device, 0, 0, data, r[0], r[1], r[2]));
        CHECK_EQ(status, tn_device_read_output_bytes(&device, 0, 0, bytes, r[0], r[1], r[2]));
        CHECK_EQ(status, tn_device_dequantize_output(&device, 0, 0, reals, r[0], r[1], r[2]));
    }
    static const int32_t wrong[][2] = {{1, 0}, {-1, 0}, {2, 0}, {INT32_MIN, 0}, {0, 1}, {0, -1}, {0, 65536}, {0, INT32_MIN}};
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        CHECK_EQ(TN_ERR_ARG, tn_device_write_input(&device, wrong[i][0], wrong[i][1], data, 4, 0, 2));
        CHECK_EQ(TN_ERR_ARG, tn_device_read_output_bytes(&device, wrong[i][0], wrong[i][1], bytes, 4, 0, 2));
        CHECK_EQ(TN_ERR_ARG, tn_device_dequantize_output(&device, wrong[i][0], wrong[i][1], reals, 4, 0, 2));
    }
    CHECK_EQ(TN_ERR_ARG, tn_device_write_input(&device, 0, 0, NULL, 4, 0, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_step(&device, 2, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_step(&device, 0, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_run(&device, 1, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_run_microseconds(&device, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_reset(&device, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_fill_golden(&device, 0, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_fill_golden(&device, 0, 65536));
    CHECK_EQ(TN_ERR_ARG, tn_device_check_golden(&device, 0, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_count(NULL, 0, 0));
}

TEST(device_quantises_as_the_operators_do)
{
    // The input stands for 0.5 * (q - 3), the output for 0.5 * (q + 1).
    static const struct { float real; int32_t q; } cases[] = {
        {0.0f, 3}, {0.25f, 4}, {-0.25f, 2}, {0.2499999f, 3}, {0.75f, 5}, {-0.75f, 1}, {1e9f, 127}, {-1e9f, -128}, {62.0f, 127}, {62.3f, 127},
    };
    float reals[2], back[2];
    start(ARENA);
    CHECK_EQ(0, open_version(1));
    const int8_t *input = (const int8_t *)(arena + device.models[0].work.offset);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        reals[0] = reals[1] = cases[i].real;
        CHECK_EQ(TN_OK, tn_device_quantize_input(&device, 0, 0, reals, 2, 0, 2));
        CHECK_EQ(cases[i].q, input[1]);
    }
    const uint32_t odd[] = {0x7FC00000u, 0x7F800000u, 0xFF800000u};
    const int32_t expected[] = {3, 127, -128};
    for (size_t i = 0; i < 3; i++) {
        reals[0] = reals[1] = tn_float_of(odd[i]);
        CHECK_EQ(TN_OK, tn_device_quantize_input(&device, 0, 0, reals, 2, 0, 2));
        CHECK_EQ(expected[i], input[0]);
    }
    check_runs(0);
    CHECK_EQ(TN_OK, tn_device_dequantize_output(&device, 0, 0, back, 2, 0, 2));
    CHECK(back[0] == 2.0f && back[1] == -4.0f);
}

// Scale and zero point come from the blob, which is hostile; nothing may overflow, whatever they are.
TEST(device_refuses_to_quantise_with_impossible_numbers)
{
    static const uint32_t scales[] = {0, 0x7F800000u, 0x7FC00000u, 0xBF000000u, 0x80000000u};
    static const uint32_t zeros[] = {128, 0xFFFFFF7Fu, 0x7FFFFFFFu, 0x80000000u};
    float reals[2] = {1, -1};
    for (size_t i = 0; i < 9; i++) {
        blob_t blob = blob_of_version(1);
        blob_put_u32(blob.bytes + (i < 5 ? 0x164 : 0x168), i < 5 ? scales[i] : zeros[i - 5]);
        blob_put_u32(blob.bytes + (i < 5 ? 0x174 : 0x178), i < 5 ? scales[i] : zeros[i - 5]);
        blob_seal(&blob);
        start(ARENA);
        CHECK_EQ(TN_OK, stage(&blob, 481));
        CHECK_EQ(0, tn_device_open_staged(&device));
        CHECK_EQ(TN_ERR_TYPE, tn_device_quantize_input(&device, 0, 0, reals, 2, 0, 2));
        CHECK_EQ(i < 5 ? TN_ERR_TYPE : TN_OK, tn_device_dequantize_output(&device, 0, 0, reals, 2, 0, 2));
    }
}

// A model of three steps.
static blob_t softmax(void)
{
    static blob_t blob;
    FILE *file = fopen("tests/native/fuzz/corpus/model/softmax_meaning-0.tnb", "rb");
    blob.size = file == NULL ? 0 : (uint32_t)fread(blob.bytes, 1, BLOB_MOST, file);
    if (file != NULL) {
        fclose(file);
    }
    return blob;
}

TEST(device_steps_by_the_clock)
{
    start(ARENA);
    const blob_t blob = softmax();
    REQUIRE(blob.size > 0 && stage(&blob, 256) == TN_OK);
    REQUIRE(tn_device_open_staged(&device) == 0);
    const int32_t steps = tn_device_count(&device, 0, TN_COUNT_STEPS);
    REQUIRE(steps == 3);
    // One step each, and the time adds up.
    tick = 10;
    for (int32_t run = 0; run < 2; run++) {
        for (int32_t i = 1; i <= steps; i++) {
            CHECK_EQ(i == steps, tn_device_step(&device, 0, 0));
            CHECK_EQ(10 * i, tn_device_run_microseconds(&device, 0));
        }
    }
    // All of them, well within the budget; the clock wraps on the way.
    CHECK_EQ(1, tn_device_step(&device, 0, 1000000));
    CHECK_EQ(10 * steps, tn_device_run_microseconds(&device, 0));
    CHECK_EQ(0, tn_device_step(&device, 0, 11));
    CHECK_EQ(20, tn_device_run_microseconds(&device, 0));
    CHECK_EQ(TN_OK, tn_device_reset(&device, 0));
    CHECK_EQ(TN_OK, tn_device_run(&device, 0, 5));
    CHECK_EQ(10 * steps, tn_device_run_microseconds(&device, 0));
    tick = 0x7FFFFFFFu;
    CHECK_EQ(TN_OK, tn_device_run(&device, 0, 0));
    CHECK_EQ(TN_OK, tn_device_run(&device, 0, 0));
    CHECK_EQ(INT32_MAX, tn_device_run_microseconds(&device, 0));
}

TEST(device_proves_by_golden_vectors)
{
    start(ARENA);
    CHECK_EQ(0, open_version(1));
    for (int32_t vector = 0; vector < 2; vector++) {
        CHECK_EQ(TN_OK, tn_device_fill_golden(&device, 0, vector));
        CHECK_EQ(TN_OK, tn_device_run(&device, 0, 0));
        CHECK_EQ(TN_OK, tn_device_check_golden(&device, 0, vector));
        CHECK_EQ(TN_ERR_PROOF, tn_device_check_golden(&device, 0, 1 - vector));
    }
    CHECK_EQ(TN_OK, tn_device_reset(&device, 0));
}

static void put_into_slot(int32_t slot, uint32_t version)
{
    const blob_t blob = blob_of_version(version);
    const int32_t size = (int32_t)blob.size;
    CHECK_EQ(TN_OK, tn_device_slot_erase(&device, slot));
    CHECK_EQ(TN_OK, tn_device_slot_write(&device, slot, 0, blob.bytes, size, 0, 256));
    CHECK_EQ(TN_OK, tn_device_slot_write(&device, slot, 256, blob.bytes, size, 256, size - 256));
}

TEST(device_runs_from_a_slot_and_protects_it)
{
    uint8_t byte = 0;
    start(64);
    CHECK_EQ(1024, tn_device_slot_bytes(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_active(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_length(&device, 0));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_slot(&device, 0));
    put_into_slot(0, 5);
    CHECK_EQ(481, tn_device_slot_length(&device, 0));
    CHECK_EQ(0, tn_device_open_slot(&device, 0));
    CHECK_EQ(5, tn_device_count(&device, 0, TN_COUNT_VERSION));
    check_runs(0);
    // In use, though not active.
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase_step(&device, 0, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_write(&device, 0, 512, &byte, 1, 0, 1));
    CHECK_EQ(TN_OK, tn_device_slot_confirm(&device, 0));
    CHECK_EQ(0, tn_device_slot_active(&device));
    put_into_slot(1, 6);
    CHECK_EQ(TN_OK, tn_device_slot_confirm(&device, 1));
    CHECK_EQ(1, tn_device_slot_active(&device));
    // No longer active, but still in use.
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 0));
    check_runs(0);
    CHECK_EQ(TN_OK, tn_device_close(&device, 0));
    CHECK_EQ(0, tn_device_slot_erase_step(&device, 0, 0));
    CHECK_EQ(1, tn_device_slot_erase_step(&device, 0, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase_step(&device, 0, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 1));
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, 64, &ram.flash, look, &now));
    CHECK_EQ(1, tn_device_slot_active(&device));
}

TEST(device_reads_slots_and_refuses_what_lies_outside)
{
    uint8_t bytes[8] = {0};
    start(64);
    put_into_slot(1, 5);
    CHECK_EQ(TN_OK, tn_device_slot_read(&device, 1, 1, bytes, 8, 2, 3));
    CHECK_BYTES("\0\0NNB\0", bytes, 6);
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 1, 0, bytes, 8, 7, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 1, 1020, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 1, -1, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, 2, 0, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_read(&device, -1, 0, bytes, 8, 0, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_length(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_length(&device, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_open_slot(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_open_slot(&device, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_erase_step(&device, 0, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_write(&device, 0, -4, bytes, 8, 0, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_write(&device, 0, 0, bytes, 8, 4, 5));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_confirm(&device, 2));
    CHECK_EQ(TN_ERR_ARG, tn_device_slot_confirm(&device, -1));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_confirm(&device, 0));
}

TEST(device_without_flash_still_runs_staged_blobs)
{
    uint8_t byte = 0;
    CHECK_EQ(TN_OK, tn_device_init(&device, arena, ARENA, NULL, look, &now));
    CHECK_EQ(0, tn_device_slot_bytes(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_active(&device));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_open_slot(&device, 0));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_length(&device, 0));
    CHECK_EQ(TN_ERR_EMPTY, tn_device_slot_read(&device, 0, 0, &byte, 1, 0, 1));
    CHECK_EQ(TN_ERR_FLASH, tn_device_slot_erase(&device, 0));
    CHECK_EQ(TN_ERR_FLASH, tn_device_slot_write(&device, 0, 0, &byte, 1, 0, 1));
    CHECK_EQ(TN_ERR_FLASH, tn_device_slot_confirm(&device, 0));
    CHECK_EQ(0, open_version(1));
    check_runs(0);
}
