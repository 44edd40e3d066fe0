// The loader's door: what it refuses, with which status, and that a failed open changes nothing else.

#include "tn_crc32.h"
#include "tn/tn.h"
#include "tn_test.h"

enum { MOST = 4096 };

typedef struct blob {
    uint8_t bytes[MOST] __attribute__((aligned(16)));
    size_t size;
} blob_t;

static uint8_t arena[4096] __attribute__((aligned(16)));

static void put(blob_t *blob, size_t at, uint32_t value, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        blob->bytes[at + i] = (uint8_t)(value >> (8 * i));
    }
}

static void seal(blob_t *blob)
{
    put(blob, 8, (uint32_t)blob->size, 4);
    put(blob, 12, tn_crc32(0, blob->bytes + 16, blob->size - 16), 4);
}

// The file tests/golden/smallest.tnb; the working directory is the repository's root.
static blob_t smallest(void)
{
    static blob_t blob;
    FILE *file = fopen("tests/golden/smallest.tnb", "rb");
    blob.size = file == NULL ? 0 : fread(blob.bytes, 1, MOST, file);
    if (file != NULL) {
        fclose(file);
    }
    return blob;
}

static tn_status_t open_blob(const blob_t *blob)
{
    static blob_t copy;
    tn_model_t model;
    copy = *blob;
    return tn_model_open(&model, copy.bytes, copy.size, arena, sizeof arena);
}

TEST(load_accepts_the_smallest_blob)
{
    const blob_t blob = smallest();
    CHECK(blob.size > 0);
    CHECK_EQ(TN_OK, open_blob(&blob));
}

TEST(load_rejects_every_truncation)
{
    const blob_t whole = smallest();
    for (size_t size = 0; size < whole.size; size++) {
        blob_t blob = whole;
        blob.size = size;
        CHECK(open_blob(&blob) != TN_OK);
        if (size >= 64) {
            seal(&blob);
            CHECK(open_blob(&blob) != TN_OK);
        }
    }
}

// All but the minor version: a newer minor is legal, and nothing else depends on it.
TEST(load_rejects_each_single_bit_flip)
{
    const blob_t whole = smallest();
    for (size_t bit = 0; bit < whole.size * 8; bit++) {
        if (bit / 8 == 5) {
            continue;
        }
        blob_t blob = whole;
        blob.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        CHECK(open_blob(&blob) != TN_OK);
    }
}

// With the checksum put right a flipped bit may leave a legal blob; then it must run inside its bounds (sanitizers watch).
TEST(load_survives_each_single_bit_flip_with_a_right_checksum)
{
    const blob_t whole = smallest();
    for (size_t bit = 16 * 8; bit < whole.size * 8; bit++) {
        static blob_t blob;
        tn_model_t model;
        blob = whole;
        blob.bytes[bit / 8] ^= (uint8_t)(1u << (bit % 8));
        seal(&blob);
        if (tn_model_open(&model, blob.bytes, blob.size, arena, sizeof arena) == TN_OK) {
            CHECK_EQ(TN_OK, tn_model_fill(&model, 1));
            CHECK_EQ(TN_OK, tn_model_run(&model));
        }
    }
}

TEST(load_tells_what_is_wrong)
{
    static const struct { size_t at; uint32_t value; size_t size; tn_status_t status; } cases[] = {
        {0, 0x58, 1, TN_ERR_FORMAT},          // magic
        {4, 2, 1, TN_ERR_VERSION},            // major
        {6, 32, 2, TN_ERR_FORMAT},            // header size
        {16, 8, 4, TN_ERR_FORMAT},            // arena not a multiple of 16
        {16, 0x100000, 4, TN_ERR_ARENA},      // arena larger than given
        {20, 0, 2, TN_ERR_FORMAT},            // no sections
        {20, 33, 2, TN_ERR_FORMAT},           // too many sections
        {22, 1, 2, TN_ERR_FORMAT},            // flags
        {28, 9, 2, TN_ERR_VERSION},           // kernel ABI
        {64, 99, 2, TN_ERR_VERSION},          // required section of unknown kind
        {68, 8, 4, TN_ERR_FORMAT},            // section inside the directory
        {68, 0xFFFFFFF0u, 4, TN_ERR_FORMAT},  // section far outside
        {72, 0xFFFFFFFFu, 4, TN_ERR_FORMAT},  // section size wraps
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        blob_t blob = smallest();
        put(&blob, cases[i].at, cases[i].value, cases[i].size);
        seal(&blob);
        CHECK_EQ(cases[i].status, open_blob(&blob));
    }
}

TEST(load_checks_its_caller)
{
    static blob_t blob;
    tn_model_t model;
    bool done;
    blob = smallest();
    CHECK_EQ(TN_ERR_ARG, tn_model_open(NULL, blob.bytes, blob.size, arena, sizeof arena));
    CHECK_EQ(TN_ERR_ARG, tn_model_open(&model, NULL, blob.size, arena, sizeof arena));
    CHECK_EQ(TN_ERR_ARG, tn_model_open(&model, blob.bytes + 1, blob.size, arena, sizeof arena));
    CHECK_EQ(TN_ERR_ARENA, tn_model_open(&model, blob.bytes, blob.size, arena + 1, sizeof arena - 1));
    CHECK_EQ(TN_ERR_ARENA, tn_model_open(&model, blob.bytes, blob.size, NULL, 0));
    CHECK_EQ(TN_ERR_ARG, tn_model_run(&model));
    CHECK_EQ(TN_ERR_ARG, tn_model_step(&model, 1, &done));
    CHECK_EQ(TN_ERR_ARENA, tn_model_fault(&model).status);
}

TEST(load_failure_leaves_the_arena_alone)
{
    blob_t blob = smallest();
    memset(arena, 0x5A, sizeof arena);
    blob.bytes[blob.size - 1] ^= 1;
    CHECK_EQ(TN_ERR_CHECKSUM, open_blob(&blob));
    for (size_t i = 0; i < sizeof arena; i++) {
        CHECK_EQ(0x5A, arena[i]);
    }
}

TEST(load_rejects_an_operator_that_is_none)
{
    blob_t blob = smallest();
    // Find the steps section in the directory and overwrite the first operator code.
    for (size_t i = 0; i < blob.bytes[20]; i++) {
        const size_t entry = 64 + i * 16;
        if (blob.bytes[entry] == 3) {
            blob.bytes[blob.bytes[entry + 4] + 256u * blob.bytes[entry + 5]] = 127;
        }
    }
    seal(&blob);
    CHECK_EQ(TN_ERR_OP, open_blob(&blob));
}

