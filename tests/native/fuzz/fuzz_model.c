// Opens and runs whatever bytes come. Sizes and checksum are put right first, so that mutations reach the checks behind them.

#include <stdlib.h>
#include <string.h>

#include "tn/tn.h"
#include "tn_crc32.h"

enum { MOST_BLOB = 8192, MOST_ARENA = 32768 };

static void put_u32(uint8_t *at, uint32_t value)
{
    for (int i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

// Exactly `size` bytes on a 16-byte boundary, so that a sanitizer sees the first byte outside.
static uint8_t *aligned(size_t size, void **block)
{
    *block = malloc(size + TN_ARENA_ALIGN);
    if (*block == NULL) {
        abort();
    }
    const uintptr_t end = (uintptr_t)*block + size + TN_ARENA_ALIGN;
    // The last aligned start from which `size` bytes fit; what is left behind them is at most 15 bytes.
    return (uint8_t *)((end - size) / TN_ARENA_ALIGN * TN_ARENA_ALIGN);
}

static void touch(const tn_io_t *io)
{
    volatile size_t sum = strlen(io->name) + io->rank;
    for (uint32_t i = 0; i < io->bytes; i++) {
        sum += ((const uint8_t *)io->data)[i];
    }
    (void)sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    void *blob_block, *arena_block;
    uint32_t arena_bytes = 0;
    if (size > MOST_BLOB) {
        return 0;
    }
    uint8_t *blob = aligned(size, &blob_block);
    memcpy(blob, data, size);
    if (size >= 64) {
        put_u32(blob + 8, (uint32_t)size);
        put_u32(blob + 12, tn_crc32(0, blob + 16, size - 16));
    }
    if (tn_blob_arena_size(blob, size, &arena_bytes) == TN_OK && arena_bytes <= MOST_ARENA) {
        uint8_t *arena = aligned(arena_bytes, &arena_block);
        tn_model_t model;
        if (tn_model_open(&model, blob, size, arena, arena_bytes) == TN_OK) {
            tn_io_t io;
            (void)tn_model_fill(&model, 7);
            (void)tn_model_run(&model);
            (void)tn_model_run(&model);
            (void)tn_model_prove(&model);
            for (uint16_t i = 0; tn_model_input(&model, i, &io) == TN_OK; i++) {
                touch(&io);
            }
            for (uint16_t i = 0; tn_model_output(&model, i, &io) == TN_OK; i++) {
                touch(&io);
            }
            for (uint16_t i = 0; tn_model_label(&model, i) != NULL; i++) {
                volatile size_t length = strlen(tn_model_label(&model, i));
                (void)length;
            }
        }
        free(arena_block);
    }
    free(blob_block);
    return 0;
}
