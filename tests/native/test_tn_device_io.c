// What a device's models are, and the numbers that go in and out, behind a door for untrusted arguments.

#include "device_test.h"
#include "tn_mathf.h"

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
