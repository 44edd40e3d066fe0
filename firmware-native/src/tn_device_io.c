// What a model of the device is, and the numbers that go in and out of it.

#include "tn_device_impl.h"
#include "tn_real.h"
#include "tn_tensor.h"

int32_t tn_device_count(tn_device_t *device, int32_t model, int32_t kind)
{
    const tn_device_model_t *m = tn_device_find(device, model);
    if (m == NULL) {
        return TN_ERR_ARG;
    }
    switch (kind) {
    case TN_COUNT_INPUTS: return m->model.input_count;
    case TN_COUNT_OUTPUTS: return m->model.output_count;
    case TN_COUNT_LABELS: return m->model.label_count;
    case TN_COUNT_STEPS: return m->model.step_count;
    case TN_COUNT_ARENA_BYTES: return (int32_t)m->work.bytes;
    case TN_COUNT_VERSION: return m->model.model_version > INT32_MAX ? INT32_MAX : (int32_t)m->model.model_version;
    case TN_COUNT_GOLDEN: return m->model.golden_count;
    default: return TN_ERR_ARG;
    }
}

static tn_status_t find_io(tn_device_t *device, int32_t model, int32_t kind, int32_t index, tn_io_t *io)
{
    const tn_device_model_t *m = tn_device_find(device, model);
    if (m == NULL || index < 0 || index > UINT16_MAX) {
        return TN_ERR_ARG;
    }
    switch (kind) {
    case TN_KIND_INPUT: return tn_model_input(&m->model, (uint16_t)index, io);
    case TN_KIND_OUTPUT: return tn_model_output(&m->model, (uint16_t)index, io);
    default: return TN_ERR_ARG;
    }
}

int32_t tn_device_describe(tn_device_t *device, int32_t model, int32_t kind, int32_t index, int32_t *fields, int32_t length)
{
    tn_io_t io;
    const tn_status_t status = find_io(device, model, kind, index, &io);
    if (status != TN_OK || fields == NULL || length < TN_DESCRIBE_FIELDS) {
        return TN_ERR_ARG;
    }
    fields[0] = io.dtype;
    fields[1] = (int32_t)io.bytes;
    fields[2] = io.rank;
    fields[3] = io.quantized ? 1 : 0;
    memcpy(&fields[4], &io.scale_bits, sizeof fields[4]);
    fields[5] = io.zero;
    for (int32_t i = 0; i < TN_MAX_RANK; i++) {
        fields[6 + i] = i < io.rank ? io.dims[i] : 1;
    }
    return TN_OK;
}

const char *tn_device_text(tn_device_t *device, int32_t model, int32_t kind, int32_t index)
{
    const tn_device_model_t *m = tn_device_find(device, model);
    tn_io_t io;
    if (m == NULL || index < 0 || index > UINT16_MAX) {
        return NULL;
    }
    switch (kind) {
    case TN_KIND_LABEL: return tn_model_label(&m->model, (uint16_t)index);
    case TN_KIND_MODEL: return tn_model_name(&m->model);
    default: return find_io(device, model, kind, index, &io) == TN_OK ? io.name : NULL;
    }
}

/// Bytes ///

// Copies into a whole input or out of a whole output, as bytes. dtype 0 takes any type.
static int32_t copy(tn_device_t *device, int32_t model, int32_t kind, int32_t index, uint8_t dtype, void *data, int32_t length,
                    int32_t start, int32_t count)
{
    tn_io_t io;
    const tn_status_t status = find_io(device, model, kind, index, &io);
    if (status != TN_OK || !tn_device_range_fits(data, length, start, count) || (uint32_t)count != io.bytes) {
        return TN_ERR_ARG;
    }
    if (dtype != 0 && dtype != io.dtype) {
        return TN_ERR_TYPE;
    }
    if (count > 0) {
        uint8_t *outside = (uint8_t *)data + start;
        memcpy(kind == TN_KIND_INPUT ? io.data : outside, kind == TN_KIND_INPUT ? outside : io.data, (size_t)count);
    }
    return TN_OK;
}

int32_t tn_device_write_input(tn_device_t *device, int32_t model, int32_t index, const int8_t *data, int32_t length, int32_t start,
                              int32_t count)
{
    // copy only reads what goes into an input.
    return copy(device, model, TN_KIND_INPUT, index, TN_S8, (void *)(uintptr_t)data, length, start, count);
}

int32_t tn_device_write_input_bytes(tn_device_t *device, int32_t model, int32_t index, const uint8_t *data, int32_t length,
                                    int32_t start, int32_t count)
{
    return copy(device, model, TN_KIND_INPUT, index, 0, (void *)(uintptr_t)data, length, start, count);
}

int32_t tn_device_read_output(tn_device_t *device, int32_t model, int32_t index, int8_t *data, int32_t length, int32_t start,
                              int32_t count)
{
    return copy(device, model, TN_KIND_OUTPUT, index, TN_S8, data, length, start, count);
}

int32_t tn_device_read_output_bytes(tn_device_t *device, int32_t model, int32_t index, uint8_t *data, int32_t length, int32_t start,
                                    int32_t count)
{
    return copy(device, model, TN_KIND_OUTPUT, index, 0, data, length, start, count);
}

/// Real numbers ///

typedef struct range {
    int32_t lo;
    int32_t hi;
} range_t;

// The range of a type that QUANTIZE knows; {0, 0} for another.
static range_t range_of(uint8_t dtype)
{
    switch (dtype) {
    case TN_S8: return (range_t){INT8_MIN, INT8_MAX};
    case TN_U8: return (range_t){0, UINT8_MAX};
    case TN_S16: return (range_t){INT16_MIN, INT16_MAX};
    default: return (range_t){0, 0};
    }
}

// The loader does not look at scales and zero points of inputs and outputs, as running never needs them.
static bool is_scaled(const tn_io_t *io)
{
    return io->quantized && io->scale_bits > 0 && io->scale_bits < 0x7F800000u;
}

static void put(const tn_io_t *io, int32_t at, int32_t q)
{
    if (io->dtype == TN_S16) {
        ((int16_t *)io->data)[at] = (int16_t)q;
    } else {
        ((uint8_t *)io->data)[at] = (uint8_t)q;
    }
}

static int32_t get(const tn_io_t *io, int32_t at)
{
    switch (io->dtype) {
    case TN_S8: return ((const int8_t *)io->data)[at];
    case TN_U8: return ((const uint8_t *)io->data)[at];
    case TN_S16: return ((const int16_t *)io->data)[at];
    default: return ((const int32_t *)io->data)[at];
    }
}

// Whether `count` elements of the array are the whole input or output.
static tn_status_t find_whole(tn_device_t *device, int32_t model, int32_t kind, int32_t index, const float *data, int32_t length,
                              int32_t start, int32_t count, tn_io_t *io)
{
    const tn_status_t status = find_io(device, model, kind, index, io);
    if (status != TN_OK || !tn_device_range_fits(data, length, start, count)
        || (uint32_t)count != io->bytes / tn_dtype_size(io->dtype)) {
        return TN_ERR_ARG;
    }
    return TN_OK;
}

int32_t tn_device_quantize_input(tn_device_t *device, int32_t model, int32_t index, const float *data, int32_t length,
                                 int32_t start, int32_t count)
{
    tn_io_t io;
    const tn_status_t status = find_whole(device, model, TN_KIND_INPUT, index, data, length, start, count, &io);
    if (status != TN_OK) {
        return status;
    }
    if (io.dtype == TN_F32) {
        memcpy(io.data, data + start, io.bytes);
        return TN_OK;
    }
    const range_t range = range_of(io.dtype);
    if (range.hi == 0 || !is_scaled(&io) || io.zero < range.lo || io.zero > range.hi) {
        return TN_ERR_TYPE;
    }
    const float scale = tn_float_of(io.scale_bits);
    for (int32_t i = 0; i < count; i++) {
        put(&io, i, tn_quantize_real(data[start + i], scale, io.zero, range.lo, range.hi));
    }
    return TN_OK;
}

int32_t tn_device_dequantize_output(tn_device_t *device, int32_t model, int32_t index, float *data, int32_t length, int32_t start,
                                    int32_t count)
{
    tn_io_t io;
    const tn_status_t status = find_whole(device, model, TN_KIND_OUTPUT, index, data, length, start, count, &io);
    if (status != TN_OK) {
        return status;
    }
    if (io.dtype == TN_F32) {
        memcpy(data + start, io.data, io.bytes);
        return TN_OK;
    }
    if ((range_of(io.dtype).hi == 0 && io.dtype != TN_S32) || !is_scaled(&io)) {
        return TN_ERR_TYPE;
    }
    const float scale = tn_float_of(io.scale_bits);
    for (int32_t i = 0; i < count; i++) {
        data[start + i] = tn_dequantize_real(get(&io, i), scale, io.zero);
    }
    return TN_OK;
}
