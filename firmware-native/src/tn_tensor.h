// A tensor as kernels see it: a typed, shaped view of bytes in the arena or in the blob.
#ifndef TN_TENSOR_H
#define TN_TENSOR_H

#include <string.h>

#include "tn/tn.h"

typedef enum tn_place {
    TN_PLACE_ARENA = 0,     // written by a step, read by later ones
    TN_PLACE_CONSTANT = 1,  // in the blob
    TN_PLACE_STATE = 2      // in the arena, kept between runs
} tn_place_t;

typedef struct tn_tensor {
    void *data;             // constants are never written: the loader refuses steps that would
    const int32_t *dims;    // every one at least 1
    int32_t count;          // product of dims, fits
    uint8_t rank;           // 0 .. TN_MAX_RANK
    uint8_t dtype;          // tn_dtype_t
    uint8_t place;          // tn_place_t
} tn_tensor_t;

static inline const int8_t *tn_s8(const tn_tensor_t *t) { return (const int8_t *)t->data; }
static inline const int16_t *tn_s16(const tn_tensor_t *t) { return (const int16_t *)t->data; }
static inline const int32_t *tn_s32(const tn_tensor_t *t) { return (const int32_t *)t->data; }
static inline const int64_t *tn_s64(const tn_tensor_t *t) { return (const int64_t *)t->data; }
static inline const float *tn_f32(const tn_tensor_t *t) { return (const float *)t->data; }

// The float32 whose bits a parameter holds.
static inline float tn_bits_f32(int32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Bytes of one element; 0 for a code that is none.
static inline uint32_t tn_dtype_size(uint8_t dtype)
{
    switch (dtype) {
    case TN_S8: case TN_U8: case TN_BOOL: return 1;
    case TN_S16: return 2;
    case TN_F32: case TN_S32: return 4;
    case TN_S64: return 8;
    default: return 0;
    }
}

// Whether two tensors have the same dimensions.
bool tn_same_shape(const tn_tensor_t *a, const tn_tensor_t *b);

#endif
