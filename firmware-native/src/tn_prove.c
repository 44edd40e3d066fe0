// Golden vectors: seeded inputs whose outputs the compiler has written into the blob.

#include "tn_crc32.h"
#include "tn_load.h"

static uint32_t next(uint32_t *state)
{
    // xorshift32; the seed is never 0.
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

// Integers use their whole range (int32 and int64: 0 .. 15, as they are mostly indices), floats lie in [-1, 1), bools are bits.
static void fill(const tn_io_t *io, uint32_t *state)
{
    const uint32_t size = tn_dtype_size(io->dtype);
    uint8_t *at = io->data;
    for (uint32_t i = 0; i < io->bytes; i += size, at += size) {
        const uint32_t r = next(state);
        switch (io->dtype) {
        case TN_S8: case TN_U8: *at = (uint8_t)(r >> 24); break;
        case TN_BOOL: *at = (uint8_t)(r >> 31); break;
        case TN_S16: memcpy(at, (const uint16_t[1]){(uint16_t)(r >> 16)}, 2); break;
        case TN_S32: memcpy(at, (const uint32_t[1]){r >> 28}, 4); break;
        case TN_S64: memcpy(at, (const uint64_t[1]){r >> 28}, 8); break;
        case TN_F32:
#if TN_FLOAT
            // 24 bits, so that the float is exact on every device.
            memcpy(at, (const float[1]){(float)((int32_t)r >> 8) * (1.0f / 8388608.0f)}, 4);
#endif
            break;
        default: break;
        }
    }
}

static bool close(const tn_model_t *model, const uint8_t *record)
{
#if TN_FLOAT
    const uint8_t *at = model->golden + tn_read_u32(record + 8);
    uint32_t left = tn_read_u32(record + 12);
    for (uint16_t i = 0; i < model->output_count; i++) {
        tn_io_t io;
        (void)tn_model_output(model, i, &io);
        if (io.bytes > left) {
            return false;
        }
        left -= io.bytes;
        if (io.dtype != TN_F32) {
            if (memcmp(io.data, at, io.bytes) != 0) {
                return false;
            }
            at += io.bytes;
            continue;
        }
        for (uint32_t k = 0; k < io.bytes; k += 4, at += 4) {
            float want, got;
            memcpy(&want, at, 4);
            memcpy(&got, (const uint8_t *)io.data + k, 4);
            const float error = got > want ? got - want : want - got;
            const float size = want < 0 ? -want : want;
            if (!(error <= (size > 1.0f ? size : 1.0f) * (1.0f / 1024.0f))) {
                return false;
            }
        }
    }
    return left == 0;
#else
    (void)model;
    (void)record;
    return false;
#endif
}

static bool same(const tn_model_t *model, const uint8_t *record)
{
    uint32_t crc = 0;
    for (uint16_t i = 0; i < model->output_count; i++) {
        tn_io_t io;
        (void)tn_model_output(model, i, &io);
        crc = tn_crc32(crc, io.data, io.bytes);
    }
    return crc == tn_read_u32(record + 8);
}

tn_status_t tn_model_fill(tn_model_t *model, uint32_t seed)
{
    if (model == NULL || model->tensors == NULL) {
        return TN_ERR_ARG;
    }
    uint32_t state = seed | 1u;
    for (uint16_t i = 0; i < model->input_count; i++) {
        tn_io_t io;
        (void)tn_model_input(model, i, &io);
        fill(&io, &state);
    }
    return TN_OK;
}

// The record of a golden vector; NULL where there is none.
static const uint8_t *find(const tn_model_t *model, uint16_t index)
{
    return model == NULL || index >= model->golden_count ? NULL : model->golden + (uint32_t)index * TN_GOLDEN_SIZE;
}

static tn_status_t check(const tn_model_t *model, const uint8_t *record)
{
    return (record[0] == 0 ? same(model, record) : close(model, record)) ? TN_OK : TN_ERR_PROOF;
}

tn_status_t tn_model_fill_golden(tn_model_t *model, uint16_t index)
{
    const uint8_t *record = find(model, index);
    if (record == NULL) {
        return TN_ERR_ARG;
    }
    if (index == 0) {
        (void)tn_model_reset(model);
    }
    model->cursor = 0;
    model->step = 0;
    return tn_model_fill(model, tn_read_u32(record + 4));
}

tn_status_t tn_model_check_golden(const tn_model_t *model, uint16_t index)
{
    const uint8_t *record = find(model, index);
    return record == NULL ? TN_ERR_ARG : check(model, record);
}

tn_status_t tn_model_prove(tn_model_t *model)
{
    tn_status_t status = tn_model_reset(model);
    for (uint16_t i = 0; status == TN_OK && i < model->golden_count; i++) {
        const uint8_t *record = model->golden + (uint32_t)i * TN_GOLDEN_SIZE;
        (void)tn_model_fill(model, tn_read_u32(record + 4));
        (void)tn_model_run(model);
        status = check(model, record);
    }
    if (status == TN_OK || status == TN_ERR_PROOF) {
        (void)tn_model_reset(model);
    }
    return status;
}
