// From hostile bytes to an open model. Everything the runtime later relies on is proved here, in this order: header, checksum,
// sections, shapes and tensors, io, names, steps, golden vectors, and at last each operator's own door check.

#include "tn_load.h"

#include "tn_backend.h"
#include "tn_crc32.h"

typedef struct section {
    const uint8_t *bytes;
    uint32_t size;
    uint32_t count;
} section_t;

static tn_status_t fail(tn_model_t *model, tn_status_t status, uint32_t step, uint32_t tensor)
{
    memset(model, 0, sizeof *model);
    model->fault.status = (int16_t)status;
    model->fault.step = (uint16_t)step;
    model->fault.tensor = (uint16_t)tensor;
    return status;
}

static tn_status_t check_header(const uint8_t *bytes, size_t length)
{
    if (length < TN_HEADER_SIZE || memcmp(bytes, "TNNB", 4) != 0) {
        return TN_ERR_FORMAT;
    }
    if (bytes[4] != TN_BLOB_MAJOR || tn_read_u16(bytes + 28) != TN_KERNEL_ABI) {
        return TN_ERR_VERSION;
    }
    if (bytes[52] != TN_TARGET_PORTABLE && bytes[52] != tn_backend_target) {
        return TN_ERR_TARGET;
    }
    if (tn_read_u16(bytes + 6) != TN_HEADER_SIZE || tn_read_u32(bytes + 8) != length || tn_read_u16(bytes + 22) != 0
        || tn_read_u32(bytes + 16) % TN_ARENA_ALIGN != 0 || tn_read_u16(bytes + 20) == 0
        || tn_read_u16(bytes + 20) > TN_MAX_SECTIONS) {
        return TN_ERR_FORMAT;
    }
    return TN_OK;
}

// Finds the known sections. Entries ascend without overlap; an unknown optional section is skipped.
static tn_status_t read_sections(const uint8_t *bytes, uint32_t length, section_t sections[TN_SECTION_PACKINGS + 1])
{
    const uint32_t count = tn_read_u16(bytes + 20);
    uint32_t end = TN_HEADER_SIZE + count * TN_SECTION_SIZE;
    memset(sections, 0, (TN_SECTION_PACKINGS + 1) * sizeof sections[0]);
    if (end > length) {
        return TN_ERR_FORMAT;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *entry = bytes + TN_HEADER_SIZE + i * TN_SECTION_SIZE;
        const uint32_t kind = tn_read_u16(entry);
        const uint32_t flags = tn_read_u16(entry + 2);
        const uint32_t offset = tn_read_u32(entry + 4);
        const uint32_t size = tn_read_u32(entry + 8);
        // Subtraction form: offset + size > length could wrap for a hostile size.
        if (offset % 16u != 0 || offset < end || offset > length || size > length - offset || flags > 1u) {
            return TN_ERR_FORMAT;
        }
        end = offset + size;
        if (kind == 0 || kind > TN_SECTION_PACKINGS) {
            if (flags & 1u) {
                return TN_ERR_VERSION;
            }
            continue;
        }
        if (sections[kind].bytes != NULL) {
            return TN_ERR_FORMAT;
        }
        sections[kind].bytes = bytes + offset;
        sections[kind].size = size;
        sections[kind].count = tn_read_u32(entry + 12);
    }
    return TN_OK;
}

static bool table_fits(const section_t *s, uint32_t record, uint32_t most)
{
    return s->count <= most && s->size == s->count * record;
}

// One tensor: type, place, shape and bytes agree, and the bytes lie inside the arena or the constants.
static bool tensor_fits(const uint8_t *record, const section_t *shapes, uint32_t arena_bytes, uint32_t constants_size)
{
    const uint32_t size = tn_dtype_size(record[0]);
    const uint32_t rank = record[2];
    const uint32_t offset = tn_word(record + 4);
    const uint32_t bytes = tn_word(record + 8);
    const uint32_t shape = tn_word(record + 12);
    const uint32_t space = record[1] == TN_PLACE_CONSTANT ? constants_size : arena_bytes;
    if (size == 0 || record[1] > TN_PLACE_STATE || rank > TN_MAX_RANK || shape > shapes->count || rank > shapes->count - shape
        || offset > space || bytes > space - offset || offset % size != 0 || bytes > INT32_MAX) {
        return false;
    }
    uint32_t expected = size;
    for (uint32_t i = 0; i < rank; i++) {
        const uint32_t dim = tn_word(shapes->bytes + (shape + i) * 4u);
        // `expected` never passes `bytes`, which keeps the product below 2^32.
        if (dim == 0 || dim > bytes / expected) {
            return false;
        }
        expected *= dim;
    }
    return expected == bytes;
}

// Zeroes the arena, whose size is a multiple of 16. Large arenas take most of loading: this is three times as fast as newlib's memset.
static void clear(uint8_t *arena, uint32_t bytes)
{
    uint64_t *at = (uint64_t *)(void *)arena;
    for (; bytes >= 64; bytes -= 64, at += 8) {
        at[0] = 0;
        at[1] = 0;
        at[2] = 0;
        at[3] = 0;
        at[4] = 0;
        at[5] = 0;
        at[6] = 0;
        at[7] = 0;
    }
    memset(at, 0, bytes);
}

static bool text_fits(const section_t *text)
{
    return text->size > 0 && text->bytes[text->size - 1] == 0;
}

static uint8_t place_of(const tn_model_t *model, uint16_t tensor)
{
    return model->tensors[(uint32_t)tensor * TN_TENSOR_SIZE + 1];
}

// Inputs come before outputs; every one names a tensor of the arena or (outputs) any, and a string.
static bool read_io(tn_model_t *model, const section_t *io)
{
    if (!table_fits(io, TN_IO_SIZE, 64)) {
        return false;
    }
    for (uint32_t i = 0; i < io->count; i++) {
        const uint8_t *record = io->bytes + i * TN_IO_SIZE;
        const uint16_t tensor = tn_read_u16(record);
        if (tensor >= model->tensor_count || record[2] > 1 || record[3] > 1 || tn_read_u32(record + 12) >= model->text_size
            || place_of(model, tensor) == TN_PLACE_CONSTANT || (record[2] == 0 && model->output_count > 0)) {
            return false;
        }
        model->input_count = (uint16_t)(model->input_count + (record[2] == 0));
        model->output_count = (uint16_t)(model->output_count + (record[2] == 1));
    }
    return model->output_count > 0;
}

static bool read_labels(tn_model_t *model, const section_t *labels)
{
    if (!table_fits(labels, 4, 0xFFFF)) {
        return false;
    }
    for (uint32_t i = 0; i < labels->count; i++) {
        if (tn_read_u32(labels->bytes + i * 4u) >= model->text_size) {
            return false;
        }
    }
    model->label_count = (uint16_t)labels->count;
    return true;
}

static bool read_golden(tn_model_t *model, const section_t *golden)
{
    if (golden->count > 64 || golden->size < golden->count * TN_GOLDEN_SIZE) {
        return false;
    }
    for (uint32_t i = 0; i < golden->count; i++) {
        const uint8_t *record = golden->bytes + i * TN_GOLDEN_SIZE;
        const uint32_t offset = tn_read_u32(record + 8);
        const uint32_t size = tn_read_u32(record + 12);
        if (record[0] > 1 || (record[0] == 1 && (offset > golden->size || size > golden->size - offset || offset % 4u != 0))) {
            return false;
        }
    }
    model->golden_count = (uint16_t)golden->count;
    return true;
}

// Structure of one step: references exist, and nothing writes to a constant.
static bool step_fits(const tn_model_t *model, const tn_step_record_t *step)
{
    for (uint32_t i = 0; i < (uint32_t)step->inputs + step->outputs; i++) {
        const uint16_t ref = step->refs[i];
        const bool output = i >= step->inputs;
        if (ref == TN_NONE ? output : ref >= model->tensor_count) {
            return false;
        }
        if (output && place_of(model, ref) == TN_PLACE_CONSTANT) {
            return false;
        }
    }
    return step->scratch == TN_NONE
        || (step->scratch < model->tensor_count && place_of(model, step->scratch) == TN_PLACE_ARENA
            && model->tensors[(uint32_t)step->scratch * TN_TENSOR_SIZE] == TN_U8);
}

static tn_status_t check_steps(tn_model_t *model, bool packed)
{
    uint32_t offset = 0;
    for (uint32_t i = 0; i < model->step_count; i++) {
        tn_step_record_t step;
        model->fault.step = (uint16_t)i;
        model->fault.tensor = TN_NONE;
        if (!tn_step_at(model, offset, &step) || !step_fits(model, &step) || (step.kernel != 0 && !packed)) {
            return TN_ERR_FORMAT;
        }
        uint32_t param_bytes;
        const tn_op_t *op = tn_op_find(step.op, step.kernel, &param_bytes);
        if (op == NULL) {
            return TN_ERR_OP;
        }
        if (param_bytes != step.param_bytes) {
            return TN_ERR_FORMAT;
        }
        tn_op_context_t context = tn_step_context(model, &step);
        const tn_status_t status = op->prepare(&context);
        if (status != TN_OK) {
            model->fault.tensor = context.blame;
            return status;
        }
        offset += step.size;
    }
    return offset == model->steps_size ? TN_OK : TN_ERR_FORMAT;
}

static tn_status_t load(tn_model_t *model, const uint8_t *bytes, uint32_t length, uint8_t *arena)
{
    section_t s[TN_SECTION_PACKINGS + 1];
    const tn_status_t status = read_sections(bytes, length, s);
    if (status != TN_OK) {
        return status;
    }
    const section_t *tensors = &s[TN_SECTION_TENSORS];
    const section_t *shapes = &s[TN_SECTION_SHAPES];
    const uint32_t constants_size = s[TN_SECTION_CONSTANTS].size;
    if (tensors->bytes == NULL || shapes->bytes == NULL || s[TN_SECTION_STEPS].bytes == NULL || !table_fits(tensors, TN_TENSOR_SIZE, 0xFFFE)
        || !table_fits(shapes, 4, 0x100000) || !text_fits(&s[TN_SECTION_TEXT]) || s[TN_SECTION_STEPS].count > 0xFFFE) {
        return TN_ERR_FORMAT;
    }
    model->arena = arena;
    model->tensors = tensors->bytes;
    model->tensor_count = (uint16_t)tensors->count;
    model->shapes = (const int32_t *)(const void *)shapes->bytes;
    model->constants = s[TN_SECTION_CONSTANTS].bytes;
    model->steps = s[TN_SECTION_STEPS].bytes;
    model->steps_size = s[TN_SECTION_STEPS].size;
    model->step_count = (uint16_t)s[TN_SECTION_STEPS].count;
    model->io = s[TN_SECTION_IO].bytes;
    model->text = (const char *)s[TN_SECTION_TEXT].bytes;
    model->text_size = s[TN_SECTION_TEXT].size;
    model->labels = (const uint32_t *)(const void *)s[TN_SECTION_LABELS].bytes;
    model->golden = s[TN_SECTION_GOLDEN].bytes;
    model->golden_size = s[TN_SECTION_GOLDEN].size;
    model->model_version = tn_read_u32(bytes + 24);
    for (uint32_t i = 0; i < tensors->count; i++) {
        if (!tensor_fits(tensors->bytes + i * TN_TENSOR_SIZE, shapes, tn_read_u32(bytes + 16), constants_size)) {
            model->fault.tensor = (uint16_t)i;
            return TN_ERR_FORMAT;
        }
    }
    if (!read_io(model, &s[TN_SECTION_IO]) || !read_labels(model, &s[TN_SECTION_LABELS]) || !read_golden(model, &s[TN_SECTION_GOLDEN])) {
        return TN_ERR_FORMAT;
    }
    return check_steps(model, bytes[52] != TN_TARGET_PORTABLE);
}

tn_status_t tn_blob_arena_size(const uint8_t *bytes, size_t length, uint32_t *arena_bytes)
{
    if (bytes == NULL || arena_bytes == NULL) {
        return TN_ERR_ARG;
    }
    const tn_status_t status = check_header(bytes, length);
    *arena_bytes = status == TN_OK ? tn_read_u32(bytes + 16) : 0;
    return status;
}

static bool is_aligned(const void *at)
{
    return (uintptr_t)at % TN_ARENA_ALIGN == 0;
}

tn_status_t tn_blob_verify(const uint8_t *bytes, size_t length)
{
    uint32_t arena_bytes;
    if (!is_aligned(bytes)) {
        return TN_ERR_ARG;
    }
    const tn_status_t status = tn_blob_arena_size(bytes, length, &arena_bytes);
    if (status != TN_OK) {
        return status;
    }
    return tn_crc32(0, bytes + 16, length - 16) == tn_read_u32(bytes + 12) ? TN_OK : TN_ERR_CHECKSUM;
}

tn_status_t tn_model_load(tn_model_t *model, const uint8_t *bytes, size_t length, uint8_t *arena, size_t arena_length)
{
    if (model == NULL) {
        return TN_ERR_ARG;
    }
    memset(model, 0, sizeof *model);
    if (bytes == NULL || !is_aligned(bytes)) {
        return fail(model, TN_ERR_ARG, TN_NONE, TN_NONE);
    }
    tn_status_t status = check_header(bytes, length);
    if (status != TN_OK) {
        return fail(model, status, TN_NONE, TN_NONE);
    }
    const uint32_t arena_bytes = tn_read_u32(bytes + 16);
    if (arena_length < arena_bytes || (arena == NULL && arena_bytes > 0) || !is_aligned(arena)) {
        return fail(model, TN_ERR_ARENA, TN_NONE, TN_NONE);
    }
    model->fault.step = TN_NONE;
    model->fault.tensor = TN_NONE;
    status = load(model, bytes, (uint32_t)length, arena);
    if (status != TN_OK) {
        return fail(model, status, model->fault.step, model->fault.tensor);
    }
    model->fault.step = TN_NONE;
    clear(arena, arena_bytes);
    return tn_model_reset(model);
}

tn_status_t tn_model_open(tn_model_t *model, const uint8_t *bytes, size_t length, uint8_t *arena, size_t arena_length)
{
    if (model == NULL) {
        return TN_ERR_ARG;
    }
    const tn_status_t status = tn_blob_verify(bytes, length);
    return status == TN_OK ? tn_model_load(model, bytes, length, arena, arena_length) : fail(model, status, TN_NONE, TN_NONE);
}
