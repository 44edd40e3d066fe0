// Running a device's models by the clock and by their golden vectors.

#include "device_test.h"

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
