// vendor_check on an emulated board, see vendor_check.c.

#include <string.h>

#include "board.h"
#include "semihost.h"
#include "tn/tn.h"
#include "vendor_check.h"

void vendor_check_print(const char *line)
{
    sh_print(line);
}

static int32_t number(const char *text)
{
    int32_t value = 0;
    for (; *text >= '0' && *text <= '9'; text++) {
        value = value * 10 + (*text - '0');
    }
    return value;
}

static int trace(const char *path)
{
    const intptr_t file = sh_open(path, SH_READ);
    const intptr_t size = file < 0 ? 0 : sh_length(file);
    uint8_t *blob = board_memory_start;
    uint8_t *arena = blob + ((size_t)size + 15u) / 16u * 16u;
    if (size <= 0 || arena > board_memory_end || sh_read(file, blob, (size_t)size) != 0) {
        return 1;
    }
    return vendor_check_trace(blob, (uint32_t)size, arena, (uint32_t)(board_memory_end - arena));
}

int main(void)
{
    static char line[256];
    char *words[4] = {NULL, "1", "100", NULL};
    int count = 0;
    if (!sh_command_line(line, sizeof line)) {
        return 1;
    }
    for (char *at = line; *at != 0 && count < 4;) {
        words[count++] = at;
        at += strcspn(at, " ");
        if (*at != 0) {
            *at++ = 0;
        }
    }
    if (count == 3 && strcmp(words[1], "trace") == 0) {
        return trace(words[2]);
    }
    return vendor_check((uint32_t)number(words[1]), number(words[2])) == 0 ? 0 : 1;
}
