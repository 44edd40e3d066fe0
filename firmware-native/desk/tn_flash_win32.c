// Plain stdio and a copy in memory, for systems without mmap.
#if defined(_WIN32)

#include "tn_flash_backing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <windows.h>

#include "tn_flash_file.h"

static bool write_through(FILE *stream, uint32_t at, const uint8_t *bytes, uint32_t count)
{
    return fseek(stream, (long)at, SEEK_SET) == 0 && fwrite(bytes, 1, count, stream) == count && fflush(stream) == 0;
}

bool tn_backing_open(tn_backing_t *backing, const char *path, uint32_t size)
{
    // Large blocks of the C library are aligned to 16.
    uint8_t *bytes = malloc(size);
    FILE *stream = fopen(path, "r+b");
    const bool there = stream != NULL;
    if (!there) {
        stream = fopen(path, "w+b");
    }
    bool ok = bytes != NULL && stream != NULL;
    if (ok && there) {
        ok = fread(bytes, 1, size, stream) == size && fgetc(stream) == EOF;
    } else if (ok) {
        memset(bytes, 0xFF, size);
        ok = write_through(stream, 0, bytes, size);
    }
    if (!ok) {
        free(bytes);
        if (stream != NULL) {
            (void)fclose(stream);
        }
        return false;
    }
    backing->bytes = bytes;
    backing->size = size;
    backing->stream = stream;
    return true;
}

void tn_backing_close(tn_backing_t *backing)
{
    (void)fclose(backing->stream);
    free((void *)(uintptr_t)backing->bytes);
}

bool tn_backing_write(tn_backing_t *backing, uint32_t at, const uint8_t *bytes, uint32_t count)
{
    memcpy((uint8_t *)(uintptr_t)backing->bytes + at, bytes, count);
    return write_through(backing->stream, at, bytes, count);
}

bool tn_backing_sync(tn_backing_t *backing)
{
    return fflush(backing->stream) == 0;
}

void tn_backing_sleep(uint32_t microseconds)
{
    if (microseconds > 0) {
        Sleep((microseconds + 999u) / 1000u);
    }
}

uint32_t tn_clock_monotonic(void *user)
{
    LARGE_INTEGER count, frequency;
    (void)user;
    (void)QueryPerformanceCounter(&count);
    (void)QueryPerformanceFrequency(&frequency);
    const uint64_t ticks = (uint64_t)count.QuadPart;
    const uint64_t rate = (uint64_t)frequency.QuadPart;
    return (uint32_t)(ticks / rate * 1000000u + ticks % rate * 1000000u / rate);
}

#else
typedef int tn_flash_win32_is_empty;
#endif
