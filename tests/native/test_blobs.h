// The smallest blob in as many versions as a test wants. The working directory is the repository's root.
#ifndef TEST_BLOBS_H
#define TEST_BLOBS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "tn_crc32.h"

enum { BLOB_MOST = 1024 };

typedef struct blob {
    uint8_t bytes[BLOB_MOST] __attribute__((aligned(16)));
    uint32_t size;
} blob_t;

static inline void blob_put_u32(uint8_t *at, uint32_t value)
{
    for (uint32_t i = 0; i < 4; i++) {
        at[i] = (uint8_t)(value >> (8 * i));
    }
}

static inline void blob_seal(blob_t *blob)
{
    blob_put_u32(blob->bytes + 8, blob->size);
    blob_put_u32(blob->bytes + 12, tn_crc32(0, blob->bytes + 16, blob->size - 16));
}

// tests/golden/smallest.tnb as model version `version`; its golden vectors hold in every version.
static inline blob_t blob_of_version(uint32_t version)
{
    static blob_t blob;
    FILE *file = fopen("tests/golden/smallest.tnb", "rb");
    if (file == NULL) {
        printf("tests/golden/smallest.tnb cannot be read\n");
        exit(1);
    }
    blob.size = (uint32_t)fread(blob.bytes, 1, BLOB_MOST, file);
    fclose(file);
    blob_put_u32(blob.bytes + 24, version);
    blob_seal(&blob);
    return blob;
}

#endif
