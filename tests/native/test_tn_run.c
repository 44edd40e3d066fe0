// Running the smallest blob: steps, names, hooks, proof.

#include "tn/tn.h"
#include "tn_crc32.h"
#include "tn_test.h"

static uint8_t blob[4096] __attribute__((aligned(16)));
static uint8_t arena[4096] __attribute__((aligned(16)));
static tn_model_t model;

static void open_smallest(void)
{
    FILE *file = fopen("tests/golden/smallest.tnb", "rb");
    REQUIRE(file != NULL);
    const size_t size = fread(blob, 1, sizeof blob, file);
    fclose(file);
    REQUIRE(tn_model_open(&model, blob, size, arena, sizeof arena) == TN_OK);
}

TEST(run_describes_inputs_and_outputs)
{
    tn_io_t io;
    open_smallest();
    CHECK_EQ(TN_OK, tn_model_input(&model, 0, &io));
    CHECK(strcmp(io.name, "x") == 0);
    CHECK_EQ(TN_S8, io.dtype);
    CHECK_EQ(2, io.bytes);
    CHECK(io.quantized);
    CHECK_EQ(3, io.zero);
    CHECK_EQ(TN_ERR_ARG, tn_model_input(&model, 1, &io));
    CHECK_EQ(TN_OK, tn_model_output(&model, 0, &io));
    CHECK(strcmp(io.name, "y") == 0);
    CHECK_EQ(TN_ERR_ARG, tn_model_output(&model, 1, &io));
    CHECK(strcmp(tn_model_name(&model), "smallest") == 0);
    CHECK(strcmp(tn_model_label(&model, 1), "down") == 0);
    CHECK(tn_model_label(&model, 2) == NULL);
}

TEST(run_computes_the_documented_numbers)
{
    tn_io_t in, out;
    open_smallest();
    REQUIRE(tn_model_input(&model, 0, &in) == TN_OK && tn_model_output(&model, 0, &out) == TN_OK);
    ((int8_t *)in.data)[0] = 5;   // real 1
    ((int8_t *)in.data)[1] = -1;  // real -2
    CHECK_EQ(TN_OK, tn_model_run(&model));
    CHECK_EQ(3, ((const int8_t *)out.data)[0]);
    CHECK_EQ(-9, ((const int8_t *)out.data)[1]);
}

static int before_calls, after_calls;

static void count(void *user, uint16_t step, uint8_t op, bool before)
{
    CHECK(user == &model);
    CHECK_EQ(0, step);
    CHECK_EQ(4, op);
    before_calls += before;
    after_calls += !before;
}

TEST(run_calls_the_hook_around_each_step)
{
    bool done = false;
    open_smallest();
    tn_model_set_hook(&model, count, &model);
    CHECK_EQ(TN_OK, tn_model_step(&model, 1, &done));
    CHECK(done);
    CHECK_EQ(1, before_calls);
    CHECK_EQ(1, after_calls);
}

TEST(run_proves_itself_and_notices_a_changed_kernel_result)
{
    open_smallest();
    CHECK_EQ(TN_OK, tn_model_prove(&model));
    // The clamp of the only step, narrowed behind the loader's back: the golden vectors must not come out any more.
    for (size_t i = 0; i + 8 <= sizeof blob; i += 4) {
        if (memcmp(blob + i, (const int32_t[2]){-128, 127}, 8) == 0) {
            memcpy(blob + i + 4, (const int32_t[1]){-127}, 4);
            break;
        }
    }
    CHECK_EQ(TN_ERR_PROOF, tn_model_prove(&model));
}


static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

// A model with a state and golden vectors, put into the open model behind the loader's back: its corpus blob has none.
TEST(run_checks_golden_vectors_one_by_one)
{
    static uint8_t golden[2 * 16];
    tn_io_t out;
    FILE *file = fopen("tests/native/fuzz/corpus/model/lstm-0.tnb", "rb");
    REQUIRE(file != NULL);
    const size_t size = fread(blob, 1, sizeof blob, file);
    fclose(file);
    REQUIRE(tn_model_open(&model, blob, size, arena, sizeof arena) == TN_OK && tn_model_output(&model, 0, &out) == TN_OK);
    CHECK_EQ(TN_ERR_ARG, tn_model_fill_golden(&model, 0));
    CHECK_EQ(TN_ERR_ARG, tn_model_check_golden(&model, 0));
    for (uint32_t i = 0; i < 2; i++) {
        // One seed: only the state makes the second answer another one.
        put_u32(golden + 16 * i + 4, 12345);
        CHECK_EQ(TN_OK, tn_model_fill(&model, 12345));
        CHECK_EQ(TN_OK, tn_model_run(&model));
        put_u32(golden + 16 * i + 8, tn_crc32(0, out.data, out.bytes));
    }
    CHECK(memcmp(golden, golden + 16, 16) != 0);
    model.golden = golden;
    model.golden_count = 2;
    for (uint32_t round = 0; round < 2; round++) {
        for (uint16_t i = 0; i < 2; i++) {
            CHECK_EQ(TN_OK, tn_model_fill_golden(&model, i));
            CHECK_EQ(TN_OK, tn_model_run(&model));
            CHECK_EQ(TN_OK, tn_model_check_golden(&model, i));
            CHECK_EQ(TN_ERR_PROOF, tn_model_check_golden(&model, (uint16_t)(1 - i)));
        }
    }
    CHECK_EQ(TN_OK, tn_model_prove(&model));
    CHECK_EQ(TN_ERR_ARG, tn_model_fill_golden(&model, 2));
    CHECK_EQ(TN_ERR_ARG, tn_model_check_golden(&model, 2));
}
