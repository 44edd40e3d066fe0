// The stubs of nf-interop on the stand-in CLR: every method through the table, by its index.

#include "nf_interop_calls.h"

#include "tn/tn_device.h"
#include "tn_device_port.h"
#include "tn_test.h"

static native_call call(native_method method)
{
    return native_call(method);
}

template <class T> static clr_object_t array_of(const T *values, uint32_t count)
{
    const clr_object_t array = clr_new_array(count, sizeof(T));
    memcpy(clr_address(array), values, count * sizeof(T));
    return array;
}

template <class T> static T element(clr_object_t array, uint32_t index)
{
    return static_cast<const T *>(clr_address(array))[index];
}

static clr_object_t smallest_blob(void)
{
    static uint8_t bytes[1024];
    FILE *file = fopen("tests/golden/smallest.tnb", "rb");
    if (file == NULL) {
        printf("tests/golden/smallest.tnb cannot be read\n");
        exit(1);
    }
    const size_t size = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return array_of(bytes, static_cast<uint32_t>(size));
}

static int32_t open_smallest(void)
{
    clr_heap_reset();
    for (int32_t model = 0; model < TN_DEVICE_MODELS; model++) {
        (void)call(CLOSE).number(model).value();
    }
    const clr_object_t blob = smallest_blob();
    const int32_t size = static_cast<int32_t>(clr_count(blob));
    CHECK_EQ(0, call(STAGE).number(size).number(0).array(blob).number(0).number(100).value());
    CHECK_EQ(TN_ERR_EMPTY, call(OPEN_STAGED).value());
    CHECK_EQ(0, call(STAGE).number(size).number(100).array(blob).number(100).number(size - 100).value());
    return call(OPEN_STAGED).value();
}

TEST(table_has_name_and_version)
{
    CHECK(strcmp(g_CLR_AssemblyNative_TinyNano_Native.m_szAssemblyName, "TinyNano.Native") == 0);
    CHECK_EQ(100, g_CLR_AssemblyNative_TinyNano_Native.m_Version.iMajorVersion);
    CHECK(g_CLR_AssemblyNative_TinyNano_Native.m_checkSum != 0);
}

TEST(device_describes_itself)
{
    CHECK_EQ(0x544E0002, call(ABI).value());
    CHECK_EQ(TN_DEVICE_ARENA_BYTES, call(ARENA_BYTES).value());
}

TEST(model_is_described)
{
    const int32_t model = open_smallest();
    REQUIRE(model == 0);
    CHECK_EQ(TN_NONE, call(FAULT_STEP).value());
    CHECK_EQ(TN_NONE, call(FAULT_TENSOR).value());
    CHECK_EQ(1, call(COUNT).number(model).number(TN_COUNT_INPUTS).value());
    CHECK_EQ(2, call(COUNT).number(model).number(TN_COUNT_LABELS).value());
    CHECK_EQ(TN_ERR_ARG, call(COUNT).number(model).number(99).value());
    CHECK_EQ(TN_ERR_ARG, call(COUNT).number(7).number(0).value());

    const clr_object_t fields = clr_new_array(TN_DESCRIBE_FIELDS, 4);
    CHECK_EQ(0, call(DESCRIBE).number(model).number(TN_KIND_INPUT).number(0).array(fields).value());
    const int32_t expected[TN_DESCRIBE_FIELDS] = {TN_S8, 2, 2, 1, 0x3F000000, 3, 1, 2, 1, 1, 1, 1};
    CHECK_BYTES(expected, clr_address(fields), sizeof expected);
    const clr_object_t few = clr_new_array(TN_DESCRIBE_FIELDS - 1, 4);
    CHECK_EQ(TN_ERR_ARG, call(DESCRIBE).number(model).number(TN_KIND_INPUT).number(0).array(few).value());
}

TEST(text_is_a_string_or_null)
{
    const int32_t model = open_smallest();
    native_call down = call(TEXT).number(model).number(TN_KIND_LABEL).number(1);
    REQUIRE(down.run() == S_OK);
    REQUIRE(down.thread.call.frame.result.is_object);
    CHECK(strcmp(static_cast<const char *>(clr_address(down.thread.call.frame.result.object)), "down") == 0);

    native_call none = call(TEXT).number(model).number(TN_KIND_LABEL).number(2);
    REQUIRE(none.run() == S_OK);
    CHECK(none.thread.call.frame.result.is_object);
    CHECK_EQ(0, none.thread.call.frame.result.object);

    clr_heap_is_full = true;
    CHECK_EQ(CLR_E_OUT_OF_MEMORY, call(TEXT).number(model).number(TN_KIND_MODEL).number(0).run());
    clr_heap_is_full = false;
}

TEST(model_runs_on_every_kind_of_array)
{
    const int32_t model = open_smallest();
    const int8_t x[] = {0, 5, -1};
    CHECK_EQ(0, call(WRITE_INPUT).number(model).number(0).array(array_of(x, 3)).number(1).number(2).value());
    CHECK_EQ(1, call(STEP).number(model).number(0).value());
    const clr_object_t y = clr_new_array(3, 1);
    CHECK_EQ(0, call(READ_OUTPUT).number(model).number(0).array(y).number(1).number(2).value());
    CHECK_EQ(0, element<int8_t>(y, 0));
    CHECK_EQ(3, element<int8_t>(y, 1));
    CHECK_EQ(-9, element<int8_t>(y, 2));
    CHECK_EQ(0, call(READ_OUTPUT_BYTES).number(model).number(0).array(y).number(0).number(2).value());
    CHECK_EQ(247, element<uint8_t>(y, 1));
    const clr_object_t real = clr_new_array(2, 4);
    CHECK_EQ(0, call(DEQUANTIZE_OUTPUT).number(model).number(0).array(real).number(0).number(2).value());
    CHECK_NEAR(-4.0, element<float>(real, 1), 0.0);

    const uint8_t raw[] = {3, 3};
    CHECK_EQ(0, call(WRITE_INPUT_BYTES).number(model).number(0).array(array_of(raw, 2)).number(0).number(2).value());
    CHECK_EQ(0, call(RUN).number(model).number(1000).value());
    CHECK_EQ(0, call(READ_OUTPUT).number(model).number(0).array(y).number(0).number(2).value());
    CHECK_EQ(-2, element<int8_t>(y, 1));

    const float numbers[] = {1.0f, -2.0f};
    CHECK_EQ(0, call(QUANTIZE_INPUT).number(model).number(0).array(array_of(numbers, 2)).number(0).number(2).value());
    CHECK_EQ(0, call(RUN).number(model).number(0).value());
    CHECK_EQ(0, call(READ_OUTPUT).number(model).number(0).array(y).number(0).number(2).value());
    CHECK_EQ(-9, element<int8_t>(y, 1));
    CHECK(call(RUN_MICROSECONDS).number(model).value() >= 0);
    CHECK_EQ(0, clr_stray_writes());
}

TEST(ranges_and_handles_are_refused_as_status)
{
    const int32_t model = open_smallest();
    const clr_object_t two = clr_new_array(2, 1);
    CHECK_EQ(TN_ERR_ARG, call(WRITE_INPUT).number(model).number(0).array(two).number(1).number(2).value());
    CHECK_EQ(TN_ERR_ARG, call(WRITE_INPUT).number(model).number(0).array(two).number(-1).number(2).value());
    CHECK_EQ(TN_ERR_ARG, call(WRITE_INPUT).number(model).number(1).array(two).number(0).number(2).value());
    CHECK_EQ(TN_ERR_ARG, call(READ_OUTPUT).number(model).number(0).array(two).number(INT32_MAX).number(2).value());
    CHECK_EQ(TN_ERR_ARG, call(STEP).number(-1).number(0).value());
    CHECK_EQ(TN_ERR_ARG, call(RUN).number(TN_DEVICE_MODELS).number(0).value());
    CHECK_EQ(0, call(CLOSE).number(model).value());
    CHECK_EQ(TN_ERR_ARG, call(CLOSE).number(model).value());
    CHECK_EQ(TN_ERR_ARG, call(RESET).number(model).value());
    CHECK_EQ(0, clr_stray_writes());
}

TEST(null_arrays_are_null_references)
{
    open_smallest();
    const native_method methods[] = {STAGE,           WRITE_INPUT,       WRITE_INPUT_BYTES, QUANTIZE_INPUT, READ_OUTPUT,
                                     READ_OUTPUT_BYTES, DEQUANTIZE_OUTPUT, SLOT_WRITE,        SLOT_READ};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        CHECK_EQ(CLR_E_NULL_REFERENCE, call(methods[i]).number(0).number(0).array(0).number(0).number(2).run());
    }
    CHECK_EQ(CLR_E_NULL_REFERENCE, call(DESCRIBE).number(0).number(0).number(0).array(0).run());
    // Another element size cannot come from C#; a table that is shifted would bring it.
    CHECK_EQ(CLR_E_WRONG_TYPE, call(WRITE_INPUT).number(0).number(0).array(clr_new_array(2, 4)).number(0).number(2).run());
}

TEST(golden_vectors_prove_the_model)
{
    const int32_t model = open_smallest();
    for (int32_t vector = 0; vector < call(COUNT).number(model).number(TN_COUNT_GOLDEN).value(); vector++) {
        CHECK_EQ(0, call(FILL_GOLDEN).number(model).number(vector).value());
        CHECK_EQ(0, call(RUN).number(model).number(1000).value());
        CHECK_EQ(0, call(CHECK_GOLDEN).number(model).number(vector).value());
        CHECK_EQ(TN_ERR_PROOF, call(CHECK_GOLDEN).number(model).number(1 - vector).value());
    }
    CHECK_EQ(0, call(RESET).number(model).value());
}

TEST(slots_are_erased_in_steps_written_read_confirmed)
{
    open_smallest();
    const clr_object_t blob = smallest_blob();
    const int32_t size = static_cast<int32_t>(clr_count(blob));
    const int32_t room = call(SLOT_BYTES).value();
    CHECK(room >= size);
    CHECK_EQ(TN_ERR_EMPTY, call(SLOT_ACTIVE).value());

    native_call erase = call(SLOT_ERASE).number(1);
    CHECK_EQ(0, erase.value());
    CHECK(erase.thread.call.entries > 1);
    CHECK_EQ(erase.thread.call.entries, erase.thread.call.frame.m_customState);

    CHECK_EQ(TN_ERR_EMPTY, call(SLOT_LENGTH).number(1).value());
    CHECK_EQ(0, call(SLOT_WRITE).number(1).number(0).array(blob).number(0).number(size).value());
    CHECK_EQ(size, call(SLOT_LENGTH).number(1).value());
    const clr_object_t back = clr_new_array(8, 1);
    CHECK_EQ(0, call(SLOT_READ).number(1).number(1).array(back).number(4).number(3).value());
    CHECK_BYTES("\0\0\0\0NNB\0", clr_address(back), 8);
    CHECK_EQ(0, call(SLOT_CONFIRM).number(1).value());
    CHECK_EQ(1, call(SLOT_ACTIVE).value());
    CHECK_EQ(TN_ERR_ARG, call(SLOT_ERASE).number(1).value());
    CHECK_EQ(TN_ERR_ARG, call(SLOT_ERASE).number(2).value());
    const int32_t model = call(OPEN_SLOT).number(1).value();
    CHECK(model >= 0);
    CHECK_EQ(0, call(CLOSE).number(model).value());
    CHECK_EQ(0, clr_stray_writes());
}

TEST(inputs_are_watched)
{
    const int32_t model = open_smallest();
    const int8_t x[] = {5, -1};
    CHECK_EQ(0, call(WRITE_INPUT).number(model).number(0).array(array_of(x, 2)).number(0).number(2).value());
    const clr_object_t features = clr_new_array(TN_FEATURES_MOST, 4);
    // Two channels of one position: the means 5 and -1, and no neighbours.
    CHECK_EQ(4, call(INPUT_FEATURES).number(model).number(0).array(features).value());
    CHECK_EQ(5 * 256, element<int32_t>(features, 0));
    CHECK_EQ(-256, element<int32_t>(features, 1));
    CHECK_EQ(0, element<int32_t>(features, 2));
    CHECK_EQ(TN_ERR_ARG, call(INPUT_FEATURES).number(model).number(1).array(features).value());
    CHECK_EQ(TN_ERR_ARG, call(INPUT_FEATURES).number(model).number(0).array(clr_new_array(3, 4)).value());
    CHECK_EQ(CLR_E_NULL_REFERENCE, call(INPUT_FEATURES).number(model).number(0).array(0).run());

    const clr_object_t bytes = clr_new_array(8, 1);
    CHECK_EQ(0, call(REFERENCE).number(model).array(bytes).number(0).number(8).value());
    CHECK_EQ(TN_ERR_ARG, call(REFERENCE).number(model).array(bytes).number(1).number(8).value());
    CHECK_EQ(CLR_E_NULL_REFERENCE, call(REFERENCE).number(model).array(0).number(0).number(8).run());
    CHECK_EQ(0, clr_stray_writes());
}

// This firmware has no updates: whatever it is asked, it says so.
TEST(updates_are_answered_without_cryptography)
{
    clr_heap_reset();
    const clr_object_t bytes = clr_new_array(256, 1);
    const clr_object_t fields = clr_new_array(TN_UPDATE_FIELDS, 4);
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_BOOT).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_OFFER).array(bytes).number(0).number(256).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_BEGIN).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_MISSING).number(0).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_STORE).number(0).array(bytes).number(0).number(16).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_COPY).number(0).number(0).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_PATCH).number(0).array(bytes).number(0).number(16).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_FINISH).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_ACTIVATE).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_CONFIRM).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_REFUSE).number(TN_ERR_PROOF).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_REVERT).number(TN_ERR_PROOF).value());
    CHECK_EQ(TN_ERR_CRYPTO, call(UPDATE_STATUS).array(fields).value());
    CHECK_EQ(CLR_E_NULL_REFERENCE, call(UPDATE_OFFER).array(0).number(0).number(256).run());
    CHECK_EQ(CLR_E_NULL_REFERENCE, call(UPDATE_STORE).number(0).array(0).number(0).number(16).run());
    CHECK_EQ(CLR_E_NULL_REFERENCE, call(UPDATE_PATCH).number(0).array(0).number(0).number(16).run());
    CHECK_EQ(CLR_E_NULL_REFERENCE, call(UPDATE_STATUS).array(0).run());
}

#ifndef CLR_SANITIZED
// The stand-in itself: an address that is kept over a collection shows. The address sanitizer would end the program.
TEST(standin_notices_a_kept_address)
{
    clr_heap_reset();
    const clr_object_t array = clr_new_array(4, 1);
    uint8_t *kept = static_cast<uint8_t *>(clr_address(array));
    kept[0] = 7;
    clr_collect();
    CHECK(kept[0] != 7);
    CHECK_EQ(7, element<uint8_t>(array, 0));
    kept[0] = 8;
    CHECK_EQ(1, clr_stray_writes());
    clr_heap_reset();
}
#endif
