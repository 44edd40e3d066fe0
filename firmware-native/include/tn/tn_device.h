// A whole device in one structure: an arena that several models share, blobs staged into it, model slots in flash. This is the plain-C
// twin of managed/TinyNano.Native/NativeMethods.cs: the same list, the device first, each array as pointer and length in elements.
//
// Every argument is untrusted: a model, slot, index, range or count outside gives TN_ERR_ARG and changes nothing. An array that is NULL
// gives TN_ERR_ARG as well, unless no element of it is used. No function keeps a pointer to a caller's array. Negative results are
// status codes. Not thread-safe.
#ifndef TN_DEVICE_H
#define TN_DEVICE_H

#include "tn/tn.h"
#include "tn/tn_slots.h"
#include "tn/tn_update.h"

#ifdef __cplusplus
extern "C" {
#endif

// Version of this list of functions. Changes together with NativeMethods.cs.
#define TN_DEVICE_ABI 2
#define TN_DEVICE_ABI_MAGIC 0x544E0000

// Microseconds since any instant; wraps from 2^32 - 1 to 0.
typedef uint32_t (*tn_clock_t)(void *user);

// A part of the arena; `bytes` 0 for none.
typedef struct tn_region {
    uint32_t offset;
    uint32_t bytes;
} tn_region_t;

typedef struct tn_device_model {
    tn_model_t model;
    const uint8_t *bytes;  // the blob
    tn_region_t work;  // the model's arena
    tn_region_t blob;  // the staged blob that it runs from
    uint32_t run_us;
    int8_t slot;       // that it runs from, or -1
    bool open;
} tn_device_model_t;

// The caller owns the memory; the fields are the functions'.
typedef struct tn_device {
    uint8_t *arena;
    uint32_t arena_bytes;
    tn_clock_t clock;
    void *clock_user;
    tn_slots_t slots;
#if TN_UPDATE
    tn_update_config_t trust;
    tn_update_t update;
    bool slots_changed;     // since `update` has looked at them
#endif
    tn_device_model_t models[TN_DEVICE_MODELS];
    tn_region_t staged;
    uint32_t staged_total;
    uint32_t staged_count;  // bytes that have come
    tn_fault_t fault;
} tn_device_t;

/// The device ///

// sizeof(tn_device_t), for callers that cannot see the struct.
TN_API size_t tn_device_size(void);

// `arena` (aligned to TN_ARENA_ALIGN, `arena_bytes` of it; less than 2^31), `flash` (NULL: no slots) and `clock` stay in use. Reads the
// selector. Returns TN_OK, TN_ERR_ARG, TN_ERR_ARENA for a misaligned arena, or TN_ERR_FLASH: then the device works, without slots.
TN_API int32_t tn_device_init(tn_device_t *device, uint8_t *arena, uint32_t arena_bytes, const tn_flash_t *flash, tn_clock_t clock,
                              void *clock_user);

// TN_DEVICE_ABI_MAGIC + TN_DEVICE_ABI. `device` may be NULL.
TN_API int32_t tn_device_abi(tn_device_t *device);

TN_API int32_t tn_device_arena_bytes(tn_device_t *device);

/// Opening ///

// Copies data[start .. start + count) to `offset` of the blob being staged. Parts come in order. Offset 0 begins anew with a blob of
// `total` bytes and gives up what was staged before; total 0 only gives up. TN_ERR_ARENA where there is no room for it.
TN_API int32_t tn_device_stage(tn_device_t *device, int32_t total, int32_t offset, const uint8_t *data, int32_t length, int32_t start,
                               int32_t count);

// Opens the staged blob once all of it has come. It stays in the arena until the model is closed, or is given up where it cannot be
// opened. Returns the model's number, or a status of tn_model_open; TN_ERR_LIMIT where TN_DEVICE_MODELS are open; TN_ERR_EMPTY where
// no whole blob is staged.
TN_API int32_t tn_device_open_staged(tn_device_t *device);

// Opens the blob in a slot, in place. Results as above; TN_ERR_EMPTY for a slot without a blob. While the model is open, its slot can
// be neither erased nor written.
TN_API int32_t tn_device_open_slot(tn_device_t *device, int32_t slot);

TN_API int32_t tn_device_close(tn_device_t *device, int32_t model);

// What the last opening blames: TN_NONE where it is not known, or where the opening succeeded.
TN_API int32_t tn_device_fault_step(tn_device_t *device);
TN_API int32_t tn_device_fault_tensor(tn_device_t *device);

/// What a model is ///

// Kinds of tn_device_count.
enum {
    TN_COUNT_INPUTS = 0,
    TN_COUNT_OUTPUTS = 1,
    TN_COUNT_LABELS = 2,
    TN_COUNT_STEPS = 3,
    TN_COUNT_ARENA_BYTES = 4,
    TN_COUNT_VERSION = 5,  // versions from 2^31 on give 2^31 - 1: a negative number would be a status
    TN_COUNT_GOLDEN = 6
};

// Kinds of tn_device_describe (the first two) and tn_device_text.
enum {
    TN_KIND_INPUT = 0,
    TN_KIND_OUTPUT = 1,
    TN_KIND_LABEL = 2,
    TN_KIND_MODEL = 3
};

// Fields that tn_device_describe fills: element type, bytes, rank, quantised (0 or 1), bits of the float32 scale, zero point, six
// dimensions (1 beyond the rank).
#define TN_DESCRIBE_FIELDS 12

TN_API int32_t tn_device_count(tn_device_t *device, int32_t model, int32_t kind);
TN_API int32_t tn_device_describe(tn_device_t *device, int32_t model, int32_t kind, int32_t index, int32_t *fields, int32_t length);

// Zero-terminated UTF-8 in the blob, valid until the model is closed; NULL where there is none.
TN_API const char *tn_device_text(tn_device_t *device, int32_t model, int32_t kind, int32_t index);

/// Inputs and outputs. `count` is the whole input or output, in elements of the array. ///

// int8 elements; TN_ERR_TYPE for an input of another type.
TN_API int32_t tn_device_write_input(tn_device_t *device, int32_t model, int32_t index, const int8_t *data, int32_t length, int32_t start,
                                     int32_t count);

// The little-endian bytes of any type.
TN_API int32_t tn_device_write_input_bytes(tn_device_t *device, int32_t model, int32_t index, const uint8_t *data, int32_t length,
                                           int32_t start, int32_t count);

// From real numbers: rounded half away from zero and saturated as by the operator QUANTIZE (NaN gives the zero point), or copied to a
// float32 input. TN_ERR_TYPE for an input that is neither float32 nor a quantised int8, uint8 or int16. Works without TN_FLOAT too:
// that option is about kernels.
TN_API int32_t tn_device_quantize_input(tn_device_t *device, int32_t model, int32_t index, const float *data, int32_t length,
                                        int32_t start, int32_t count);

TN_API int32_t tn_device_read_output(tn_device_t *device, int32_t model, int32_t index, int8_t *data, int32_t length, int32_t start,
                                     int32_t count);
TN_API int32_t tn_device_read_output_bytes(tn_device_t *device, int32_t model, int32_t index, uint8_t *data, int32_t length,
                                           int32_t start, int32_t count);

// As real numbers: scale * (q - zero) as by the operator DEQUANTIZE, for int8, uint8, int16 and int32; or a float32 output as it is.
TN_API int32_t tn_device_dequantize_output(tn_device_t *device, int32_t model, int32_t index, float *data, int32_t length, int32_t start,
                                           int32_t count);

/// Running ///

// Runs steps until `budget_us` microseconds have passed: at least one; with 0 exactly one. Returns 1 when the outputs are ready, 0 when
// steps are left. The next call after 1 starts over.
TN_API int32_t tn_device_step(tn_device_t *device, int32_t model, int32_t budget_us);

// Steps to the end. Firmware calls tn_device_step instead and lets other threads run in between. Returns 0.
TN_API int32_t tn_device_run(tn_device_t *device, int32_t model, int32_t slice_us);

// Microseconds spent in the steps of the run that is under way or was the last; stops at 2^31 - 1.
TN_API int32_t tn_device_run_microseconds(tn_device_t *device, int32_t model);

// Initial contents for every state; a run that is under way is given up.
TN_API int32_t tn_device_reset(tn_device_t *device, int32_t model);

// As tn_model_fill_golden and tn_model_check_golden.
TN_API int32_t tn_device_fill_golden(tn_device_t *device, int32_t model, int32_t vector);
TN_API int32_t tn_device_check_golden(tn_device_t *device, int32_t model, int32_t vector);

/// Slots; without flash TN_ERR_EMPTY to read or open, TN_ERR_FLASH to change ///

TN_API int32_t tn_device_slot_bytes(tn_device_t *device);

// 0 or 1; TN_ERR_EMPTY where no model has been confirmed.
TN_API int32_t tn_device_slot_active(tn_device_t *device);

TN_API int32_t tn_device_slot_length(tn_device_t *device, int32_t slot);

// Erases sector 0, 1, ... of a slot that is neither active nor in use by an open model. Returns 1 after the last sector, 0 before.
TN_API int32_t tn_device_slot_erase_step(tn_device_t *device, int32_t slot, int32_t sector);

// All sectors. Returns 0.
TN_API int32_t tn_device_slot_erase(tn_device_t *device, int32_t slot);

// Writes into erased bytes of a slot that is neither active nor in use. `offset` is a multiple of the flash's unit of programming (32
// bytes suit every port); where `count` is none, the last unit takes nothing more.
TN_API int32_t tn_device_slot_write(tn_device_t *device, int32_t slot, int32_t offset, const uint8_t *data, int32_t length, int32_t start,
                                    int32_t count);

TN_API int32_t tn_device_slot_read(tn_device_t *device, int32_t slot, int32_t offset, uint8_t *data, int32_t length, int32_t start,
                                   int32_t count);

// As tn_slots_confirm.
TN_API int32_t tn_device_slot_confirm(tn_device_t *device, int32_t slot);

/// Watching inputs ///

// Most numbers that tn_device_input_features gives.
#define TN_FEATURES_MOST 8

// Positions that it looks at, at most.
#define TN_FEATURE_POSITIONS 1024

// A few numbers about an input of int8 or uint8 that has been filled and not yet run: running may use its bytes for other tensors.
// Returns how many; 0 for an input of another type. `length` is at least that. As positions are skipped, no input costs much more than
// 43,000 instructions of a Cortex-M4 for three channels, 33,000 for one.
//
// Let v be an element: q of an int8 input, q - 128 of a uint8 one. Where the last dimension is 2, 3 or 4 it is the number of channels,
// otherwise there is one channel. A position is an element of each channel; the positions are the input in its order. Looked at are the
// positions 0, s, 2s, ..., with s = 1 up to TN_FEATURE_POSITIONS of them and s = ceil(positions / TN_FEATURE_POSITIONS) | 1 beyond, and of
// each the next position as its neighbour, where there is one. All numbers are in Q8 (256 is one step of q), rounded to the nearest and
// halves up, and at most 32767. A mean of nothing is 0.
//
//   Several channels: the mean of v for channel 0, 1, ...; then the mean of |neighbour's v - v| for channel 0, 1, ...
//   One channel:      mean of v; mean of |256 v - the first number| (not times 256 again); mean of |neighbour's v - v|; share of
//                     the v that are -128 or 127 (256 is all of them)
TN_API int32_t tn_device_input_features(tn_device_t *device, int32_t model, int32_t index, int32_t *features, int32_t length);

// Copies the first bytes of the blob's reference histograms (section 9), at most `count`. Returns how many; 0 where there are none.
TN_API int32_t tn_device_reference(tn_device_t *device, int32_t model, uint8_t *data, int32_t length, int32_t start, int32_t count);

#include "tn/tn_device_update.h"

#ifdef __cplusplus
}
#endif

#endif
