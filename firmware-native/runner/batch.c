// The batch file: 32-bit little-endian numbers. The number of jobs; for each job the bytes of its blob, the number of runs, the bytes of all
// inputs, then the blob and the inputs of all runs. The result file: for each job its status as int32 and, where that is 0, the outputs of all runs.

#include "batch.h"

#include "board.h"
#include "semihost.h"
#include "tn/tn.h"

static bool read_word(intptr_t file, uint32_t *word)
{
    return sh_read(file, word, sizeof *word) == 0;
}

// Inputs of a job that was refused are read over: their size is known to the blob only, so it comes from the file.
static bool skip(intptr_t file, uint32_t bytes)
{
    uint8_t buffer[64];
    while (bytes > 0) {
        const uint32_t some = bytes < sizeof buffer ? bytes : (uint32_t)sizeof buffer;
        if (sh_read(file, buffer, some) != 0) {
            return false;
        }
        bytes -= some;
    }
    return true;
}

static bool run(tn_model_t *model, intptr_t in, intptr_t out)
{
    tn_io_t io;
    for (uint16_t i = 0; tn_model_input(model, i, &io) == TN_OK; i++) {
        if (sh_read(in, io.data, io.bytes) != 0) {
            return false;
        }
    }
    (void)tn_model_run(model);
    for (uint16_t i = 0; tn_model_output(model, i, &io) == TN_OK; i++) {
        if (sh_write(out, io.data, io.bytes) != 0) {
            return false;
        }
    }
    return true;
}

static bool job(intptr_t in, intptr_t out)
{
    static tn_model_t model;
    uint32_t size, runs, input_bytes, arena_bytes = 0;
    runner_release();
    if (!read_word(in, &size) || !read_word(in, &runs) || !read_word(in, &input_bytes)) {
        return false;
    }
    uint8_t *blob = runner_take(size);
    if (blob == NULL || sh_read(in, blob, size) != 0) {
        return false;
    }
    int32_t status = tn_blob_arena_size(blob, size, &arena_bytes);
    uint8_t *arena = runner_take(arena_bytes);
    if (status == TN_OK) {
        status = arena == NULL ? TN_ERR_ARENA : tn_model_open(&model, blob, size, arena, arena_bytes);
    }
    if (sh_write(out, &status, sizeof status) != 0) {
        return false;
    }
    if (status != TN_OK) {
        return skip(in, input_bytes);
    }
    for (uint32_t i = 0; i < runs; i++) {
        if (!run(&model, in, out)) {
            return false;
        }
    }
    return true;
}

bool runner_batch(const char *jobs, const char *output)
{
    const intptr_t in = sh_open(jobs, SH_READ);
    const intptr_t out = sh_open(output, SH_WRITE);
    uint32_t count;
    if (in < 0 || out < 0 || !read_word(in, &count)) {
        return false;
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!job(in, out)) {
            return false;
        }
    }
    sh_close(out);
    return true;
}
