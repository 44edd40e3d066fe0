// Runs a fuzz target over stored inputs, so that every compiler repeats what the fuzzer once found.
//
//   replay_<name> FILE...
//
// An input passes when the target returns; a crash or a sanitizer finding ends the process with the name of
// the input as the last line printed.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Returns the contents in memory that the caller frees, or NULL. An empty file gives one byte of memory.
static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    uint8_t *data = NULL;
    long length = -1;
    if (fseek(file, 0, SEEK_END) == 0) {
        length = ftell(file);
    }
    if (length >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        *size = (size_t)length;
        // Exactly as large as the input, so that a sanitizer sees the first byte read past it.
        data = malloc(*size > 0 ? *size : 1);
        if (data != NULL && fread(data, 1, *size, file) != *size) {
            free(data);
            data = NULL;
        }
    }
    fclose(file);
    return data;
}

int main(int argc, char **argv)
{
    int passed = 0;
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        size_t size = 0;
        uint8_t *data = read_file(argv[i], &size);
        if (data == NULL) {
            printf("%s: cannot be read\n", argv[i]);
            failed++;
            continue;
        }
        printf("%s\n", argv[i]);
        fflush(stdout);
        (void)LLVMFuzzerTestOneInput(data, size);
        free(data);
        passed++;
    }
    printf("%d passed, %d failed\n", passed, failed);
    return failed == 0 ? 0 : 1;
}
