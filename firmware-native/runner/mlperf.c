// The MLPerf Tiny endpoint on an emulated board: tn_mlperf BLOB TASK COMMANDS
//
// COMMANDS is a file with what the benchmark's runner would send; the answers go to the console. Microseconds are those of a 100 MHz core that needs
// one cycle an instruction.

#include <string.h>

#include "board.h"
#include "semihost.h"
#include "../mlperf/tn_mlperf.h"

enum { INSTRUCTIONS_PER_MICROSECOND = 100 };

static uint32_t s_start;

static void print(void *user, const char *text)
{
    (void)user;
    sh_print(text);
}

static uint32_t microseconds(void *user)
{
    (void)user;
    return (uint32_t)(board_instructions(s_start) / INSTRUCTIONS_PER_MICROSECOND);
}

static int fail(const char *what)
{
    sh_print("error ");
    sh_print(what);
    sh_print("\n");
    return 1;
}

int main(void)
{
    static char command[1024];
    static tn_model_t model;
    static tn_mlperf_t endpoint;
    static const tn_mlperf_board_t board = {.print = print, .microseconds = microseconds, .vendor = "TinyNano on QEMU"};
    char *words[5] = {0};
    int count = 0;
    if (!sh_command_line(command, sizeof command)) {
        return fail("the command line is too long");
    }
    for (char *at = strtok(command, " "); at != NULL && count < 5; at = strtok(NULL, " ")) {
        words[count++] = at;
    }
    const tn_mlperf_task_t *task = count == 4 ? tn_mlperf_task(words[2]) : NULL;
    if (task == NULL) {
        return fail("usage: tn_mlperf BLOB kws01|vww01|ic01|ad01|sww01 COMMANDS");
    }
    const intptr_t file = sh_open(words[1], SH_READ);
    const intptr_t size = file < 0 ? -1 : sh_length(file);
    uint8_t *at = board_memory_start;
    if (size < 0 || size > board_memory_end - at || sh_read(file, at, (size_t)size) != 0) {
        return fail("the blob cannot be read into memory");
    }
    uint8_t *arena = at + (size + 15) / 16 * 16;
    uint32_t arena_bytes = 0;
    tn_io_t input;
    if (tn_blob_arena_size(at, (size_t)size, &arena_bytes) != TN_OK || arena_bytes > (size_t)(board_memory_end - arena)
        || tn_model_open(&model, at, (size_t)size, arena, arena_bytes) != TN_OK || tn_model_input(&model, 0, &input) != TN_OK) {
        return fail("the blob cannot be opened");
    }
    const intptr_t commands = sh_open(words[3], SH_READ);
    if (commands < 0) {
        return fail("the commands cannot be read");
    }
    s_start = board_ticks();
    uint8_t *buffer = arena + arena_bytes;
    tn_mlperf_begin(&endpoint, &model, task, &board, buffer, input.bytes * 4u);
    char c;
    while (sh_read(commands, &c, 1) == 0) {
        tn_mlperf_receive(&endpoint, c);
    }
    return 0;
}
