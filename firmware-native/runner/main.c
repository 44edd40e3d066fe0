// Runs a blob on an emulated (or debugged) microcontroller: tn_runner BLOB INPUT OUTPUT
//
// INPUT holds raw records, each all inputs in the model's order; OUTPUT receives all outputs of each. The console gets lines of
// `key value`: records, instructions (all runs together), verifyInstructions, loadInstructions, arenaBytes, stackBytes; or `error ...` lines, exit 1.
// With `-` as OUTPUT the blob proves itself on its golden vectors instead (INPUT is ignored).
//
// With a fourth word, `whole` or `steps`, each run, or each step, lies between calls of mark_begin and mark_end, for the profiler.
//
// tn_runner batch JOBS OUTPUT runs many blobs in one start: see batch.c.

#include <string.h>

#include "batch.h"
#include "board.h"
#include "mark.h"
#include "semihost.h"
#include "tn/tn.h"

#define STACK_PATTERN 0xA5u

static void print_number(const char *key, uint64_t value)
{
    char line[64];
    char digits[24];
    size_t n = 0;
    do {
        digits[n++] = (char)('0' + (int)(value % 10u));
        value /= 10u;
    } while (value != 0);
    size_t at = strlen(key);
    memcpy(line, key, at);
    line[at++] = ' ';
    while (n > 0) {
        line[at++] = digits[--n];
    }
    line[at++] = '\n';
    line[at] = 0;
    sh_print(line);
}

static int fail(const char *what)
{
    sh_print("error ");
    sh_print(what);
    sh_print("\n");
    return 1;
}

static int fail_status(const tn_model_t *model, tn_status_t status)
{
    const tn_fault_t fault = tn_model_fault(model);
    print_number("errorStatus", (uint64_t)(uint32_t)-(int32_t)status);
    print_number("errorStep", fault.step);
    print_number("errorTensor", fault.tensor);
    return 1;
}

// Paints the unused stack, so that the high-water mark can be read afterwards; returns where the caller's frame ends.
static __attribute__((noinline)) uintptr_t paint_stack(void)
{
    const uintptr_t frame = (uintptr_t)__builtin_frame_address(0);
    const uintptr_t end = frame - 64u;
    for (volatile uint8_t *at = board_stack_limit; (uintptr_t)at < end; at++) {
        *at = STACK_PATTERN;
    }
    return frame;
}

// The lowest address that was written since.
static uintptr_t stack_low(void)
{
    const uint8_t *at = board_stack_limit;
    while (at < board_stack_top && *at == STACK_PATTERN) {
        at++;
    }
    return (uintptr_t)at;
}

static uint8_t *s_free;

uint8_t *runner_take(uint64_t bytes)
{
    const uint64_t rounded = (bytes + 15u) / 16u * 16u;
    uint8_t *block = s_free;
    if (rounded > (uint64_t)(uintptr_t)(board_memory_end - s_free)) {
        return NULL;
    }
    s_free += rounded;
    return block;
}

void runner_release(void)
{
    s_free = board_memory_start;
}

static int run_records(tn_model_t *model, intptr_t input, intptr_t output, bool mark_whole)
{
    tn_io_t io;
    uint64_t record = 0, instructions = 0, records = 0;
    for (uint16_t i = 0; tn_model_input(model, i, &io) == TN_OK; i++) {
        record += io.bytes;
    }
    const uint64_t length = (uint64_t)sh_length(input);
    if (record == 0 || length % record != 0) {
        return fail("the input file is not a whole number of records");
    }
    for (; records < length / record; records++) {
        for (uint16_t i = 0; tn_model_input(model, i, &io) == TN_OK; i++) {
            if (sh_read(input, io.data, io.bytes) != 0) {
                return fail("the input file cannot be read");
            }
        }
        const uint32_t start = board_ticks();
        if (mark_whole) {
            mark_begin();
        }
        const tn_status_t status = tn_model_run(model);
        if (mark_whole) {
            mark_end();
        }
        instructions += board_instructions(start);
        if (status != TN_OK) {
            return fail_status(model, status);
        }
        for (uint16_t i = 0; tn_model_output(model, i, &io) == TN_OK; i++) {
            if (sh_write(output, io.data, io.bytes) != 0) {
                return fail("the output file cannot be written");
            }
        }
    }
    print_number("records", records);
    print_number("instructions", instructions);
    return 0;
}

int main(void)
{
    static char command[1024];
    static tn_model_t model;
    char *words[6] = {0};
    int count = 0;
    if (!sh_command_line(command, sizeof command)) {
        return fail("the command line is too long");
    }
    for (char *at = command; *at != 0 && count < 6;) {
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at == ' ') {
            *at++ = 0;
        }
    }
    if (count != 4 && count != 5) {
        return fail("usage: tn_runner BLOB INPUT OUTPUT [whole|steps], or tn_runner batch JOBS OUTPUT");
    }
    runner_release();
    if (strcmp(words[1], "batch") == 0) {
        return runner_batch(words[2], words[3]) ? 0 : fail("the batch file cannot be read, or its results not written");
    }
    const intptr_t file = sh_open(words[1], SH_READ);
    const intptr_t size = file < 0 ? -1 : sh_length(file);
    uint8_t *blob = size < 0 ? NULL : runner_take((uint64_t)size);
    if (blob == NULL || sh_read(file, blob, (size_t)size) != 0) {
        return fail("the blob cannot be read into memory");
    }
    uint32_t arena_bytes = 0;
    tn_status_t status = tn_blob_arena_size(blob, (size_t)size, &arena_bytes);
    uint8_t *arena = runner_take(arena_bytes);
    if (status == TN_OK && arena == NULL) {
        return fail("the arena does not fit into the board's memory");
    }
    const uintptr_t frame = paint_stack();
    const uint32_t start = board_ticks();
    status = status == TN_OK ? tn_blob_verify(blob, (size_t)size) : status;
    const uint64_t verify_instructions = board_instructions(start);
    const uint32_t loading = board_ticks();
    status = status == TN_OK ? tn_model_load(&model, blob, (size_t)size, arena, arena_bytes) : status;
    const uint64_t load_instructions = board_instructions(loading);
    if (status != TN_OK) {
        return fail_status(&model, status);
    }
    int code = 0;
    if (strcmp(words[3], "-") == 0) {
        status = tn_model_prove(&model);
        code = status == TN_OK ? 0 : fail_status(&model, status);
    } else {
        const intptr_t input = sh_open(words[2], SH_READ);
        const intptr_t output = sh_open(words[3], SH_WRITE);
        if (input < 0 || output < 0) {
            return fail("the input or output file cannot be opened");
        }
        const bool whole = count == 5 && strcmp(words[4], "whole") == 0;
        tn_model_set_hook(&model, count == 5 && !whole ? mark_hook : NULL, NULL);
        code = run_records(&model, input, output, whole);
        sh_close(output);
    }
    print_number("verifyInstructions", verify_instructions);
    print_number("loadInstructions", load_instructions);
    print_number("arenaBytes", arena_bytes);
    print_number("stackBytes", frame - stack_low());
    return code;
}
