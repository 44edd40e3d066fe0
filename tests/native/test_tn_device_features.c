// Numbers about inputs, and reference histograms.

#include "device_test.h"

enum { FEATURES_ARENA = 65536 };

static uint8_t wide_arena[FEATURES_ARENA] __attribute__((aligned(16)));
static uint8_t input[FEATURES_ARENA / 2];
static uint8_t made[1024] __attribute__((aligned(16)));

static void put_u16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

// A blob without steps: one input, which is the output as well. Section 9 of `histograms` bytes 1, 2, 3, ... where there are any.
static int32_t open_input(uint8_t dtype, const int32_t *dims, uint32_t rank, uint32_t bytes, uint32_t histograms)
{
    static const uint8_t kinds[] = {1, 2, 3, 5, 6, 9};
    const uint32_t sizes[] = {16, 4 * rank, 0, 32, 2, histograms};
    const uint32_t counts[] = {1, rank, 0, 2, 1, 7};
    const uint32_t sections = histograms > 0 ? 6 : 5;
    uint32_t offsets[6];
    uint32_t at = 64 + 16 * sections;
    memset(made, 0, sizeof made);
    for (uint32_t i = 0; i < sections; i++) {
        uint8_t *entry = made + 64 + 16 * i;
        at = (at + 15) / 16 * 16;
        offsets[i] = at;
        put_u16(entry, kinds[i]);
        blob_put_u32(entry + 4, at);
        blob_put_u32(entry + 8, sizes[i]);
        blob_put_u32(entry + 12, counts[i]);
        at += sizes[i];
    }
    memcpy(made, "TNNB\1", 5);
    put_u16(made + 6, 64);
    blob_put_u32(made + 8, at);
    blob_put_u32(made + 16, (bytes + 15) / 16 * 16);
    put_u16(made + 20, sections);
    put_u16(made + 28, TN_KERNEL_ABI);
    made[offsets[0]] = dtype;
    made[offsets[0] + 2] = (uint8_t)rank;
    blob_put_u32(made + offsets[0] + 8, bytes);
    for (uint32_t i = 0; i < rank; i++) {
        blob_put_u32(made + offsets[1] + 4 * i, (uint32_t)dims[i]);
    }
    made[offsets[3] + 16 + 2] = 1;
    for (uint32_t i = 0; i < histograms; i++) {
        made[offsets[5] + i] = (uint8_t)(i + 1);
    }
    blob_put_u32(made + 12, tn_crc32(0, made + 16, at - 16));
    CHECK_EQ(TN_OK, tn_device_init(&device, wide_arena, sizeof wide_arena, NULL, look, &now));
    CHECK_EQ(TN_OK, tn_device_stage(&device, (int32_t)at, 0, made, (int32_t)at, 0, (int32_t)at));
    return tn_device_open_staged(&device);
}

static int32_t features_of(uint8_t dtype, const int32_t *dims, uint32_t rank, uint32_t bytes, int32_t *features)
{
    CHECK_EQ(0, open_input(dtype, dims, rank, bytes, 0));
    CHECK_EQ(TN_OK, tn_device_write_input_bytes(&device, 0, 0, input, (int32_t)sizeof input, 0, (int32_t)bytes));
    return tn_device_input_features(&device, 0, 0, features, TN_FEATURES_MOST);
}

TEST(features_of_one_channel)
{
    static const int32_t dims[] = {1, 5};
    static const uint8_t elements[] = {0x80, 0, 1, 3, 0x7F};
    int32_t f[TN_FEATURES_MOST] = {0};
    memcpy(input, elements, sizeof elements);
    // -128, 0, 1, 3, 127: sum 3, mean 0.6 = 153.6 / 256; deviations 128.6, 0.6, 0.4, 2.4, 126.4; differences 128, 1, 2, 124.
    CHECK_EQ(4, features_of(TN_S8, dims, 2, 5, f));
    CHECK_EQ(154, f[0]);
    CHECK_EQ((128 * 256 + 154 + 154 + (256 - 154) + (768 - 154) + (127 * 256 - 154) + 2) / 5, f[1]);
    CHECK_EQ(255 * 64, f[2]);
    CHECK_EQ(102, f[3]);
    // As uint8 the first one is 128 and the last 127: 0, -128, -127, -125, -1.
    CHECK_EQ(4, features_of(TN_U8, dims, 2, 5, f));
    CHECK_EQ(-19507, f[0]);
    CHECK_EQ(51, f[3]);
}

TEST(features_stay_inside_int16)
{
    static const int32_t dims[] = {1, 6};
    static const uint8_t elements[] = {0x80, 0x7F, 0x80, 0x7F, 0x80, 0x7F};
    int32_t f[TN_FEATURES_MOST] = {0};
    memcpy(input, elements, sizeof elements);
    CHECK_EQ(4, features_of(TN_S8, dims, 2, 6, f));
    CHECK_EQ(-128, f[0]);
    CHECK_EQ(32640, f[1]);
    CHECK_EQ(INT16_MAX, f[2]);
    CHECK_EQ(256, f[3]);
    memset(input, 0, 6);
    CHECK_EQ(4, features_of(TN_U8, dims, 2, 6, f));
    CHECK_EQ(-32768, f[0]);
    memset(input, 0xFF, 6);
    CHECK_EQ(4, features_of(TN_U8, dims, 2, 6, f));
    CHECK_EQ(32512, f[0]);
}

TEST(features_of_channels)
{
    static const int32_t dims[] = {1, 3, 3};
    static const uint8_t elements[] = {1, 10, 0xFF, 2, 20, 0xFF, 4, 0, 0xFE};
    int32_t f[TN_FEATURES_MOST] = {0};
    memcpy(input, elements, sizeof elements);
    CHECK_EQ(6, features_of(TN_S8, dims, 3, 9, f));
    CHECK_EQ(597, f[0]);   // 7 / 3
    CHECK_EQ(2560, f[1]);
    CHECK_EQ(-341, f[2]);  // -4 / 3
    CHECK_EQ(384, f[3]);
    CHECK_EQ(15 * 256, f[4]);
    CHECK_EQ(128, f[5]);
    // One position has no neighbour.
    static const int32_t one[] = {4};
    CHECK_EQ(8, features_of(TN_S8, one, 1, 4, f));
    CHECK_EQ(256, f[0]);
    CHECK_EQ(0, f[4]);
    CHECK_EQ(0, f[7]);
}

// The definition, word for word, in 64 bits.
static int32_t expected_of(bool is_signed, uint32_t bytes, uint32_t channels, int64_t *e)
{
    const uint32_t positions = bytes / channels;
    const uint32_t s = positions <= 1024 ? 1 : (positions + 1023) / 1024 | 1u;
    for (uint32_t c = 0; c < channels; c++) {
        int64_t sum = 0, n = 0, change = 0, pairs = 0, spread = 0, ends = 0;
        for (uint32_t p = 0; p < positions; p += s, n++) {
            const int64_t v = is_signed ? (int8_t)input[p * channels + c] : input[p * channels + c] - 128;
            sum += v + 128;
            ends += v == -128 || v == 127;
            if (p + 1 < positions) {
                const int64_t w = is_signed ? (int8_t)input[(p + 1) * channels + c] : input[(p + 1) * channels + c] - 128;
                change += w > v ? w - v : v - w;
                pairs++;
            }
        }
        const int64_t average = (2 * 256 * sum + n) / (2 * n) - 32768;
        const int64_t changes = pairs == 0 ? 0 : (2 * 256 * change + pairs) / (2 * pairs);
        for (uint32_t p = 0; p < positions; p += s) {
            const int64_t v = is_signed ? (int8_t)input[p * channels + c] : input[p * channels + c] - 128;
            spread += 256 * v > average ? 256 * v - average : average - 256 * v;
        }
        e[c] = average;
        e[channels == 1 ? 2 : channels + c] = changes > 32767 ? 32767 : changes;
        if (channels == 1) {
            e[1] = (2 * spread + n) / (2 * n);
            e[1] = e[1] > 32767 ? 32767 : e[1];
            e[3] = (2 * 256 * ends + n) / (2 * n);
        }
    }
    return channels == 1 ? 4 : 2 * (int32_t)channels;
}

TEST(features_are_those_of_the_definition_for_random_inputs)
{
    uint32_t seed = 20261124u;
    printf("seed %u\n", (unsigned)seed);
    for (uint32_t round = 0; round < 400; round++) {
        int32_t f[TN_FEATURES_MOST];
        int64_t e[TN_FEATURES_MOST];
        uint32_t channels = 1 + round % 5;
        seed = seed * 1664525u + 1013904223u;
        const uint32_t positions = 1 + (seed >> 8) % (round % 3 == 0 ? 6000 : 40);
        const uint8_t mask = round % 4 == 0 ? 0x0F : 0xFF;
        const int32_t dims[] = {(int32_t)positions, (int32_t)channels};
        const uint8_t dtype = round & 1u ? TN_S8 : TN_U8;
        for (uint32_t i = 0; i < positions * channels; i++) {
            seed = seed * 1664525u + 1013904223u;
            input[i] = (uint8_t)(seed >> 24) & mask;
        }
        const int32_t count = features_of(dtype, dims, 2, positions * channels, f);
        if (channels == 5) {
            channels = 1;
        }
        CHECK_EQ(expected_of(dtype == TN_S8, positions * (uint32_t)dims[1], channels, e), count);
        for (int32_t i = 0; i < count; i++) {
            CHECK_EQ(e[i], f[i]);
        }
    }
}

TEST(features_of_other_inputs_and_arguments)
{
    static const int32_t dims[] = {2, 2};
    int32_t f[TN_FEATURES_MOST] = {7, 7, 7, 7, 7, 7, 7, 7};
    CHECK_EQ(0, features_of(TN_S16, dims, 2, 8, f));
    CHECK_EQ(0, features_of(TN_F32, dims, 2, 16, f));
    CHECK_EQ(7, f[0]);
    CHECK_EQ(0, open_input(TN_S8, dims, 2, 4, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(&device, 0, 0, f, 3));
    CHECK_EQ(4, tn_device_input_features(&device, 0, 0, f, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(&device, 0, 0, NULL, 4));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(&device, 0, 0, f, -1));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(&device, 0, 1, f, 8));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(&device, 0, -1, f, 8));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(&device, 0, 65536, f, 8));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(&device, 1, 0, f, 8));
    CHECK_EQ(TN_ERR_ARG, tn_device_input_features(NULL, 0, 0, f, 8));
}

TEST(reference_is_copied_from_its_begin)
{
    static const int32_t dims[] = {2};
    uint8_t bytes[8] = {9, 9, 9, 9, 9, 9, 9, 9};
    CHECK_EQ(0, open_input(TN_S8, dims, 1, 2, 5));
    CHECK_EQ(3, tn_device_reference(&device, 0, bytes, 8, 1, 3));
    CHECK_BYTES("\x9\1\2\3\x9\x9\x9\x9", bytes, 8);
    CHECK_EQ(5, tn_device_reference(&device, 0, bytes, 8, 0, 8));
    CHECK_BYTES("\1\2\3\4\5\x9\x9\x9", bytes, 8);
    CHECK_EQ(0, tn_device_reference(&device, 0, NULL, 0, 0, 0));
    CHECK_EQ(TN_ERR_ARG, tn_device_reference(&device, 0, bytes, 8, 1, 8));
    CHECK_EQ(TN_ERR_ARG, tn_device_reference(&device, 0, NULL, 8, 0, 1));
    CHECK_EQ(TN_ERR_ARG, tn_device_reference(&device, 1, bytes, 8, 0, 8));
    CHECK_EQ(0, open_input(TN_S8, dims, 1, 2, 0));
    CHECK_EQ(0, tn_device_reference(&device, 0, bytes, 8, 0, 8));
}
